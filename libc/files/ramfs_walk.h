/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walking paths: for the other files of the tree.
 */
#ifndef LIBC_RAMFS_WALK_H
#define LIBC_RAMFS_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "libc/files/ramfs.h"

/* Links that are followed on one way: more are a loop, as Linux has it. */
#define RAMFS_WALK_LINKS 40

enum ramfs_last { RAMFS_LAST_NAME, RAMFS_LAST_ROOT, RAMFS_LAST_DOT, RAMFS_LAST_DOTS };

struct ramfs_walk {
	struct ramfs *fs;
	struct ramfs_node *directory; /* which has or would have the last part */
	const char *name;	      /* that part, of `length` bytes */
	size_t length;
	enum ramfs_last last;
	bool slash; /* behind it */

	unsigned links; /* followed so far */
	unsigned depth; /* of them within others: what is behind those is in rest */
	const char *rest[RAMFS_WALK_LINKS];
};

/* Walks to the last part of a path. Errors are those of ramfs_find(). */
int ramfs_walk(struct ramfs_walk *walk, struct ramfs *fs, struct ramfs_node *from,
	       const char *path);

/*
 * What the last part is; with `follow`, and with a slash behind it, a link leads on: then the last
 * part is that of the link. Returns 0 with *node NULL where a name is missing that could be made;
 * else errors are those of ramfs_find(). `makes`: a name with a slash behind it is EISDIR.
 */
int ramfs_walk_end(struct ramfs_walk *walk, bool follow, bool makes, struct ramfs_node **node);

/*
 * The entry of the last part, which is a name. Returns 0, also where there is none: NULL;
 * -ENAMETOOLONG, -ENOMEM.
 */
int ramfs_walk_entry(const struct ramfs_walk *walk, struct ramfs_entry **entry);

#endif
