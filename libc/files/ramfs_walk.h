/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walking paths: for ramfs.c.
 */
#ifndef LIBC_RAMFS_WALK_H
#define LIBC_RAMFS_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "libc/files/ramfs.h"

/*
 * Walks to the last component: *directory has or would have it, *name and *length are its name.
 * The root itself and a path that ends in "." or ".." have a last component of length 0. With
 * `follow` a link at the end is walked on, unless it leads to a node. Errors are those of
 * ramfs_find().
 */
int ramfs_walk(const struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
	       struct ramfs_node **directory, const char **name, size_t *length);

/*
 * The child of a directory that has a name. Returns 0, -ENOENT, or -ENOMEM, and NULL with both.
 * `directory` may be what *child is.
 */
int ramfs_walk_child(struct ramfs_node *directory, const char *name, size_t length,
		     struct ramfs_node **child);

/* Has a directory made up, if it is made up when it is looked at. Returns 0, or -ENOMEM. */
int ramfs_walk_populate(struct ramfs_node *directory);

#endif
