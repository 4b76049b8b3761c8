/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Free objects are a list through their first word.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "libc/base/grant.h"
#include "libc/base/pool.h"

#define OBJECT_ALIGNMENT 16

void *
pool_take(struct pool *pool)
{
	size_t step = ALIGN_UP(pool->size, OBJECT_ALIGNMENT);
	void *object;

	if (!pool->free) {
		char *page = grant_take(PAGE_4K, true);

		for (size_t at = 0; page && at + step <= PAGE_4K; at += step)
			pool_give(pool, page + at);
	}
	object = pool->free;
	if (object) {
		pool->free = *(void **)object;
		memset(object, 0, pool->size);
	}
	return object;
}

void
pool_give(struct pool *pool, void *object)
{
	*(void **)object = pool->free;
	pool->free = object;
}
