/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a pipe with a name (fifo.c) shares with others.
 */
#ifndef LIBC_PIPE_H
#define LIBC_PIPE_H

#include <stdbool.h>

#include "kernel/base/spinlock.h"
#include "libc/events/pipe_ring.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"

struct pipe {
	struct spinlock lock; /* taken after files_lock */
	struct pipe_ring ring;
	unsigned readers, writers;
	struct ready_source source; /* of all ends */
	unsigned reads, writes;	 /* how often it was opened for each */
	bool spliced;		 /* its first page is on its way: nobody else reads */
	struct ramfs_node *node; /* that names it, under files_lock; NULL: nothing does */
};

/* What an end reads from or writes to; the other is NULL, but of a name opened for both. */
struct pipe_end {
	struct pipe *in, *out;
	unsigned writes_at_open; /* it hears nothing of the end of those before */
};

/* A pipe that nobody has opened; NULL: no memory. pipe_free() frees it again. */
struct pipe *pipe_make(void);
void pipe_free(struct pipe *pipe);

extern struct pool pipe_ends; /* by which an open file is known to be one */

/* The pipe of an open file, whichever end it is; NULL: it is something else. */
struct pipe *pipe_of(const struct file *file);

/* Tells that there is something to read, and room. With the lock; ready_changed() is due. */
void pipe_mark_input(struct pipe *pipe);
void pipe_mark_room(struct pipe *pipe);

/* What a writer is answered when nobody will ever read: it is told by a signal as well. */
int64_t pipe_broken(size_t done);

/* Waits for a change, if it may. Returns 0, -EAGAIN or -EINTR. */
int pipe_await(const struct ready_state *state, bool no_wait);

/* Waits for pages that are free. Returns how many, or -errno. */
int64_t pipe_await_room(struct pipe *pipe, bool no_wait);

/* An operation of pipes, for sendfile() and splice(): see struct file_operations. */
int64_t pipe_fill(struct file *file, struct file *from, int64_t *offset, uint64_t size,
		  bool no_wait);

/* Those of an end. */
extern const struct file_operations pipe_operations;

#endif
