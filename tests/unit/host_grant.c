/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libc/base/grant.h on the host: page-aligned memory of the C library, counted, so that a test sees
 * what is not given back. Filled with a pattern, since the kernel's is not zeroed either.
 */
#include <stdlib.h>
#include <string.h>

#include "kernel/memory/paging.h"
#include "libc/base/grant.h"
#include "tests/unit/host_grant.h"

size_t host_granted;
size_t host_grant_limit = SIZE_MAX;

size_t
grant_round(size_t length)
{
	return (length + PAGE_4K - 1) & ~(PAGE_4K - 1);
}

void *
grant_take(size_t length, bool pages)
{
	void *base;

	(void)pages;
	length = grant_round(length);
	if (!length || length > host_grant_limit - host_granted)
		return NULL;
	base = aligned_alloc(PAGE_4K, length);
	memset(base, 0xa5, length);
	host_granted += length;
	return base;
}

void
grant_return(void *base, size_t length)
{
	host_granted -= grant_round(length);
	free(base);
}
