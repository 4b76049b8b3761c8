/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The file system in memory: a tree of directories, files, devices and generated files. Pure
 * data structure: the caller locks. Functions return 0 or -errno as POSIX has it.
 *
 * What a file contains (contents.h) is under a mutex of the node's, not under the caller's lock.
 */
#ifndef LIBC_RAMFS_H
#define LIBC_RAMFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/thread/mutex.h"
#include "libc/files/contents.h"
#include "libc/memory/mapping.h"

#define RAMFS_NAME_MAX 255
#define RAMFS_PATH_MAX 4096

struct file_operations;

enum ramfs_type {
	RAMFS_DIRECTORY,
	RAMFS_FILE,
	RAMFS_DEVICE,	 /* operations and argument are the device's */
	RAMFS_CONTROL,	 /* the same of what looks like a file */
	RAMFS_GENERATED, /* generate() writes the contents at open() */
	RAMFS_SOCKET,	 /* the name of a socket, which is in argument while it is open */
	RAMFS_LINK,	 /* target is the path, or generate() writes it and resolve() is set */
};

/* Writes at most size bytes of a generated file; returns the length that all of it has. */
typedef size_t (*ramfs_generator)(char *buffer, size_t size, uint64_t argument);

struct ramfs_node {
	struct ramfs_node *parent;   /* NULL: removed from the tree, or the root */
	struct ramfs_node *children; /* by ascending inode */
	struct ramfs_node *next;
	uint64_t inode;		     /* never used again */
	enum ramfs_type type;
	uint32_t mode;		     /* permission bits; shown, not enforced */
	unsigned references;	     /* open files and mappings, one for the tree */
	uint64_t modified_ns;	     /* CLOCK_REALTIME */
	unsigned shared_locks;	     /* flock() */
	bool locked_alone;

	/*
	 * RAMFS_DIRECTORY: called before anything is looked up in it, and then taken away; may be
	 * NULL. It may set itself again, to be called each time. Returns 0, or -ENOMEM: then it
	 * stays, and finds what it has made when it is called the next time.
	 */
	int (*populate)(struct ramfs_node *directory);

	/* RAMFS_LINK */
	struct ramfs_node *(*resolve)(uint64_t argument); /* where it leads if it is made up */

	char *target;		     /* RAMFS_LINK: a grant, with its NUL */

	/* RAMFS_FILE */
	struct mutex mutex;	     /* for contents */
	struct contents contents;
	struct mapping_owner mapping; /* of its pages */

	/* RAMFS_DEVICE, RAMFS_CONTROL, RAMFS_GENERATED, RAMFS_SOCKET, RAMFS_LINK */
	const struct file_operations *operations;
	ramfs_generator generate;
	uint64_t argument;

	char name[RAMFS_NAME_MAX + 1];
};

struct ramfs {
	struct ramfs_node *root;
	uint64_t last_inode;
};

/* The program's, and the lock for it, for the table of descriptors and for open files. */
extern struct ramfs files_tree;
extern struct spinlock files_lock;

/* Makes the root. Returns 0, or -ENOMEM. */
int ramfs_init(struct ramfs *fs);

/*
 * Finds what a path names, from `from` when it is relative. A trailing slash means a directory.
 * `follow`: a link at the end leads on. ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP; ENXIO: a link that
 * leads to no node; ENOMEM: a directory on the way cannot be made up.
 */
int ramfs_find(struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
	       struct ramfs_node **node);

/*
 * Makes a node of a type; with `follow` where a link leads. EEXIST (then *node is what exists),
 * and those of ramfs_find(); ENOENT too when the directory is removed.
 */
int ramfs_make(struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
	       enum ramfs_type type, uint32_t mode, struct ramfs_node **node);

/* Makes a symbolic link. Errors are those of ramfs_make(), and ENOSPC. */
int ramfs_make_link(struct ramfs *fs, struct ramfs_node *from, const char *path,
		    const char *target, struct ramfs_node **node);

/* Removes a name. A directory: ENOTEMPTY, EBUSY (the root). EISDIR or ENOTDIR by `directory`. */
int ramfs_remove(struct ramfs *fs, struct ramfs_node *from, const char *path, bool directory);

/*
 * Renames; what has the new name is replaced. EINVAL: a directory into itself. ENOENT: the new
 * directory is removed.
 */
int ramfs_rename(struct ramfs *fs, struct ramfs_node *old_from, const char *old,
		 struct ramfs_node *new_from, const char *new);

/* The path of a node. Returns its length, or -ERANGE, -ENOENT (it is removed). */
int ramfs_path(const struct ramfs *fs, const struct ramfs_node *node, char *path, size_t size);

/* The child of a directory that comes first after an inode number; NULL: none. 0, or -ENOMEM. */
int ramfs_next(struct ramfs_node *directory, uint64_t after, struct ramfs_node **child);

/*
 * Holds a node that may be removed meanwhile; lets go of it. With the last it is freed, or, if it
 * has contents, when ramfs_collect() is called next.
 */
void ramfs_hold(struct ramfs_node *node);
void ramfs_release(struct ramfs_node *node);

/*
 * Frees what was let go of, which may take long: called without files_lock, after whatever may have
 * let go of a file. System call context.
 */
void ramfs_collect(void);

#endif
