/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Renaming, in the order of Linux's checks: both directories, both last parts, what has the old
 * name, what has the new one, what may be put into what.
 */
#include "kernel/base/errno.h"
#include "libc/files/ramfs.h"
#include "libc/files/ramfs_directory.h"
#include "libc/files/ramfs_walk.h"

struct rename {
	struct ramfs *fs;
	unsigned how;
	struct ramfs_walk old, new;
	struct ramfs_entry *old_entry, *new_entry; /* the new one may be NULL */
};

/* Whether a directory is another, or is below it. */
static bool
is_within(const struct ramfs_node *node, const struct ramfs_node *directory)
{
	while (node != directory && node != node->parent)
		node = node->parent;
	return node == directory;
}

/* Finds what has the two names. */
static int
find_entries(struct rename *rename)
{
	int result;

	if (rename->old.last != RAMFS_LAST_NAME)
		return -EBUSY;
	if (rename->new.last != RAMFS_LAST_NAME)
		return rename->how & RAMFS_NO_REPLACE ? -EEXIST : -EBUSY;
	result = ramfs_walk_entry(&rename->old, &rename->old_entry);
	if (!result && !rename->old_entry)
		result = -ENOENT;
	if (!result && ramfs_is_removed(rename->fs, rename->new.directory))
		result = -ENOENT;
	if (!result)
		result = ramfs_walk_entry(&rename->new, &rename->new_entry);
	if (!result && rename->new_entry && (rename->how & RAMFS_NO_REPLACE))
		result = -EEXIST;
	if (!result && !rename->new_entry && (rename->how & RAMFS_EXCHANGE))
		result = -ENOENT;
	return result;
}

/* A slash behind a name is for directories; and none goes into itself. */
static int
check_shape(const struct rename *rename)
{
	const struct ramfs_node *old = rename->old_entry->node;
	const struct ramfs_node *new = rename->new_entry ? rename->new_entry->node : NULL;
	bool exchange = rename->how & RAMFS_EXCHANGE;

	if (exchange && new->type != RAMFS_DIRECTORY && rename->new.slash)
		return -ENOTDIR;
	if (old->type != RAMFS_DIRECTORY && (rename->old.slash || (!exchange && rename->new.slash)))
		return -ENOTDIR;
	if (old->type == RAMFS_DIRECTORY && is_within(rename->new.directory, old))
		return -EINVAL;
	if (new &&new->type == RAMFS_DIRECTORY && is_within(rename->old.directory, new))
		return exchange ? -EINVAL : -ENOTEMPTY;
	return 0;
}

/* Whether what has the new name may be replaced. */
static int
check_replaced(const struct rename *rename)
{
	bool directory = rename->old_entry->node->type == RAMFS_DIRECTORY;
	struct ramfs_entry *inside = NULL;
	int result = 0;

	if (!rename->new_entry || (rename->how & RAMFS_EXCHANGE))
		return 0;
	if (directory && rename->new_entry->node->type != RAMFS_DIRECTORY)
		return -ENOTDIR;
	if (!directory && rename->new_entry->node->type == RAMFS_DIRECTORY)
		return -EISDIR;
	if (directory)
		result = ramfs_next(rename->new_entry->node, 0, &inside);
	return !result && inside ? -ENOTEMPTY : result;
}

/* A directory is in another one now: what it holds, and links. */
static void
move_parent(struct ramfs_node *node, struct ramfs_node *to)
{
	struct ramfs_node *from = node->parent;

	if (node->type != RAMFS_DIRECTORY || from == to)
		return;
	ramfs_hold(to);
	to->links++;
	node->parent = to;
	from->links--;
	ramfs_release(from);
}

static void
exchange(const struct rename *rename)
{
	struct ramfs_node *old = rename->old_entry->node, *new = rename->new_entry->node;

	ramfs_directory_lead(rename->old_entry, new);
	ramfs_directory_lead(rename->new_entry, old);
	move_parent(old, rename->new.directory);
	move_parent(new, rename->old.directory);
	new->times.changed_ns = rename->fs->now();
}

static void
move_entry(const struct rename *rename)
{
	const struct ramfs_walk *to = &rename->new;

	if (rename->new_entry)
		ramfs_remove_entry(rename->fs, rename->new_entry);
	ramfs_directory_move(rename->old_entry, to->directory, to->name, to->length,
			     ++rename->fs->last_place);
	move_parent(rename->old_entry->node, to->directory);
}

int
ramfs_rename(struct ramfs *fs, struct ramfs_place old, struct ramfs_place new, unsigned how)
{
	struct rename rename = {.fs = fs, .how = how};
	struct ramfs_node *node;
	int result = ramfs_walk(&rename.old, fs, old.from, old.path);

	if (!result)
		result = ramfs_walk(&rename.new, fs, new.from, new.path);
	if (!result)
		result = find_entries(&rename);
	if (!result)
		result = check_shape(&rename);
	if (result)
		return result;
	node = rename.old_entry->node;
	if (rename.new_entry && rename.new_entry->node == node)
		return 0;
	result = check_replaced(&rename);
	if (result)
		return result;
	(how & RAMFS_EXCHANGE ? exchange : move_entry)(&rename);
	node->times.changed_ns = fs->now();
	ramfs_touch(fs, rename.old.directory);
	ramfs_touch(fs, rename.new.directory);
	return 0;
}

int
ramfs_check_parent(struct ramfs *fs, struct ramfs_place place)
{
	struct ramfs_walk walk;

	return ramfs_walk(&walk, fs, place.from, place.path);
}
