/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pieces that are empty are passed over.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/pieces.h"

int64_t
pieces_size(const struct pieces *pieces)
{
	uint64_t size = 0;

	if (pieces->count > ABI_IOVECS_MAX)
		return -EINVAL;
	for (uint64_t i = 0; i < pieces->count; i++)
		if (__builtin_add_overflow(size, pieces->vector[i].length, &size))
			return -EINVAL;
	return size > INT64_MAX ? -EINVAL : (int64_t)size;
}

void *
pieces_run(struct pieces *pieces, size_t size, size_t *length)
{
	uint8_t *base;

	while (pieces->done == pieces->vector->length) {
		pieces->vector++;
		pieces->done = 0;
	}
	base = (uint8_t *)pieces->vector->base + pieces->done;
	*length = MIN(size, pieces->vector->length - pieces->done);
	pieces->done += *length;
	return base;
}

void
pieces_from(struct pieces *pieces, void *to, size_t size)
{
	uint8_t *at = to;
	size_t length;

	for (; size; size -= length, at += length) {
		const void *run = pieces_run(pieces, size, &length);

		memcpy(at, run, length);
	}
}

void
pieces_into(struct pieces *pieces, const void *from, size_t size)
{
	const uint8_t *at = from;
	size_t length;

	for (; size; size -= length, at += length) {
		void *run = pieces_run(pieces, size, &length);

		memcpy(run, at, length);
	}
}
