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

/* Those of an end. */
extern const struct file_operations pipe_operations;

#endif
