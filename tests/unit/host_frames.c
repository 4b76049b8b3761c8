/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/memory/frames.h on the host, counted, and filled with a pattern, since the kernel's are
 * not zeroed either. A call that breathes goes on: there is one thread.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/memory/frames.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "tests/unit/host_frames.h"

size_t host_frames;
size_t host_frames_limit = SIZE_MAX;

uint64_t
frames_take(void)
{
	void *frame;

	if (host_frames == host_frames_limit)
		return 0;
	frame = aligned_alloc(PAGE_4K, PAGE_4K);
	memset(frame, 0xa5, PAGE_4K);
	host_frames++;
	return (uint64_t)frame;
}

void
frames_return(uint64_t frame)
{
	host_frames--;
	free((void *)frame);
}

void
thread_breathe(void)
{
}

/* There are single pages alone: files in pages of 2 MB are the guests' to test. */
void *
memory_grant(size_t length, size_t alignment, int node)
{
	(void)length;
	(void)alignment;
	(void)node;
	return NULL;
}
