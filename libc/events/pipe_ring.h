/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is in a pipe, in pages as Linux has them: what is written is put behind what the last page
 * holds if all of its odd bytes fit there, and begins a page otherwise. So it is pages that a pipe
 * has room for, and it is known when what has been written is not torn. The caller locks.
 */
#ifndef LIBC_PIPE_RING_H
#define LIBC_PIPE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/memory/paging.h"
#include "libc/base/pieces.h"

#define PIPE_RING_PAGES 16 /* of a new pipe */
#define PIPE_RING_STEP 64  /* pages that are moved while a lock is held */

struct pipe_page {
	uint16_t offset, length;
	bool whole; /* nothing is put behind it */
};

struct pipe_ring {
	uint8_t *bytes;		 /* the pages, and behind them their struct pipe_page */
	unsigned pages;		 /* a power of 2 */
	unsigned head, tail;	 /* pages begun, and emptied, since the start */
	size_t used;		 /* bytes */
};

/* Makes an empty ring. Returns 0, or -ENOMEM. */
int pipe_ring_make(struct pipe_ring *ring, unsigned pages);
void pipe_ring_free(struct pipe_ring *ring);

bool pipe_ring_is_full(const struct pipe_ring *ring);

/* Moves what is in a ring to an empty one that has as many pages for it. */
void pipe_ring_move(struct pipe_ring *from, struct pipe_ring *to);

/*
 * Puts up to `size` bytes of pieces; `first`: a call that writes so many begins with them. Returns
 * how many found room, perhaps 0, in a step.
 */
size_t pipe_ring_put(struct pipe_ring *ring, struct pieces *pieces, size_t size, bool first);

/* Begins a page, of which there is one, with bytes that stay alone in it, from an offset on. */
void pipe_ring_put_page(struct pipe_ring *ring, const void *bytes, size_t offset, size_t size);

/*
 * Moves what up to `size` bytes of a ring's pages have to another, as far as that has pages; or
 * copies it (`keeps`), from the page of number *at on, which is passed. Returns how many bytes, in
 * a step.
 */
size_t pipe_ring_pass(struct pipe_ring *from, struct pipe_ring *to, size_t size, bool keeps,
		      unsigned *at);

/* What is in the first page; `size` bytes of it are taken away. */
const void *pipe_ring_first(const struct pipe_ring *ring, size_t *length);
void pipe_ring_drop(struct pipe_ring *ring, size_t size);

/* Takes up to `size` bytes. Returns how many there were, in a step. */
size_t pipe_ring_take(struct pipe_ring *ring, struct pieces *pieces, size_t size);

#endif
