/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading, writing and shrinking, page by page. The bytes behind the end in the last page are
 * always zero, so that growing shows zeros there.
 */
#include "libc/files/contents.h"

#include <stdbool.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "libc/files/contents_tree.h"

#define BREATHE_PAGES 8
#define CUT_FRAMES 64
#define SEEK_PAGES 512

/* -- Reading and writing ----------------------------------------------------------------------- */

/* Where a page's bytes are to be read; NULL: they are zero. *size is cut to what is there. */
static const uint8_t *
source_of(struct contents *contents, uint64_t offset, size_t *size)
{
	uint64_t flags = spin_lock(&contents->lock);
	uint64_t frame = contents_tree_find(contents, offset / PAGE_4K), at = offset % PAGE_4K;

	spin_unlock(&contents->lock, flags);
	*size = MIN(*size, PAGE_4K - at);
	if (frame)
		return (const uint8_t *)frame + at;
	if (offset >= contents->module_size)
		return NULL;
	*size = MIN(*size, contents->module_size - offset);
	return contents->module + offset;
}

int64_t
contents_read(struct contents *contents, void *buffer, size_t size, uint64_t offset)
{
	size_t done = 0;

	if (offset >= contents->size)
		return 0;
	size = MIN(size, contents->size - offset);
	for (unsigned pieces = 1; done < size; pieces++) {
		size_t length = size - done;
		const uint8_t *source = source_of(contents, offset + done, &length);

		if (source)
			memcpy((uint8_t *)buffer + done, source, length);
		else
			memset((uint8_t *)buffer + done, 0, length);
		done += length;
		if (pieces % BREATHE_PAGES == 0)
			thread_breathe();
	}
	return (int64_t)size;
}

static uint64_t
make_locked(struct contents *contents, uint64_t index)
{
	uint64_t flags = spin_lock(&contents->lock);
	uint64_t frame = contents_tree_make(contents, index);

	spin_unlock(&contents->lock, flags);
	return frame;
}

int64_t
contents_write(struct contents *contents, const void *buffer, size_t size, uint64_t offset)
{
	size_t done = 0;

	if (!size)
		return 0;
	if (offset >= CONTENTS_SIZE_MAX)
		return -EFBIG;
	size = MIN(size, CONTENTS_SIZE_MAX - offset);
	for (unsigned pieces = 1; done < size; pieces++) {
		uint64_t to = offset + done, at = to % PAGE_4K;
		size_t length = MIN(size - done, PAGE_4K - at);
		uint64_t frame = make_locked(contents, to / PAGE_4K);

		if (!frame)
			break;
		memcpy((uint8_t *)frame + at, (const uint8_t *)buffer + done, length);
		done += length;
		if (to + length > contents->size)
			contents_set_size(contents, to + length);
		if (pieces % BREATHE_PAGES == 0)
			thread_breathe();
	}
	return done ? (int64_t)done : -ENOSPC;
}

int
contents_reserve(struct contents *contents, uint64_t offset, uint64_t length)
{
	for (uint64_t at = ALIGN_DOWN(offset, PAGE_4K); at < offset + length; at += PAGE_4K) {
		uint64_t flags = spin_lock(&contents->lock);
		bool reserved = contents_tree_reserve(contents, at / PAGE_4K);

		spin_unlock(&contents->lock, flags);
		if (!reserved)
			return -ENOSPC;
		if (at / PAGE_4K % BREATHE_PAGES == 0)
			thread_breathe();
	}
	return 0;
}

/* -- Shrinking --------------------------------------------------------------------------------- */

int
contents_set_size(struct contents *contents, uint64_t size)
{
	uint64_t flags;

	if (size > CONTENTS_SIZE_MAX)
		return -EFBIG;
	flags = spin_lock(&contents->lock);
	contents->size = size;
	spin_unlock(&contents->lock, flags);
	return 0;
}

/* Frees some of the pages in [*index, end); returns whether there may be more. */
static bool
free_some(struct contents *contents, uint64_t *index, uint64_t end)
{
	uint64_t frames[CUT_FRAMES], *entry = NULL;
	unsigned count = 0;
	uint64_t flags = spin_lock(&contents->lock);

	while (count < CUT_FRAMES && (entry = contents_tree_next(contents, index)) &&
	       *index < end) {
		frames[count++] = contents_tree_take(contents, entry);
		++*index;
	}
	spin_unlock(&contents->lock, flags);
	for (unsigned i = 0; i < count; i++)
		frames_return(frames[i]);
	return count == CUT_FRAMES;
}

static void
free_pages(struct contents *contents, uint64_t first, uint64_t end)
{
	while (free_some(contents, &first, end))
		thread_breathe();
}

/* Zeroes a part of one page. */
static void
zero_in_page(struct contents *contents, uint64_t offset, uint64_t length)
{
	uint64_t frame;

	if (!length)
		return;
	frame = contents_tree_find(contents, offset / PAGE_4K);
	if (!frame && offset < contents->module_size)
		frame = make_locked(contents, offset / PAGE_4K);
	if (frame)
		memset((uint8_t *)frame + offset % PAGE_4K, 0, length);
}

void
contents_cut(struct contents *contents)
{
	uint64_t size = contents->size, page_end = ALIGN_UP(size, PAGE_4K);

	free_pages(contents, page_end / PAGE_4K, UINT64_MAX);
	contents->module_size = MIN(contents->module_size, size);
	zero_in_page(contents, size, page_end - size);
	contents_tree_free(contents);
}

void
contents_punch(struct contents *contents, uint64_t offset, uint64_t length)
{
	uint64_t end = offset + length; /* behind the size there may be pages as well */
	uint64_t first = ALIGN_UP(offset, PAGE_4K), last = ALIGN_DOWN(end, PAGE_4K);

	if (first > last) { /* within one page */
		zero_in_page(contents, offset, end - offset);
		return;
	}
	zero_in_page(contents, offset, first - offset);
	for (uint64_t at = first; at < last && at < contents->module_size; at += PAGE_4K)
		zero_in_page(contents, at, PAGE_4K); /* the module would shine through a hole */
	if (first >= contents->module_size)
		free_pages(contents, first / PAGE_4K, last / PAGE_4K);
	zero_in_page(contents, last, end - last);
}

void
contents_zero(struct contents *contents, uint64_t offset, uint64_t length)
{
	uint64_t end = MIN(offset + length, contents->size), next;

	for (uint64_t at = offset; at < end; at = next) {
		next = MIN(ALIGN_DOWN(at, PAGE_4K) + PAGE_4K, end);
		zero_in_page(contents, at, next - at);
		if (at / PAGE_4K % BREATHE_PAGES == 0)
			thread_breathe();
	}
}

/* -- Pages ------------------------------------------------------------------------------------- */

int
contents_page(struct contents *contents, uint64_t index, uint64_t *frame)
{
	uint64_t flags = spin_lock(&contents->lock);
	int result = -ENXIO;

	if (index < ALIGN_UP(contents->size, PAGE_4K) / PAGE_4K) {
		*frame = contents_tree_make(contents, index);
		result = *frame ? 0 : -ENOMEM;
	}
	spin_unlock(&contents->lock, flags);
	return result;
}

int
contents_copy_page(struct contents *contents, uint64_t index, void *memory)
{
	uint64_t flags = spin_lock(&contents->lock);
	int result = -ENXIO;

	if (index < ALIGN_UP(contents->size, PAGE_4K) / PAGE_4K) {
		uint64_t frame = contents_tree_find(contents, index);

		if (frame)
			memcpy(memory, (const void *)frame, PAGE_4K);
		else
			contents_tree_fill(contents, index, memory);
		result = 0;
	}
	spin_unlock(&contents->lock, flags);
	return result;
}

/* Moves on to the first page with data, or without, some pages at a time; whether it is there. */
static bool
seek_some(struct contents *contents, uint64_t *index, bool data)
{
	uint64_t flags = spin_lock(&contents->lock), at;
	bool found = false;

	for (unsigned i = 0; i < SEEK_PAGES && !found; i++) {
		at = *index;
		found = at * PAGE_4K >= contents->size ||
			contents_tree_has_data(contents, at) == data;
		if (found)
			break;
		if (data && !contents_tree_next(contents, &at))
			at = ALIGN_UP(contents->size, PAGE_4K) / PAGE_4K;
		*index = at == *index ? at + 1 : at;
	}
	spin_unlock(&contents->lock, flags);
	return found;
}

uint64_t
contents_seek(struct contents *contents, uint64_t offset, bool data)
{
	uint64_t index = offset / PAGE_4K;

	while (!seek_some(contents, &index, data))
		thread_breathe();
	return MIN(MAX(offset, index * PAGE_4K), contents->size);
}
