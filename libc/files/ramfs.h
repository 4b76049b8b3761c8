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
#define RAMFS_PERMISSIONS 07777 /* of a mode */
#define RAMFS_EXECUTE 0111

struct file;
struct file_operations;

enum ramfs_type {
	RAMFS_DIRECTORY,
	RAMFS_FILE,
	RAMFS_DEVICE,	 /* operations and argument are the device's */
	RAMFS_CONTROL,	 /* the same of what looks like a file */
	RAMFS_GENERATED, /* generate() writes the contents at open() */
	RAMFS_SOCKET,	 /* the name of a socket, which is in argument while it is open */
	RAMFS_FIFO,	 /* the name of a pipe, which is in argument while it is open */
	RAMFS_LINK,	 /* target is the path, or generate() writes it and resolve() is set */
};

/* Writes at most size bytes of a generated file; returns the length that all of it has. */
typedef size_t (*ramfs_generator)(char *buffer, size_t size, uint64_t argument);

/* Takes what is written to a generated file. Returns 0, or -errno. */
typedef int (*ramfs_taker)(const char *bytes, size_t length, uint64_t argument);

#define RAMFS_BRANCHES 4
#define RAMFS_SEALED 1 /* what has a name can be given no seals */

/* A name in a directory (ramfs_directory.c). A node of another type than that may have several. */
struct ramfs_entry {
	struct ramfs_node *directory; /* NULL: the last name of what is removed */
	struct ramfs_node *node;
	struct ramfs_entry *other, **other_from; /* names of the node */
	struct ramfs_entry *previous, *next;	 /* in the directory, by ascending place */
	struct ramfs_entry *branches[RAMFS_BRANCHES];
	uint64_t hash;
	uint64_t place; /* never used again */
	char name[RAMFS_NAME_MAX + 1];
};

/* CLOCK_REALTIME of the last reading, writing, change of what is told of a node; of its making. */
struct ramfs_times {
	uint64_t accessed_ns, modified_ns, changed_ns, created_ns;
};

struct ramfs_node {
	struct ramfs_entry *names;   /* NULL for the root */
	uint64_t inode;		     /* never used again */
	enum ramfs_type type;
	uint32_t mode;		     /* permission bits; shown, not enforced */
	unsigned references;	     /* open files and mappings, directories in it, names */
	unsigned links;		     /* names; of a directory those that lead to it */
	struct ramfs_times times;
	unsigned shared_locks;	     /* flock() */
	bool locked_alone;
	struct ramfs_node *next_dead;

	/* RAMFS_DIRECTORY */
	struct ramfs_node *parent;   /* held, when it is removed as well; the root's is the root */
	struct ramfs_entry *first, *last, *cursor, *by_hash;
	bool huge;		     /* files that are made in it take 2 MB at a time */

	/*
	 * RAMFS_DIRECTORY: called before a name is looked up in it, or with name NULL before it is
	 * listed, and then taken away; may be NULL. It may set itself again, to be called each
	 * time. Returns 0, or -ENOMEM: then it stays, and finds what it has made when it is called
	 * the next time.
	 */
	int (*populate)(struct ramfs_node *directory, const char *name, size_t length);

	/* RAMFS_LINK */
	struct ramfs_node *(*resolve)(uint64_t argument); /* where it leads if it is made up */

	char *target;		     /* RAMFS_LINK: a grant, with its NUL */

	int (*open)(struct file *file); /* RAMFS_FIFO: may wait. 0, or -errno: it is closed */

	/* RAMFS_FILE */
	struct mutex mutex;	     /* for contents */
	struct contents contents;
	struct mapping_owner mapping; /* of its pages */
	uint32_t seals;		     /* seals.h */
	bool nameless;		     /* from memfd_create(): to Linux on a file system of its own */

	/* RAMFS_DEVICE, RAMFS_CONTROL, RAMFS_GENERATED, RAMFS_SOCKET, RAMFS_FIFO, RAMFS_LINK */
	const struct file_operations *operations;
	ramfs_generator generate;
	ramfs_taker take; /* RAMFS_GENERATED: NULL: nobody writes it */
	uint64_t argument;
};

struct ramfs {
	struct ramfs_node *root;
	uint64_t last_inode, last_place;
	uint64_t (*now)(void); /* CLOCK_REALTIME */
};

/* The program's, and the lock for it, for the table of descriptors and for open files. */
extern struct ramfs files_tree;
extern struct spinlock files_lock;

/* -- ramfs.c ----------------------------------------------------------------------------------- */

/* Makes the root. Returns 0, or -ENOMEM. */
int ramfs_init(struct ramfs *fs, uint64_t (*now)(void));

/* A node with one reference and no name; NULL: no memory. */
struct ramfs_node *ramfs_new(struct ramfs *fs, enum ramfs_type type, uint32_t mode);

/* Whether a directory has been removed: nothing can be made in it. */
bool ramfs_is_removed(const struct ramfs *fs, const struct ramfs_node *directory);

/* A directory's entries have changed. */
void ramfs_touch(const struct ramfs *fs, struct ramfs_node *directory);

/* The path of a node, by one of its names. Its length, or -ERANGE, -ENOENT (it is removed). */
int ramfs_path(const struct ramfs *fs, const struct ramfs_node *node, char *path, size_t size);

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

/* -- ramfs_walk.c ------------------------------------------------------------------------------ */

/*
 * Finds what a path names, from `from` when it is relative. A trailing slash means a directory.
 * `follow`: a link at the end leads on. ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP; ENXIO: a link that
 * leads to no node; ENOMEM: a directory on the way cannot be made up.
 */
int ramfs_find(struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
	       struct ramfs_node **node);

/*
 * The entry of a directory that comes first after a place; NULL: none. Those behind it are its
 * `next`, as long as the caller locks. Returns 0, or -ENOMEM.
 */
int ramfs_next(struct ramfs_node *directory, uint64_t after, struct ramfs_entry **entry);

/* -- ramfs_change.c: errors are also those of ramfs_find() ------------------------------------- */

/*
 * Makes a node of a type. EEXIST: something has the name, and is *node if it is the last part of
 * the path. ENOENT too when the directory is removed, and for "name/" of what is no directory.
 */
int ramfs_make(struct ramfs *fs, struct ramfs_node *from, const char *path, enum ramfs_type type,
	       uint32_t mode, struct ramfs_node **node);

/*
 * Finds a node to open, or makes a file; with `follow` where a link leads. Returns 0 when it was
 * made; EEXIST: it was there. EISDIR: "name/".
 */
int ramfs_make_file(struct ramfs *fs, struct ramfs_node *from, const char *path, bool follow,
		    uint32_t mode, struct ramfs_node **node);

/* Makes a symbolic link. Errors are those of ramfs_make(), and ENOSPC. */
int ramfs_make_link(struct ramfs *fs, struct ramfs_node *from, const char *path,
		    const char *target, struct ramfs_node **node);

/* Gives a node another name. Errors are those of ramfs_make(); EPERM: a directory; ENOSPC. */
int ramfs_add_name(struct ramfs *fs, struct ramfs_node *from, const char *path,
		   struct ramfs_node *node);

/*
 * Removes a name. A directory: ENOTEMPTY, EBUSY (the root), EINVAL ("."). EISDIR or ENOTDIR by
 * `directory`.
 */
int ramfs_remove(struct ramfs *fs, struct ramfs_node *from, const char *path, bool directory);

/* Removes an entry, and what it leads to if that has no other name. Nothing is checked. */
void ramfs_remove_entry(struct ramfs *fs, struct ramfs_entry *entry);

#define RAMFS_NO_REPLACE 1u /* EEXIST when something has the new name */
#define RAMFS_EXCHANGE 2u   /* what has the new name gets the old one; ENOENT: nothing has it */

/* One side of ramfs_rename(). */
struct ramfs_place {
	struct ramfs_node *from;
	const char *path;
};

/*
 * Renames; what has the new name is replaced. EINVAL: a directory into itself. ENOTEMPTY, EISDIR,
 * ENOTDIR: what has the new name cannot be replaced. EBUSY: the last part is "." or "..". ENOENT:
 * the new directory is removed.
 */
int ramfs_rename(struct ramfs *fs, struct ramfs_place old, struct ramfs_place new, unsigned how);

/* Whether a path leads to a directory that has or would have its last part. */
int ramfs_check_parent(struct ramfs *fs, struct ramfs_place place);

#endif
