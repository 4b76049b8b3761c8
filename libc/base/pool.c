/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Free objects are a list through their first word.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/poison.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "libc/base/grant.h"
#include "libc/base/pool.h"

#define OBJECT_ALIGNMENT 16

/* What follows the first word: all of it is poison while the object is free. */
#define REST(object) ((void **)(object) + 1)
#define REST_SIZE(pool) ((pool)->size - sizeof(void *))

static void
put_object(struct pool *pool, void *object)
{
	poison_fill(REST(object), REST_SIZE(pool));
	*(void **)object = pool->free;
	pool->free = object;
}

void *
pool_take(struct pool *pool)
{
	size_t step = ALIGN_UP(pool->size, OBJECT_ALIGNMENT);
	void *object;

	assert_that(pool->size >= sizeof(void *) && step <= PAGE_4K);
	if (!pool->free) {
		char *page = grant_take(PAGE_4K, true);

		for (size_t at = 0; page && at + step <= PAGE_4K; at += step)
			put_object(pool, page + at);
	}
	object = pool->free;
	if (object) {
		poison_check(REST(object), REST_SIZE(pool));
		pool->free = *(void **)object;
		memset(object, 0, pool->size);
	}
	return object;
}

void
pool_give(struct pool *pool, void *object)
{
	poison_check_used(REST(object), REST_SIZE(pool));
	put_object(pool, object);
}
