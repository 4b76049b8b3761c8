/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A piece that reaches over the end of the storage is moved in two.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/byte_ring.h"
#include "libc/base/grant.h"

int
byte_ring_make(struct byte_ring *ring, size_t size)
{
	*ring = (struct byte_ring){.bytes = grant_take(size, false), .size = size};
	return ring->bytes ? 0 : -ENOMEM;
}

void
byte_ring_free(struct byte_ring *ring)
{
	if (ring->bytes)
		grant_return(ring->bytes, ring->size);
	*ring = (struct byte_ring){0};
}

size_t
byte_ring_used(const struct byte_ring *ring)
{
	return READ_ONCE(ring->head) - READ_ONCE(ring->tail);
}

size_t
byte_ring_room(const struct byte_ring *ring)
{
	return ring->size - byte_ring_used(ring);
}

void
byte_ring_put(struct byte_ring *ring, const void *bytes, size_t length)
{
	size_t offset = ring->head % ring->size;
	size_t first = MIN(length, ring->size - offset);

	memcpy(ring->bytes + offset, bytes, first);
	memcpy(ring->bytes, (const uint8_t *)bytes + first, length - first);
	WRITE_ONCE(ring->head, ring->head + length);
}

void
byte_ring_look(const struct byte_ring *ring, size_t skip, void *bytes, size_t length)
{
	size_t offset = (ring->tail + skip) % ring->size;
	size_t first = MIN(length, ring->size - offset);

	memcpy(bytes, ring->bytes + offset, first);
	memcpy((uint8_t *)bytes + first, ring->bytes, length - first);
}

void
byte_ring_drop(struct byte_ring *ring, size_t length)
{
	WRITE_ONCE(ring->tail, ring->tail + length);
}
