/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of mappings, and what the other files of this room do with it.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/memory/mapping_internal.h"

/* Kept for page tables and the kernel when a program asks for memory. */
#define MEMORY_RESERVE (256 * KB)

struct regions mapping_regions;
struct spinlock mapping_lock = SPINLOCK_INIT;
struct mutex mapping_mutex = MUTEX_INIT;

unsigned
mapping_rights(uint32_t protection)
{
	unsigned flags = protection == ABI_PROT_NONE ? PAGING_NONE : PAGING_WB;

	if (protection & ABI_PROT_WRITE)
		flags |= PAGING_WRITE;
	if (protection & ABI_PROT_EXEC)
		flags |= PAGING_EXECUTE;
	return flags;
}

uint64_t
mapping_memory_left(void)
{
	struct memory_stats stats;
	uint64_t free = 0;

	for (unsigned node = 0; node < memory_node_count(); node++) {
		memory_stats(node, &stats);
		free += stats.free;
	}
	return free > MEMORY_RESERVE ? free - MEMORY_RESERVE : 0;
}

int
mapping_isolate(uint64_t base, uint64_t length)
{
	uint64_t flags = spin_lock(&mapping_lock);
	int result = regions_isolate(&mapping_regions, base, length);

	if (!result)
		result = paging_space_split(base);
	if (!result)
		result = paging_space_split(base + length);
	spin_unlock(&mapping_lock, flags);
	return result;
}

int64_t
mapping_change(uint64_t base, uint64_t length, int (*change)(struct region *region, uint32_t value),
	       uint32_t value, bool past_holes)
{
	uint64_t at = base, end = base + length, flags;
	bool hole = false;
	int result;

	mutex_lock(&mapping_mutex);
	result = mapping_isolate(base, length);
	while (!result && at < end && (past_holes || !hole)) {
		struct region *region = regions_find(&mapping_regions, at);

		hole |= !region || region->base > at || (region->flags & REGION_GONE);
		if (!region || region->base >= end)
			break;
		at = region_end(region);
		if (!(region->flags & REGION_GONE) && (past_holes || !hole))
			result = change(region, value);
	}
	flags = spin_lock(&mapping_lock);
	regions_join(&mapping_regions, base, length);
	spin_unlock(&mapping_lock, flags);
	mutex_unlock(&mapping_mutex);
	return result || !hole ? result : -ENOMEM;
}

void
mapping_for_each(void (*use)(const struct mapping_view *view, void *argument), void *argument)
{
	mutex_lock(&mapping_mutex);
	for (struct region *region = regions_find(&mapping_regions, 0); region;
	     region = regions_next(&mapping_regions, region)) {
		struct mapping_view view = {
			.base = region->base,
			.length = region->length,
			.protection = region->protection,
			.shared = region->flags & REGION_SHARED,
			.owner = region->owner,
			.offset = region->offset,
		};

		if (!(region->flags & REGION_GONE))
			use(&view, argument);
	}
	mutex_unlock(&mapping_mutex);
}

void
mapping_free_page(uint64_t physical, uint64_t size)
{
	if (size == PAGE_4K)
		frames_return(physical);
	else
		memory_return((void *)physical, size);
}

void
mapping_leave_page(uint64_t physical, uint64_t size)
{
	(void)physical;
	(void)size;
}
