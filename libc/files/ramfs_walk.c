/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walking paths. A link with a text is walked on from its directory; one that leads to a node, as
 * those in /proc/self/fd do, is a step by itself.
 */
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/files/ramfs.h"
#include "libc/files/ramfs_walk.h"

/* Links that lead to links: more in a row than this are a loop. */
#define LINKS_MAX 8

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

static bool
is_named(const char *component, size_t length, const char *name)
{
	return string_length(name) == length && !memcmp(component, name, length);
}

int
ramfs_walk_populate(struct ramfs_node *directory)
{
	int (*function)(struct ramfs_node *) = directory->populate;
	int result;

	if (!function)
		return 0;
	directory->populate = NULL;
	result = function(directory);
	if (result)
		directory->populate = function;
	return result;
}

int
ramfs_walk_child(struct ramfs_node *directory, const char *name, size_t length,
		 struct ramfs_node **child)
{
	int result = ramfs_walk_populate(directory);

	*child = NULL;
	if (result)
		return result;
	for (*child = directory->children; *child; *child = (*child)->next)
		if (is_named(name, length, (*child)->name))
			return 0;
	return -ENOENT;
}

static int walk(const struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
		unsigned links, struct ramfs_node **directory, const char **name, size_t *length);

/* Where a link leads that is made up. */
static int
resolve(const struct ramfs_node *link, struct ramfs_node **node)
{
	*node = link->resolve(link->argument);
	return *node ? 0 : -ENXIO;
}

/* Goes on to where a link leads that is not the end of a path, or is to be followed. */
static int
follow_link(const struct ramfs *fs, struct ramfs_node *directory, const struct ramfs_node *link,
	    unsigned links, struct ramfs_node **node)
{
	const char *name;
	size_t length;
	int result;

	if (link->resolve)
		return resolve(link, node);
	result = walk(fs, directory, link->target, true, links, node, &name, &length);
	if (result || !length)
		return result;
	result = ramfs_walk_child(*node, name, length, node);
	return !result && (*node)->type == RAMFS_LINK ? resolve(*node, node) : result;
}

/* One step of a walk. */
static int
step(const struct ramfs *fs, struct ramfs_node **node, const char *name, size_t length,
     unsigned links)
{
	struct ramfs_node *child;
	int result;

	if (length > RAMFS_NAME_MAX)
		return -ENAMETOOLONG;
	if ((*node)->type != RAMFS_DIRECTORY)
		return -ENOTDIR;
	if (is_named(name, length, "."))
		return 0;
	if (is_named(name, length, "..")) {
		if (*node != fs->root && (*node)->parent)
			*node = (*node)->parent;
		return 0;
	}
	result = ramfs_walk_child(*node, name, length, &child);
	if (result)
		return result;
	if (child->type == RAMFS_LINK)
		return links ? follow_link(fs, *node, child, links - 1, node) : -ELOOP;
	*node = child;
	return 0;
}

/*
 * The text of the link that a path ends with, if it is one with a text and is to be followed. Why a
 * child is not found those tell who look for it again.
 */
static const char *
link_text(struct ramfs_node *directory, const char *name, size_t length, bool follow)
{
	struct ramfs_node *node = NULL;

	if (length && length <= RAMFS_NAME_MAX && directory->type == RAMFS_DIRECTORY &&
	    (follow || name[length] == '/'))
		ramfs_walk_child(directory, name, length, &node);
	return node && node->type == RAMFS_LINK && !node->resolve ? node->target : NULL;
}

/* ramfs_walk() that may still follow a number of links. */
static int
walk(const struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow, unsigned links,
     struct ramfs_node **directory, const char **name, size_t *length)
{
	const char *text;

	if (!*path)
		return -ENOENT;
	if (string_length_within(path, RAMFS_PATH_MAX) >= RAMFS_PATH_MAX)
		return -ENAMETOOLONG;
	*directory = *path == '/' ? fs->root : from;
	path = skip_slashes(path);
	for (;;) {
		const char *rest;
		int result;

		*name = path;
		*length = component_length(path);
		rest = skip_slashes(path + *length);
		if (!*rest && !is_named(path, *length, ".") && !is_named(path, *length, ".."))
			break;
		result = step(fs, directory, path, *length, links);
		if (result)
			return result;
		path = rest;
	}
	if (*length > RAMFS_NAME_MAX)
		return -ENAMETOOLONG;
	text = link_text(*directory, *name, *length, follow);
	if (text)
		return links ? walk(fs, *directory, text, true, links - 1, directory, name, length)
			     : -ELOOP;
	return (*directory)->type == RAMFS_DIRECTORY ? 0 : -ENOTDIR;
}

int
ramfs_walk(const struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
	   struct ramfs_node **directory, const char **name, size_t *length)
{
	return walk(fs, from, path, follow, LINKS_MAX, directory, name, length);
}

int
ramfs_find(struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
	   struct ramfs_node **node)
{
	const char *name;
	size_t length;
	int result = ramfs_walk(fs, from, path, follow, node, &name, &length);

	if (result || !length)
		return result;
	result = ramfs_walk_child(*node, name, length, node);
	if (!result && (*node)->type == RAMFS_LINK && (follow || name[length] == '/'))
		result = resolve(*node, node);
	if (result)
		return result;
	if (name[length] == '/' && (*node)->type != RAMFS_DIRECTORY)
		return -ENOTDIR;
	return 0;
}
