/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A page that has been begun holds the bytes from its offset on; one that is empty is given back.
 */
#include "libc/events/pipe_ring.h"

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/grant.h"

static size_t
size_of_pages(unsigned pages)
{
	return pages * (PAGE_4K + sizeof(struct pipe_page));
}

int
pipe_ring_make(struct pipe_ring *ring, unsigned pages)
{
	*ring = (struct pipe_ring){.bytes = grant_take(size_of_pages(pages), false),
				   .pages = pages};
	return ring->bytes ? 0 : -ENOMEM;
}

void
pipe_ring_free(struct pipe_ring *ring)
{
	if (ring->bytes)
		grant_return(ring->bytes, size_of_pages(ring->pages));
	*ring = (struct pipe_ring){0};
}

bool
pipe_ring_is_full(const struct pipe_ring *ring)
{
	return READ_ONCE(ring->head) - READ_ONCE(ring->tail) == ring->pages;
}

static struct pipe_page *
page_of(const struct pipe_ring *ring, unsigned number)
{
	struct pipe_page *pages = (struct pipe_page *)(ring->bytes + ring->pages * PAGE_4K);

	return &pages[number & (ring->pages - 1)];
}

static uint8_t *
bytes_of(const struct pipe_ring *ring, unsigned number)
{
	return ring->bytes + (number & (ring->pages - 1)) * PAGE_4K;
}

void
pipe_ring_move(struct pipe_ring *from, struct pipe_ring *to)
{
	assert_that(from->head - from->tail <= to->pages);
	for (; from->tail != from->head; from->tail++, to->head++) {
		const struct pipe_page *page = page_of(from, from->tail);

		*page_of(to, to->head) = *page;
		memcpy(bytes_of(to, to->head) + page->offset,
		       bytes_of(from, from->tail) + page->offset, page->length);
	}
	to->used = from->used;
}

/* Puts bytes behind what a page holds. */
static void
append_to_page(struct pipe_ring *ring, unsigned number, struct pieces *pieces, size_t size)
{
	struct pipe_page *page = page_of(ring, number);

	pieces_from(pieces, bytes_of(ring, number) + page->offset + page->length, size);
	page->length = (uint16_t)(page->length + size);
	WRITE_ONCE(ring->used, ring->used + size);
}

size_t
pipe_ring_put(struct pipe_ring *ring, struct pieces *pieces, size_t size, bool first)
{
	size_t odd = size % PAGE_4K, done = 0;
	unsigned pages = 0;

	if (first && odd && ring->head != ring->tail) {
		const struct pipe_page *last = page_of(ring, ring->head - 1);

		if (!last->whole && last->offset + last->length + odd <= PAGE_4K) {
			append_to_page(ring, ring->head - 1, pieces, odd);
			done = odd;
		}
	}
	while (done < size && !pipe_ring_is_full(ring) && pages++ < PIPE_RING_STEP) {
		size_t part = MIN(size - done, (size_t)PAGE_4K);

		*page_of(ring, ring->head) = (struct pipe_page){.length = 0};
		append_to_page(ring, ring->head, pieces, part);
		WRITE_ONCE(ring->head, ring->head + 1);
		done += part;
	}
	return done;
}

void
pipe_ring_put_page(struct pipe_ring *ring, const void *bytes, size_t offset, size_t size)
{
	assert_that(!pipe_ring_is_full(ring) && offset + size <= PAGE_4K);
	*page_of(ring, ring->head) = (struct pipe_page){
		.offset = (uint16_t)offset, .length = (uint16_t)size, .whole = true};
	memcpy(bytes_of(ring, ring->head) + offset, bytes, size);
	WRITE_ONCE(ring->used, ring->used + size);
	WRITE_ONCE(ring->head, ring->head + 1);
}

/* A page that is moved as it is may be gone on with. */
static size_t
pass_page(const struct pipe_ring *from, unsigned number, struct pipe_ring *to, size_t size,
	  bool keeps)
{
	const struct pipe_page *page = page_of(from, number);
	size_t part = MIN(size, (size_t)page->length);
	bool whole = page->whole || keeps || part < page->length;

	pipe_ring_put_page(to, bytes_of(from, number) + page->offset, page->offset, part);
	page_of(to, to->head - 1)->whole = whole;
	return part;
}

size_t
pipe_ring_pass(struct pipe_ring *from, struct pipe_ring *to, size_t size, bool keeps, unsigned *at)
{
	size_t done = 0;

	for (unsigned pages = 0; pages < PIPE_RING_STEP && done < size && *at != from->head &&
				 !pipe_ring_is_full(to);
	     pages++) {
		size_t part = pass_page(from, *at, to, size - done, keeps);

		if (!keeps)
			pipe_ring_drop(from, part);
		done += part;
		++*at;
	}
	return done;
}

const void *
pipe_ring_first(const struct pipe_ring *ring, size_t *length)
{
	const struct pipe_page *page = page_of(ring, ring->tail);

	assert_that(ring->tail != ring->head);
	*length = page->length;
	return bytes_of(ring, ring->tail) + page->offset;
}

void
pipe_ring_drop(struct pipe_ring *ring, size_t size)
{
	struct pipe_page *page = page_of(ring, ring->tail);

	assert_that(size <= page->length);
	page->offset = (uint16_t)(page->offset + size);
	page->length = (uint16_t)(page->length - size);
	WRITE_ONCE(ring->used, ring->used - size);
	if (!page->length)
		WRITE_ONCE(ring->tail, ring->tail + 1);
}

size_t
pipe_ring_take(struct pipe_ring *ring, struct pieces *pieces, size_t size)
{
	size_t done = 0;

	for (unsigned pages = 0;
	     pages < PIPE_RING_STEP && done < size && ring->tail != ring->head; pages++) {
		size_t length, part;
		const void *bytes = pipe_ring_first(ring, &length);

		part = MIN(size - done, length);
		pieces_into(pieces, bytes, part);
		pipe_ring_drop(ring, part);
		done += part;
	}
	return done;
}
