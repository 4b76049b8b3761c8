/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Objects of one size: taken from pages of the arena, which are kept. The caller locks.
 */
#ifndef LIBC_POOL_H
#define LIBC_POOL_H

#include <stddef.h>

/* No object has so many references; a free one seems to have more, in a checked build. */
#define POOL_REFERENCES_MAX (1u << 30)

struct pool {
	size_t size; /* of an object: at least a pointer, at most a page */
	void *free;
};

/* A zeroed object; NULL when there is no memory. */
void *pool_take(struct pool *pool);
void pool_give(struct pool *pool, void *object);

#endif
