/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The contents of a regular file: pages in a tree, those that were never written missing: they read
 * as zeros, and take no memory. One caller at a time (the node's mutex), but contents_page() and
 * contents_copy_page(), which a page fault's handler calls meanwhile.
 */
#ifndef LIBC_CONTENTS_H
#define LIBC_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/base/spinlock.h"

struct contents {
	struct spinlock lock; /* the tree and the size */
	uint64_t size;
	uint64_t *root; /* frames of 512 entries, or, at 0 levels, the only page */
	unsigned levels;
	uint64_t pages;	       /* in memory */
	bool huge;	       /* it is taken in pieces of 2 MB, each at a multiple of that */
	const uint8_t *module; /* a boot module's memory: what missing pages have at first */
	uint64_t module_size;
};

#define CONTENTS_SIZE_MAX ((1ULL << 63) - 1)

/* Reads at an offset. Returns the bytes, 0 at the end. Breathes (thread_breathe()). */
int64_t contents_read(struct contents *contents, void *buffer, size_t size, uint64_t offset);

/*
 * Writes at an offset; a gap before it reads as zeros. Returns the bytes, fewer than `size` when
 * memory runs out or CONTENTS_SIZE_MAX is reached on the way; -ENOSPC, -EFBIG. Breathes.
 */
int64_t contents_write(struct contents *contents, const void *buffer, size_t size, uint64_t offset);

/* Sets the size alone: what lies behind it is not looked at any more. Returns 0, or -EFBIG. */
int contents_set_size(struct contents *contents, uint64_t size);

/* Frees what lies behind the size, and zeroes the last page's rest. Breathes. */
void contents_cut(struct contents *contents);

/* Takes memory for a range, which has data only when it is written. 0, or -ENOSPC. Breathes. */
int contents_reserve(struct contents *contents, uint64_t offset, uint64_t length);

/* Makes a range a hole: it reads as zeros. Whole pages of it are freed. Breathes. */
void contents_punch(struct contents *contents, uint64_t offset, uint64_t length);

/* Zeroes a range, and frees nothing of it. Breathes. */
void contents_zero(struct contents *contents, uint64_t offset, uint64_t length);

/* The frame of a page, made if it is missing. Returns 0, -ENXIO (behind the end), -ENOMEM. */
int contents_page(struct contents *contents, uint64_t index, uint64_t *frame);

/* Copies a page, zeros behind the end, into zeroed memory. Returns 0, or -ENXIO. */
int contents_copy_page(struct contents *contents, uint64_t index, void *memory);

/*
 * The first offset from one on where there are data (or, with `data` false, a hole); the size if
 * there is none. Breathes.
 */
uint64_t contents_seek(struct contents *contents, uint64_t offset, bool data);

#endif
