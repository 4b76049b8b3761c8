/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The nodes: making them, and how long they live. A name holds what it leads to, and a directory
 * the one that it is in, so that ".." leads somewhere from a directory that is removed.
 */
#include "libc/files/ramfs.h"

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/grant.h"
#include "libc/base/pool.h"
#include "libc/files/ramfs_directory.h"

#define FIRST_PLACE 2 /* those before are of "." and ".." */

struct ramfs files_tree;

struct spinlock files_lock = SPINLOCK_INIT;

static struct pool nodes = {.size = sizeof(struct ramfs_node)};
static struct ramfs_node *dead; /* with contents still */

struct ramfs_node *
ramfs_new(struct ramfs *fs, enum ramfs_type type, uint32_t mode)
{
	struct ramfs_node *node = pool_take(&nodes);
	uint64_t now = fs->now();

	if (!node)
		return NULL;
	node->inode = ++fs->last_inode;
	node->type = type;
	node->mode = mode;
	node->references = 1;
	node->times = (struct ramfs_times){now, now, now, now};
	node->seals = RAMFS_SEALED;
	return node;
}

int
ramfs_init(struct ramfs *fs, uint64_t (*now)(void))
{
	*fs = (struct ramfs){.now = now, .last_place = FIRST_PLACE};
	fs->root = ramfs_new(fs, RAMFS_DIRECTORY, 0755);
	if (!fs->root)
		return -ENOMEM;
	fs->root->parent = fs->root;
	fs->root->links = 2;
	return 0;
}

bool
ramfs_is_removed(const struct ramfs *fs, const struct ramfs_node *directory)
{
	return directory != fs->root && !directory->names->directory;
}

void
ramfs_touch(const struct ramfs *fs, struct ramfs_node *directory)
{
	directory->times.modified_ns = directory->times.changed_ns = fs->now();
}

int
ramfs_path(const struct ramfs *fs, const struct ramfs_node *node, char *path, size_t size)
{
	size_t length = 0, end;

	for (const struct ramfs_node *at = node; at != fs->root; at = at->names->directory) {
		if (!at->names || !at->names->directory)
			return -ENOENT;
		length += 1 + string_length(at->names->name);
	}
	if (!length)
		length = 1;
	if (length + 1 > size)
		return -ERANGE;
	path[0] = '/';
	path[length] = '\0';
	for (end = length; node != fs->root; node = node->names->directory) {
		size_t part = string_length(node->names->name);

		end -= part + 1;
		path[end] = '/';
		memcpy(path + end + 1, node->names->name, part);
	}
	return (int)length;
}

/* -- Holding ----------------------------------------------------------------------------------- */

void
ramfs_hold(struct ramfs_node *node)
{
	assert_that(node->references > 0 && node->references < POOL_REFERENCES_MAX);
	node->references++;
}

/* What nobody holds any more. */
static void
free_node(struct ramfs_node *node)
{
	ramfs_directory_forget(node);
	if (node->contents.root) {
		node->next_dead = dead;
		dead = node;
		return;
	}
	if (node->target)
		grant_return(node->target, string_length(node->target) + 1);
	pool_give(&nodes, node);
}

void
ramfs_release(struct ramfs_node *node)
{
	while (node) {
		struct ramfs_node *parent = node->parent;

		assert_that(node->references > 0 && node->references < POOL_REFERENCES_MAX);
		if (--node->references)
			return;
		free_node(node);
		node = parent;
	}
}

static struct ramfs_node *
pop_dead(void)
{
	uint64_t flags = spin_lock(&files_lock);
	struct ramfs_node *node = dead;

	if (node)
		dead = node->next_dead;
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
