/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ring of bytes that one side fills and another empties: a pipe, and what a socket has been
 * sent. The caller locks.
 */
#ifndef LIBC_BYTE_RING_H
#define LIBC_BYTE_RING_H

#include <stddef.h>
#include <stdint.h>

struct byte_ring {
	uint8_t *bytes;
	size_t size;
	uint64_t head, tail; /* bytes written and read since the start */
};

/* Makes an empty ring of a size that is a multiple of a page. Returns 0, or -ENOMEM. */
int byte_ring_make(struct byte_ring *ring, size_t size);
void byte_ring_free(struct byte_ring *ring);

/* Bytes that can be taken, and that can be put. */
size_t byte_ring_used(const struct byte_ring *ring);
size_t byte_ring_room(const struct byte_ring *ring);

/* Puts length <= byte_ring_room() bytes. */
void byte_ring_put(struct byte_ring *ring, const void *bytes, size_t length);

/* Copies bytes from `skip` on, which stay; skip + length <= byte_ring_used(). */
void byte_ring_look(const struct byte_ring *ring, size_t skip, void *bytes, size_t length);

/* Takes length <= byte_ring_used() bytes away. */
void byte_ring_drop(struct byte_ring *ring, size_t length);

#endif
