/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ring of bytes with one writer at a time and several readers, each at its own position.
 * Positions count bytes since the start and never wrap (2^64 of them). A reader needs no lock
 * against the writer; writers lock among themselves.
 */
#ifndef KERNEL_RING_H
#define KERNEL_RING_H

#include <stddef.h>
#include <stdint.h>

#define RING_READERS_MAX 8

struct ring {
	char *bytes;
	size_t size;   /* a power of two */
	uint64_t head; /* position after the last byte written */
	uint64_t tails[RING_READERS_MAX];
	unsigned readers;
};

/*
 * Adds a reader that begins with the oldest byte that is still there. Returns its number, or
 * -ENOSPC. Not while another CPU writes.
 */
int ring_add_reader(struct ring *ring);

/* Takes a reader's claim on bytes away: it has read all, now and later. The reader's CPU. */
void ring_remove_reader(struct ring *ring, unsigned reader);

/* Bytes that can be written before the slowest reader would lose one. The writer. */
size_t ring_room(const struct ring *ring);

/* Writes length <= ring_room() bytes. The writer. */
void ring_put(struct ring *ring, const char *bytes, size_t length);

/*
 * The longest run of bytes in one piece that the reader has not taken; returns its length, 0
 * when there is none. The reader's CPU.
 */
size_t ring_peek(const struct ring *ring, unsigned reader, const char **bytes);

/* Takes `length` bytes of what ring_peek() showed. The reader's CPU. */
void ring_take(struct ring *ring, unsigned reader, size_t length);

#endif
