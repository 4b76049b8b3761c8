/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From paths to nodes. A node is held: lookup_release() lets go of it. Where a relative path
 * starts is a descriptor of a directory, or ABI_AT_FDCWD. System call context.
 */
#ifndef LIBC_LOOKUP_H
#define LIBC_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "libc/files/ramfs.h"

/*
 * The node that a path starts from; NULL and *error when there is none: -ENOENT (the path is
 * empty), -EBADF, -ENOTDIR.
 */
struct ramfs_node *lookup_start(int descriptor, const char *path, int *error);

/*
 * The node of a descriptor, whatever it may be used for; ABI_AT_FDCWD: the working directory. NULL
 * and *error: -EBADF, or -ENOTDIR (it has none).
 */
struct ramfs_node *lookup_descriptor(int descriptor, int *error);

/* The node that a path names; NULL and *error when there is none. `follow`: a link at its end. */
struct ramfs_node *lookup_find(int descriptor, const char *path, bool follow, int *error);

/*
 * The same by the flags ABI_AT_SYMLINK_NOFOLLOW and ABI_AT_EMPTY_PATH, with which an empty path
 * means the descriptor's.
 */
struct ramfs_node *lookup_find_by(int descriptor, const char *path, int flags, int *error);

/*
 * A new node of a name that nothing has; -EEXIST when something has it. The mask of new files is
 * taken from mode.
 */
struct ramfs_node *lookup_make(int descriptor, const char *path, enum ramfs_type type,
			       uint64_t mode, int *error);

/*
 * The node that a path names, or a new file, and whether it was *made; with `exclusive` -EEXIST for
 * what is there, be it a link; without `follow` a link at the end is what is found.
 */
struct ramfs_node *lookup_make_file(int descriptor, const char *path, bool follow, bool exclusive,
				    uint64_t mode, bool *made, int *error);

/* The mask of new files. */
uint32_t lookup_mask(void);

void lookup_release(struct ramfs_node *node);

#endif
