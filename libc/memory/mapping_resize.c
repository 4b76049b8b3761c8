/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mremap(): a mapping shrinks, grows where it is if there is room behind it, or moves. What moves
 * takes its contents along page by page: those that were never touched cost nothing.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"
#include "libc/memory/mapping_internal.h"

/* The region that holds a whole range. Returns 0, or -EFAULT. */
static int
find_whole(uint64_t base, uint64_t length, struct region *copy)
{
	uint64_t flags = spin_lock(&mapping_lock);
	const struct region *region = regions_find(&mapping_regions, base);
	bool whole = region && region->base <= base && base + length <= region_end(region) &&
		     !(region->flags & REGION_GONE);

	if (whole)
		*copy = *region;
	spin_unlock(&mapping_lock, flags);
	return whole ? 0 : -EFAULT;
}

/* What would map [base, base + length) of the range that the region covers, or is made to cover. */
static struct mapping_request
request_like(const struct region *region, uint64_t base, uint64_t length)
{
	return (struct mapping_request){
		.base = base,
		.length = length,
		.shared = region->flags & REGION_SHARED,
		.huge = region->flags & REGION_HUGE,
		.all_huge = region->flags & REGION_ALL_HUGE,
		.protection = region->protection,
		.owner = region->owner,
		.offset = region->owner ? region->offset + (base - region->base) : 0,
	};
}

/* Copies what has been touched of a private mapping; both have their own pages. */
static int64_t
copy_pages(uint64_t from, uint64_t to, uint64_t length)
{
	for (uint64_t at = 0; at < length; at += PAGE_4K) {
		struct paging_mapping source, target;

		if (!paging_lookup(from + at, &source))
			continue;
		if (mapping_fault(to + at, 0) || !paging_lookup(to + at, &target))
			return -ENOMEM;
		memcpy((void *)(target.physical + (to + at) % target.size),
		       (const void *)(source.physical + (from + at) % source.size), PAGE_4K);
		thread_breathe();
	}
	return 0;
}

static int64_t
move_region(const struct region *region, uint64_t base, uint64_t old_length, uint64_t new_length,
	    uint64_t new_base)
{
	struct mapping_request request = request_like(region, base, new_length);
	int64_t to, result = 0;

	request.base = new_base;
	request.instead = old_length;
	request.fixed = request.replace = new_base != 0;
	to = mapping_map(&request);
	if (to < 0)
		return to;
	if (!request.shared)
		result = copy_pages(base, (uint64_t)to, MIN(old_length, new_length));
	if (result) {
		mapping_remove((uint64_t)to, new_length);
		return result;
	}
	result = mapping_remove(base, old_length);
	return result ? result : to;
}

static int64_t
grow_region(const struct region *region, uint64_t base, uint64_t old_length, uint64_t new_length)
{
	uint64_t end = base + old_length;
	struct mapping_request request = request_like(region, end, new_length - old_length);
	int64_t result;

	if (region_end(region) != end)
		return -ENOMEM;
	request.fixed = true;
	result = mapping_map(&request);
	return result < 0 ? -ENOMEM : (int64_t)base;
}

int64_t
mapping_resize(uint64_t base, uint64_t old_length, uint64_t new_length, uint64_t flags,
	       uint64_t new_base)
{
	struct region region;
	int64_t result = 0;

	if (flags & ABI_MREMAP_FIXED) {
		if (new_base < base + old_length && base < new_base + new_length)
			return -EINVAL;
		result = find_whole(base, old_length, &region);
		return result ? result
			      : move_region(&region, base, old_length, new_length, new_base);
	}
	if (new_length <= old_length) {
		if (find_whole(base, PAGE_4K, &region))
			return -EFAULT;
		if (new_length < old_length)
			result = mapping_remove(base + new_length, old_length - new_length);
		return result ? result : (int64_t)base;
	}
	result = find_whole(base, old_length, &region);
	if (result)
		return result;
	result = grow_region(&region, base, old_length, new_length);
	if (result > 0 || !(flags & ABI_MREMAP_MAYMOVE))
		return result;
	return move_region(&region, base, old_length, new_length, 0);
}
