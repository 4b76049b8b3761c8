/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The border between arena and huge pages is one huge page.
 */
#include "kernel/base/compiler.h"
#include "kernel/memory/arena.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "libc/base/grant.h"

size_t
grant_round(size_t length)
{
	return ALIGN_UP(length, PAGE_4K);
}

void *
grant_take(size_t length, bool pages)
{
	length = grant_round(length);
	if (!length)
		return NULL;
	if (pages || length < PAGE_2M)
		return arena_grant(length);
	return memory_grant(length, PAGE_2M, MEMORY_ANY_NODE);
}

void
grant_return(void *base, size_t length)
{
	length = grant_round(length);
	if (arena_contains((uint64_t)base, length))
		arena_return(base, length);
	else
		memory_return(base, length);
}
