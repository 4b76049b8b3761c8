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

/* The node that a path starts from. NULL and *error (-EBADF, -ENOTDIR) when there is none. */
struct ramfs_node *lookup_start(int descriptor, const char *path, int *error);

/* The node that a path names; NULL and *error when there is none. `follow`: a link at its end. */
struct ramfs_node *lookup_find(int descriptor, const char *path, bool follow, int *error);

/*
 * The node that a path names, which is made if it does not exist; -EEXIST with `exclusive` if it
 * does, be it a link. The mask of new files is taken from mode.
 */
struct ramfs_node *lookup_make(int descriptor, const char *path, enum ramfs_type type,
			       uint64_t mode, bool exclusive, int *error);

void lookup_release(struct ramfs_node *node);

#endif
