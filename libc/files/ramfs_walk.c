/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walking paths, part by part. A link with a text is walked on from its directory, while what is
 * behind it waits; one that leads to a node, as those in /proc/self/fd do, is a step by itself.
 * Which error comes first is as on Linux.
 */
#include "libc/files/ramfs_walk.h"

#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/files/ramfs_directory.h"

/* Length of the first component of a path that does not begin with a slash. */
static size_t
component_length(const char *path)
{
	size_t length = 0;

	while (path[length] && path[length] != '/')
		length++;
	return length;
}

static const char *
skip_slashes(const char *path)
{
	while (*path == '/')
		path++;
	return path;
}

/* Has a directory made up, if it is made up when it is looked at. */
static int
populate_directory(struct ramfs_node *directory, const char *name, size_t length)
{
	int (*function)(struct ramfs_node *, const char *, size_t) = directory->populate;
	int result;

	if (!function)
		return 0;
	directory->populate = NULL;
	result = function(directory, name, length);
	if (result)
		directory->populate = function;
	return result;
}

int
ramfs_walk_entry(const struct ramfs_walk *walk, struct ramfs_entry **entry)
{
	int result;

	*entry = NULL;
	if (walk->length > RAMFS_NAME_MAX)
		return -ENAMETOOLONG;
	result = populate_directory(walk->directory, walk->name, walk->length);
	if (!result)
		*entry = ramfs_directory_find(walk->directory, walk->name, walk->length);
	return result;
}

/* What a part is that is no name: one of them always exists. */
static struct ramfs_node *
special(const struct ramfs_walk *walk)
{
	return walk->last == RAMFS_LAST_DOTS ? walk->directory->parent : walk->directory;
}

/* Takes the first part of a text as the one to go on with; returns what is behind it. */
static const char *
take_part(struct ramfs_walk *walk, const char *text)
{
	walk->name = text;
	walk->length = component_length(text);
	walk->slash = text[walk->length] == '/';
	if (!walk->length)
		walk->last = RAMFS_LAST_ROOT;
	else if (walk->length == 1 && text[0] == '.')
		walk->last = RAMFS_LAST_DOT;
	else if (walk->length == 2 && text[0] == '.' && text[1] == '.')
		walk->last = RAMFS_LAST_DOTS;
	else
		walk->last = RAMFS_LAST_NAME;
	return skip_slashes(text + walk->length);
}

/* Goes where a link leads that is to be followed: a node, or *text, to be walked on. */
static int
follow_link(struct ramfs_walk *walk, const struct ramfs_node *link, struct ramfs_node **node,
	    const char **text)
{
	if (walk->links++ >= RAMFS_WALK_LINKS)
		return -ELOOP;
	if (!link->resolve) {
		*text = link->target;
		return 0;
	}
	*node = link->resolve(link->argument);
	return *node ? 0 : -ENXIO;
}

/* One step into a directory; or *text is that of a link on the way. */
static int
step(struct ramfs_walk *walk, const char **text)
{
	struct ramfs_node *node = special(walk);
	struct ramfs_entry *entry;
	int result;

	if (walk->last == RAMFS_LAST_NAME) {
		result = ramfs_walk_entry(walk, &entry);
		if (result || !entry)
			return result ? result : -ENOENT;
		node = entry->node;
		if (node->type == RAMFS_LINK)
			result = follow_link(walk, node, &node, text);
		if (result || *text)
			return result;
	}
	walk->directory = node;
	return node->type == RAMFS_DIRECTORY ? 0 : -ENOTDIR;
}

/* Walks a text from where the walk is to its last part. */
static int
walk_text(struct ramfs_walk *walk, const char *text)
{
	if (*text == '/')
		walk->directory = walk->fs->root;
	if (walk->directory->type != RAMFS_DIRECTORY)
		return -ENOTDIR;
	for (text = skip_slashes(text);;) {
		const char *rest = take_part(walk, text), *link = NULL;
		int result;

		if (!*rest && !walk->depth)
			return 0;
		if (!*rest)
			rest = walk->rest[--walk->depth];
		result = step(walk, &link);
		if (result)
			return result;
		text = rest;
		if (!link)
			continue;
		walk->rest[walk->depth++] = rest;
		if (*link == '/')
			walk->directory = walk->fs->root;
		text = skip_slashes(link);
	}
}

int
ramfs_walk(struct ramfs_walk *walk, struct ramfs *fs, struct ramfs_node *from, const char *path)
{
	walk->fs = fs;
	walk->directory = from;
	walk->links = walk->depth = 0;
	if (!*path)
		return -ENOENT;
	if (string_length_within(path, RAMFS_PATH_MAX) >= RAMFS_PATH_MAX)
		return -ENAMETOOLONG;
	return walk_text(walk, path);
}

int
ramfs_walk_end(struct ramfs_walk *walk, bool follow, bool makes, struct ramfs_node **node)
{
	bool directory = false;

	for (;;) {
		struct ramfs_entry *entry;
		const char *text = NULL;
		int result;

		*node = special(walk);
		if (walk->last != RAMFS_LAST_NAME)
			return 0;
		if (walk->slash && makes)
			return -EISDIR;
		directory |= walk->slash;
		result = ramfs_walk_entry(walk, &entry);
		*node = entry ? entry->node : NULL;
		if (result || !entry)
			return result;
		if ((*node)->type == RAMFS_LINK && (follow || directory))
			result = follow_link(walk, *node, node, &text);
		if (!result && text)
			result = walk_text(walk, text);
		if (result)
			return result;
		if (!text)
			return directory && (*node)->type != RAMFS_DIRECTORY ? -ENOTDIR : 0;
	}
}

int
ramfs_find(struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
	   struct ramfs_node **node)
{
	struct ramfs_walk walk;
	int result = ramfs_walk(&walk, fs, from, path);

	if (!result)
		result = ramfs_walk_end(&walk, follow, false, node);
	return !result && !*node ? -ENOENT : result;
}

int
ramfs_next(struct ramfs_node *directory, uint64_t after, struct ramfs_entry **entry)
{
	int result = populate_directory(directory, NULL, 0);

	*entry = result ? NULL : ramfs_directory_next(directory, after);
	return result;
}
