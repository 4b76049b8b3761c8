/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The writer publishes `head` after the bytes, a reader its tail after it has used them; a
 * removed reader's tail is RING_GONE and counts for nothing.
 */
#include "kernel/console/ring.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"

#define RING_GONE UINT64_MAX

int
ring_add_reader(struct ring *ring)
{
	if (ring->readers == RING_READERS_MAX)
		return -ENOSPC;
	ring->tails[ring->readers] = ring->head > ring->size ? ring->head - ring->size : 0;
	return (int)ring->readers++;
}

void
ring_remove_reader(struct ring *ring, unsigned reader)
{
	__atomic_store_n(&ring->tails[reader], RING_GONE, __ATOMIC_RELEASE);
}

size_t
ring_room(const struct ring *ring)
{
	uint64_t used = 0;

	for (unsigned i = 0; i < ring->readers; i++) {
		uint64_t tail = __atomic_load_n(&ring->tails[i], __ATOMIC_ACQUIRE);

		if (tail != RING_GONE)
			used = MAX(used, ring->head - tail);
	}
	return ring->size - used;
}

void
ring_put(struct ring *ring, const char *bytes, size_t length)
{
	size_t start = ring->head & (ring->size - 1);
	size_t first = MIN(length, ring->size - start);

	memcpy(ring->bytes + start, bytes, first);
	memcpy(ring->bytes, bytes + first, length - first);
	__atomic_store_n(&ring->head, ring->head + length, __ATOMIC_RELEASE);
}

size_t
ring_peek(const struct ring *ring, unsigned reader, const char **bytes)
{
	uint64_t head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->tails[reader];
	size_t start = tail & (ring->size - 1);

	if (tail == RING_GONE)
		return 0;
	*bytes = ring->bytes + start;
	return MIN(head - tail, ring->size - start);
}

void
ring_take(struct ring *ring, unsigned reader, size_t length)
{
	__atomic_store_n(&ring->tails[reader], ring->tails[reader] + length, __ATOMIC_RELEASE);
}
