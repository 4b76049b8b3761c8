/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Changing the tree: making, linking, removing and renaming. The checks come in Linux's order.
 */
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/grant.h"
#include "libc/files/ramfs.h"
#include "libc/files/ramfs_directory.h"
#include "libc/files/ramfs_walk.h"

#define MODE_SETGID 02000

/* -- Making ------------------------------------------------------------------------------------ */

/* Enters a node, with its reference, in the directory that a walk led to. Returns 0, or -ENOMEM. */
static int
enter_node(const struct ramfs_walk *walk, struct ramfs_node *node)
{
	struct ramfs_node *directory = walk->directory;

	if (!ramfs_directory_add(directory, walk->name, walk->length, node, ++walk->fs->last_place))
		return -ENOMEM;
	node->links++;
	if (node->type == RAMFS_DIRECTORY) {
		node->links++;
		directory->links++;
		node->parent = directory;
		ramfs_hold(directory);
	}
	ramfs_touch(walk->fs, directory);
	return 0;
}

/* Makes a node where a walk led. */
static int
make_node(const struct ramfs_walk *walk, enum ramfs_type type, uint32_t mode,
	  struct ramfs_node **node)
{
	if (ramfs_is_removed(walk->fs, walk->directory))
		return -ENOENT;
	if (type == RAMFS_DIRECTORY)
		mode |= walk->directory->mode & MODE_SETGID;
	*node = ramfs_new(walk->fs, type, mode);
	if (!*node)
		return -ENOMEM;
	(*node)->huge = (*node)->contents.huge = walk->directory->huge;
	if (!enter_node(walk, *node))
		return 0;
	ramfs_release(*node);
	return -ENOMEM;
}

/* Walks to where something is to get a name. EEXIST: something has it, *node or "." or "..". */
static int
walk_to_new(struct ramfs_walk *walk, struct ramfs *fs, struct ramfs_node *from, const char *path,
	    bool directory, struct ramfs_node **node)
{
	struct ramfs_entry *entry;
	int result = ramfs_walk(walk, fs, from, path);

	*node = NULL;
	if (result)
		return result;
	if (walk->last != RAMFS_LAST_NAME)
		return -EEXIST;
	result = ramfs_walk_entry(walk, &entry);
	if (result)
		return result;
	if (entry) {
		*node = entry->node;
		return -EEXIST;
	}
	return (walk->slash && !directory) || ramfs_is_removed(fs, walk->directory) ? -ENOENT : 0;
}

int
ramfs_make(struct ramfs *fs, struct ramfs_node *from, const char *path, enum ramfs_type type,
	   uint32_t mode, struct ramfs_node **node)
{
	struct ramfs_walk walk;
	int result = walk_to_new(&walk, fs, from, path, type == RAMFS_DIRECTORY, node);

	return result ? result : make_node(&walk, type, mode, node);
}

int
ramfs_make_file(struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
		uint32_t mode, struct ramfs_node **node)
{
	struct ramfs_walk walk;
	int result = ramfs_walk(&walk, fs, from, path);

	if (!result)
		result = ramfs_walk_end(&walk, follow, true, node);
	if (result)
		return result;
	return *node ? -EEXIST : make_node(&walk, RAMFS_FILE, mode, node);
}

int
ramfs_make_link(struct ramfs *fs, struct ramfs_node *from, const char *path, const char *target,
		struct ramfs_node **node)
{
	size_t length = string_length_within(target, RAMFS_PATH_MAX);
	char *text;
	int result;

	if (!length)
		return -ENOENT;
	if (length >= RAMFS_PATH_MAX)
		return -ENAMETOOLONG;
	text = grant_take(length + 1, false);
	if (!text)
		return -ENOSPC;
	memcpy(text, target, length + 1);
	result = ramfs_make(fs, from, path, RAMFS_LINK, 0777, node);
	if (result)
		grant_return(text, length + 1);
	else
		(*node)->target = text;
	return result;
}

int
ramfs_add_name(struct ramfs *fs, struct ramfs_node *from, const char *path, struct ramfs_node *node)
{
	struct ramfs_node *existing;
	struct ramfs_walk walk;
	int result = walk_to_new(&walk, fs, from, path, false, &existing);

	if (result)
		return result;
	if (node->type == RAMFS_DIRECTORY)
		return -EPERM;
	if (!node->links)
		return -ENOENT;
	if (enter_node(&walk, node))
		return -ENOSPC;
	ramfs_hold(node);
	node->times.changed_ns = fs->now();
	return 0;
}

/* -- Removing ---------------------------------------------------------------------------------- */

void
ramfs_remove_entry(struct ramfs *fs, struct ramfs_entry *entry)
{
	struct ramfs_node *node = entry->node, *directory = entry->directory;

	ramfs_directory_remove(entry);
	node->links--;
	if (node->type == RAMFS_DIRECTORY) {
		node->links = 0;
		directory->links--;
	}
	node->times.changed_ns = fs->now();
	ramfs_touch(fs, directory);
	ramfs_release(node);
}

/* Whether what has a name may be removed as the kind that is asked for. */
static int
check_removal(const struct ramfs_node *node, bool directory)
{
	if (directory)
		return node->type == RAMFS_DIRECTORY ? 0 : -ENOTDIR;
	return node->type == RAMFS_DIRECTORY ? -EISDIR : 0;
}

static int
check_empty(struct ramfs_node *node)
{
	struct ramfs_entry *entry;
	int result = node->type == RAMFS_DIRECTORY ? ramfs_next(node, 0, &entry) : 0;

	return !result && node->first ? -ENOTEMPTY : result;
}

/* What the last part of a path may be removed as, when it is no name. */
static int
refuse_last(enum ramfs_last last, bool directory)
{
	if (!directory)
		return -EISDIR;
	return last == RAMFS_LAST_ROOT ? -EBUSY : last == RAMFS_LAST_DOT ? -EINVAL : -ENOTEMPTY;
}

int
ramfs_remove(struct ramfs *fs, struct ramfs_node *from, const char *path, bool directory)
{
	struct ramfs_walk walk;
	struct ramfs_entry *entry;
	int result = ramfs_walk(&walk, fs, from, path);

	if (!result && walk.last != RAMFS_LAST_NAME)
		result = refuse_last(walk.last, directory);
	if (!result)
		result = ramfs_walk_entry(&walk, &entry);
	if (!result && !entry)
		result = -ENOENT;
	if (!result)
		result = check_removal(entry->node, directory);
	if (!result && !directory && walk.slash)
		result = -ENOTDIR;
	if (!result)
		result = check_empty(entry->node);
	if (!result)
		ramfs_remove_entry(fs, entry);
	return result;
}
