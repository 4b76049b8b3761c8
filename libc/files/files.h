/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Open files and the tree that they are opened in. The tree and the table of descriptors are under
 * one lock, files_lock; operations run without it, and may block. Where an open file's offset is
 * used and moved, its mutex is held; it is taken before a node's.
 */
#ifndef LIBC_FILES_H
#define LIBC_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/base/spinlock.h"
#include "libc/base/abi.h"
#include "libc/files/ramfs.h"

#define DESCRIPTORS_MAX 1024

struct abi_iovec;
struct file;
struct pool;

enum file_allocation {
	FILE_EXTEND,  /* takes memory, and the file reaches to the end of the range at least */
	FILE_RESERVE, /* takes memory */
	FILE_PUNCH,   /* gives it back: the range reads as zeros */
};

/* What is missing fails: read, write and resize with EINVAL, control with ENOTTY. */
struct file_operations {
	/* Bytes moved, or -errno. `offset` means something only to what can seek. */
	int64_t (*read)(struct file *file, void *buffer, size_t size, uint64_t offset);
	int64_t (*write)(struct file *file, const void *buffer, size_t size, uint64_t offset);
	/* readv() and writev(); missing: piece after piece. */
	int64_t (*read_vector)(struct file *file, const struct abi_iovec *vector, uint64_t count);
	int64_t (*write_vector)(struct file *file, const struct abi_iovec *vector, uint64_t count);
	/*
	 * Pieces as a whole, at *offset, or if so told at the end; *offset is moved behind them.
	 * Missing: one after another.
	 */
	int64_t (*write_pieces)(struct file *file, const struct abi_iovec *vector, uint64_t count,
				uint64_t *offset, bool append);
	/*
	 * Of a pipe, for sendfile() and splice(): takes up to `size` bytes of what another file
	 * gives, at *offset, which is moved. Returns the bytes, or -errno.
	 */
	int64_t (*fill)(struct file *file, struct file *from, int64_t *offset, uint64_t size,
			bool no_wait);
	int (*resize)(struct file *file, uint64_t size);
	/* fallocate(), whose range does not wrap round. 0 or -errno; missing: ENODEV. */
	int (*allocate)(struct file *file, uint64_t offset, uint64_t length,
			enum file_allocation how);
	int64_t (*control)(struct file *file, uint64_t request, uint64_t argument);
	/* fcntl() of what only this kind has; missing: EINVAL. */
	int64_t (*fcntl)(struct file *file, unsigned command, uint64_t argument);
	/* Which of ABI_POLL* hold now; missing: both reading and writing never block. */
	uint32_t (*ready)(struct file *file);
	/* Where events are marked: whatever is not always ready has it. */
	struct ready_source *(*source)(struct file *file);
	/* mmap(), its rights checked: the address, or -errno; missing: ENODEV. */
	int64_t (*map)(struct file *file, struct mapping_request *request);
	/* lseek()'s SEEK_DATA (`data`) and SEEK_HOLE; missing: there are data up to the end. */
	uint64_t (*find)(struct file *file, uint64_t offset, bool data);
	/* Where the end is; missing: at 0. */
	uint64_t (*size)(const struct file *file);
	void (*flush)(struct file *file); /* a descriptor of it is closed */
	void (*close)(struct file *file);
	struct pool *states; /* a new file's state is from there, zeroed; NULL: it has none */
	bool seekable;
	bool at_start; /* lseek() gives 0, whatever is asked for */
	uint32_t kind; /* ABI_S_IF* of what has no name */
};

/* An open file description: what descriptors that dup() made have in common. */
struct file {
	const struct file_operations *operations;
	unsigned references;
	uint64_t serial;	 /* never used again */
	uint32_t flags;		 /* ABI_O_* */
	uint32_t lock;		 /* flock(): ABI_LOCK_SH, ABI_LOCK_EX or 0 */
	struct mutex position;	 /* of what is seekable: for the offset */
	uint64_t offset;	 /* where reading and writing go on */
	struct ramfs_node *node; /* held; NULL for what has no name */
	void *state;		 /* what its kind keeps, known to its operations alone */
	void *watches;		 /* epoll's, of this file */
};

/* -- open_file.c and descriptors.c ------------------------------------------------------------- */

/* A new open file with one reference, and its state; NULL when there is no memory. */
struct file *file_make(const struct file_operations *operations, uint32_t flags,
		       struct ramfs_node *node);

/*
 * The open file of a descriptor, held; NULL when there is none, or when it only names a file
 * (ABI_O_PATH).
 */
struct file *file_get(int descriptor);

/* The same, also when it only names a file. */
struct file *file_get_any(int descriptor);

/* Whether it was opened for reading, for writing: access mode 3 is for neither. */
static inline bool
file_reads(const struct file *file)
{
	return (file->flags & ABI_O_ACCMODE) == ABI_O_RDONLY ||
	       (file->flags & ABI_O_ACCMODE) == ABI_O_RDWR;
}

static inline bool
file_writes(const struct file *file)
{
	return (file->flags & ABI_O_ACCMODE) == ABI_O_WRONLY ||
	       (file->flags & ABI_O_ACCMODE) == ABI_O_RDWR;
}

/* Holds an open file once more; returns it. */
struct file *file_hold(struct file *file);

/* Lets go of an open file; closes it with the last. */
void file_put(struct file *file);

/* Gives an open file, with its reference, the lowest free descriptor >= from. -EMFILE. */
int descriptor_add(struct file *file, int from, bool close_on_exec);

/*
 * Gives a new open file, with its reference, the lowest free descriptor, by ABI_O_CLOEXEC of flags.
 * NULL stands for want of memory. Returns it; -ENOMEM or -EMFILE: then the file is let go of.
 */
int descriptor_add_new(struct file *file, int flags);

/* Whether calls on an open file wait; returns 0. */
int64_t file_set_blocking(struct file *file, bool blocks);

/*
 * Gives two open files, with their references, descriptors. Either may be NULL for want of memory:
 * then, and when no descriptor is free, both are let go of. Returns 0, -ENOMEM or -EMFILE.
 */
int descriptor_add_pair(struct file *const files[2], bool close_on_exec, int32_t descriptors[2]);

/* The open file of a descriptor, or NULL. With files_lock held. */
const struct file *descriptor_peek(int descriptor);

/* New descriptors are below `count`, at most DESCRIPTORS_MAX. */
void descriptor_set_limit(unsigned count);

/* Frees a descriptor. Returns 0, or -EBADF. */
int descriptor_close(int descriptor);

/* -- files.c ----------------------------------------------------------------------------------- */

/*
 * Opens a node that the caller holds, and that it has `made` or not. Returns an open file, or NULL
 * and *error.
 */
struct file *files_open_node(struct ramfs_node *node, uint32_t flags, bool made, int *error);

/* -- files_map.c ------------------------------------------------------------------------------- */

/* An operation: maps a copy of what read() gives. */
int64_t files_map_copy(struct file *file, struct mapping_request *request);

/* mmap() of a file; the request's owner is filled in. Returns the address, or -errno. */
int64_t files_map(int descriptor, struct mapping_request *request);

#endif
