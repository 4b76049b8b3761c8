/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tree: making, removing and renaming. Children are listed by ascending inode number, so that
 * a directory that changes while it is listed shows what stays in it exactly once.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/grant.h"
#include "libc/base/pool.h"
#include "libc/files/ramfs.h"
#include "libc/files/ramfs_walk.h"

struct ramfs files_tree;

struct spinlock files_lock = SPINLOCK_INIT;

static struct pool nodes = {.size = sizeof(struct ramfs_node)};
static struct ramfs_node *dead; /* with contents still, linked by next */

static struct ramfs_node *
make_node(struct ramfs *fs, enum ramfs_type type, uint32_t mode)
{
	struct ramfs_node *node = pool_take(&nodes);

	if (!node)
		return NULL;
	node->inode = ++fs->last_inode;
	node->type = type;
	node->mode = mode;
	node->references = 1;
	return node;
}

int
ramfs_init(struct ramfs *fs)
{
	*fs = (struct ramfs){0};
	fs->root = make_node(fs, RAMFS_DIRECTORY, 0755);
	return fs->root ? 0 : -ENOMEM;
}

void
ramfs_hold(struct ramfs_node *node)
{
	assert_that(node->references > 0 && node->references < POOL_REFERENCES_MAX);
	node->references++;
}

void
ramfs_release(struct ramfs_node *node)
{
	assert_that(node->references > 0 && node->references < POOL_REFERENCES_MAX);
	if (--node->references)
		return;
	if (node->contents.root) {
		node->next = dead;
		dead = node;
		return;
	}
	if (node->target)
		grant_return(node->target, string_length(node->target) + 1);
	pool_give(&nodes, node);
}

static struct ramfs_node *
pop_dead(void)
{
	uint64_t flags = spin_lock(&files_lock);
	struct ramfs_node *node = dead;

	if (node)
		dead = node->next;
	spin_unlock(&files_lock, flags);
	return node;
}

void
ramfs_collect(void)
{
	struct ramfs_node *node;

	while (READ_ONCE(dead) && (node = pop_dead())) {
		uint64_t flags;

		contents_set_size(&node->contents, 0);
		contents_cut(&node->contents);
		flags = spin_lock(&files_lock);
		pool_give(&nodes, node);
		spin_unlock(&files_lock, flags);
	}
}

/* -- Changing ---------------------------------------------------------------------------------- */

static void
link_child(struct ramfs_node *directory, struct ramfs_node *node)
{
	struct ramfs_node **link = &directory->children;

	while (*link && (*link)->inode < node->inode)
		link = &(*link)->next;
	node->next = *link;
	*link = node;
	node->parent = directory;
}

static void
unlink_child(struct ramfs_node *node)
{
	struct ramfs_node **link = &node->parent->children;

	while (*link != node)
		link = &(*link)->next;
	*link = node->next;
	node->next = NULL;
	node->parent = NULL;
}

/* Removed while it was open or somebody's working directory: nothing can be done in or with it. */
static bool
is_removed(const struct ramfs *fs, const struct ramfs_node *node)
{
	return !node->parent && node != fs->root;
}

int
ramfs_make(struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
	   enum ramfs_type type, uint32_t mode, struct ramfs_node **node)
{
	struct ramfs_node *directory;
	const char *name;
	size_t length;
	int result = ramfs_walk(fs, from, path, follow, &directory, &name, &length);

	if (result)
		return result;
	*node = directory;
	if (length)
		result = ramfs_walk_child(directory, name, length, node);
	if (result == -ENOMEM)
		return result;
	if (*node && follow && (*node)->resolve) {
		*node = (*node)->resolve((*node)->argument);
		return *node ? -EEXIST : -ENXIO;
	}
	if (*node)
		return -EEXIST;
	if (name[length] == '/' && type != RAMFS_DIRECTORY)
		return -EISDIR;
	if (is_removed(fs, directory))
		return -ENOENT;
	*node = make_node(fs, type, mode);
	if (!*node)
		return -ENOMEM;
	memcpy((*node)->name, name, length);
	link_child(directory, *node);
	return 0;
}

/* Whether a node may be removed from the tree as what the caller says it is. */
static int
check_removal(const struct ramfs *fs, struct ramfs_node *node, bool directory)
{
	int result;

	if (node == fs->root)
		return directory ? -EBUSY : -EISDIR;
	if (is_removed(fs, node))
		return -ENOENT;
	if (node->type != RAMFS_DIRECTORY)
		return directory ? -ENOTDIR : 0;
	if (!directory)
		return -EISDIR;
	result = ramfs_walk_populate(node);
	return !result && node->children ? -ENOTEMPTY : result;
}

int
ramfs_make_link(struct ramfs *fs, struct ramfs_node *from, const char *path, const char *target,
		struct ramfs_node **node)
{
	size_t length = string_length_within(target, RAMFS_PATH_MAX);
	int result;

	if (!length)
		return -ENOENT;
	if (length >= RAMFS_PATH_MAX)
		return -ENAMETOOLONG;
	result = ramfs_make(fs, from, path, false, RAMFS_LINK, 0777, node);
	if (result)
		return result;
	(*node)->target = grant_take(length + 1, false);
	if ((*node)->target) {
		memcpy((*node)->target, target, length + 1);
		return 0;
	}
	unlink_child(*node);
	ramfs_release(*node);
	return -ENOSPC;
}

int
ramfs_remove(struct ramfs *fs, struct ramfs_node *from, const char *path, bool directory)
{
	struct ramfs_node *node;
	int result = ramfs_find(fs, from, path, false, &node);

	if (!result)
		result = check_removal(fs, node, directory);
	if (result)
		return result;
	unlink_child(node);
	ramfs_release(node);
	return 0;
}

/* Whether a directory is another, or is below it. */
static bool
is_within(const struct ramfs_node *node, const struct ramfs_node *directory)
{
	for (; node; node = node->parent)
		if (node == directory)
			return true;
	return false;
}

int
ramfs_rename(struct ramfs *fs, struct ramfs_node *old_from, const char *old,
	     struct ramfs_node *new_from, const char *new)
{
	struct ramfs_node *node, *directory, *replaced;
	const char *name;
	size_t length;
	int result = ramfs_find(fs, old_from, old, false, &node);

	if (!result)
		result = ramfs_walk(fs, new_from, new, false, &directory, &name, &length);
	if (result)
		return result;
	if (node == fs->root || !length)
		return -EBUSY;
	if (is_removed(fs, node) || is_removed(fs, directory))
		return -ENOENT;
	if (is_within(directory, node))
		return -EINVAL;
	if (name[length] == '/' && node->type != RAMFS_DIRECTORY)
		return -ENOTDIR;
	result = ramfs_walk_child(directory, name, length, &replaced);
	if (result == -ENOMEM)
		return result;
	if (replaced == node)
		return 0;
	if (replaced) {
		result = check_removal(fs, replaced, node->type == RAMFS_DIRECTORY);
		if (result)
			return result;
		unlink_child(replaced);
		ramfs_release(replaced);
	}
	unlink_child(node);
	memset(node->name, 0, sizeof(node->name));
	memcpy(node->name, name, length);
	link_child(directory, node);
	return 0;
}

/* -- Looking ----------------------------------------------------------------------------------- */

int
ramfs_path(const struct ramfs *fs, const struct ramfs_node *node, char *path, size_t size)
{
	size_t length = 0, end;

	for (const struct ramfs_node *at = node; at != fs->root; at = at->parent) {
		if (!at->parent)
			return -ENOENT;
		length += 1 + string_length(at->name);
	}
	if (!length)
		length = 1;
	if (length + 1 > size)
		return -ERANGE;
	path[0] = '/';
	path[length] = '\0';
	for (end = length; node != fs->root; node = node->parent) {
		size_t part = string_length(node->name);

		end -= part + 1;
		path[end] = '/';
		memcpy(path + end + 1, node->name, part);
	}
	return (int)length;
}

int
ramfs_next(struct ramfs_node *directory, uint64_t after, struct ramfs_node **child)
{
	int result = ramfs_walk_populate(directory);

	*child = result ? NULL : directory->children;
	while (*child && (*child)->inode <= after)
		*child = (*child)->next;
	return result;
}
