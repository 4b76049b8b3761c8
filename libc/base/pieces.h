/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pieces of the application's memory that are worked through, one after another: the vectors of
 * readv(), sendmsg() and their like.
 */
#ifndef LIBC_PIECES_H
#define LIBC_PIECES_H

#include <stddef.h>
#include <stdint.h>

#include "libc/base/abi.h"

struct pieces {
	const struct abi_iovec *vector;
	uint64_t count;
	size_t done; /* bytes of the first */
};

/* Bytes of all pieces; -EINVAL when there are too many. */
int64_t pieces_size(const struct pieces *pieces);

/*
 * The next run of at most `size` bytes that are in one piece; it is passed over. There must be
 * `size` bytes, which is not 0.
 */
void *pieces_run(struct pieces *pieces, size_t size, size_t *length);

/* Copy the next `size` bytes, of which there must be so many, from pieces or into them. */
void pieces_from(struct pieces *pieces, void *to, size_t size);
void pieces_into(struct pieces *pieces, const void *from, size_t size);

#endif
