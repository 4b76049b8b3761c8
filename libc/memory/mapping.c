/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is mapped is in a list; pages come when they are touched (mapping_fault.c), and go when what
 * was unmapped is in no CPU's TLB any more (mapping_dying.c).
 *
 * A page never has more rights than its region while a fault may bring pages: rights that grow are
 * given to the pages first, rights that shrink are taken from the region first.
 */
#include "libc/memory/mapping.h"

#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"
#include "libc/memory/mapping_internal.h"

/* What a program takes for small objects: in memory at once, so that there are fewer faults. */
#define SMALL_MAPPING (64 * KB)
#define STACK_GAP MB
#define STACKS_LEFT 4

static uint64_t space_lowest = PAGING_SPACE_END;

bool
mapping_claim(uint64_t base)
{
	base = ALIGN_DOWN(base, PAGING_SPACE_UNIT);
	if (base >= space_lowest)
		return true;
	if (!base || !paging_space_claim(base))
		return false;
	space_lowest = base;
	return true;
}

bool
mapping_is_programs(uint64_t address)
{
	return (address >= READ_ONCE(space_lowest) && address < PAGING_SPACE_END) ||
	       mapping_low_holds(address, 1);
}

/* -- Mapping ----------------------------------------------------------------------------------- */

static bool
has_memory_for(const struct mapping_request *request)
{
	if (request->reserve_only || request->owner || !(request->protection & ABI_PROT_WRITE) ||
	    request->length <= mapping_memory_left())
		return true;
	mapping_reap(true);
	return request->length <= mapping_memory_left();
}

/* Whether limits allow it; what a fixed place has now is not taken off (Linux does). */
static bool
is_allowed(const struct mapping_request *request)
{
	uint64_t more = request->length - MIN(request->instead, request->length);
	bool shared = request->shared;

	return mapping_limit_allows(
		more, mapping_limit_is_data(request->protection, shared) ? more : 0);
}

/* Makes a fixed place free. Returns 0, -EEXIST, -ENOMEM. */
static int
clear_place(const struct mapping_request *request)
{
	uint64_t base = request->base, length = request->length;
	struct paging_mapping identity;
	int result;

	if (base + length > MAPPING_TOP ||
	    !(mapping_low_holds(base, length) || mapping_claim(base)))
		return !request->replace && paging_lookup(base, &identity) ? -EEXIST : -ENOMEM;
	if (regions_are_free(&mapping_regions, base, length))
		return 0;
	if (!request->replace) {
		mapping_reap(true); /* perhaps it is only dying */
		return regions_are_free(&mapping_regions, base, length) ? 0 : -EEXIST;
	}
	result = mapping_isolate(base, length);
	if (result)
		return result;
	mapping_bury(base, length);
	if (!regions_are_free(&mapping_regions, base, length))
		mapping_reap(true);
	return 0;
}

/* A place where a wish can be had, else the highest that is free. 0: none. */
static uint64_t
find_place(const struct mapping_request *request)
{
	uint64_t wish = ALIGN_DOWN(request->base, PAGE_4K), length = request->length, base;

	if (request->low)
		return mapping_low_holds(wish, length) &&
				       regions_are_free(&mapping_regions, wish, length)
			       ? wish
			       : mapping_low_place(length);
	if (wish && wish + length <= MAPPING_TOP && wish >= space_lowest &&
	    regions_are_free(&mapping_regions, wish, length))
		return wish;
	base = regions_place(&mapping_regions, length, length >= PAGE_2M ? PAGE_2M : PAGE_4K,
			     PAGING_SPACE_UNIT, MAPPING_TOP);
	return base && mapping_claim(base) ? base : 0;
}

static int64_t
enter_region(const struct mapping_request *request, uint64_t base)
{
	struct mapping_owner *owner = request->owner;
	struct region region = {
		.base = base,
		.length = request->length,
		.protection = request->protection,
		.flags = (request->shared && owner ? REGION_SHARED : 0) |
			 (request->shared && !owner ? REGION_COMMON : 0) |
			 (request->huge ? REGION_HUGE : 0) |
			 (request->all_huge ? REGION_ALL_HUGE : 0) |
			 (mapping_populates ? REGION_LOCKED : 0),
		.owner = owner,
		.offset = owner ? request->offset : 0,
	};
	bool is_first = false;
	uint64_t flags = spin_lock(&mapping_lock);
	int result = regions_add(&mapping_regions, &region);

	if (!result && owner) {
		is_first = owner->mapped == 0;
		owner->mapped += request->length / PAGE_4K;
	}
	regions_join(&mapping_regions, base, request->length);
	spin_unlock(&mapping_lock, flags);
	if (is_first)
		owner->hold(owner);
	return result ? result : (int64_t)base;
}

int64_t
mapping_map(const struct mapping_request *request)
{
	int64_t result = -ENOMEM;
	uint64_t base = request->base;

	mutex_lock(&mapping_mutex);
	if (is_allowed(request) && has_memory_for(request))
		result = request->fixed ? clear_place(request) : 0;
	if (!result && !request->fixed)
		base = find_place(request);
	if (!result)
		result = base ? enter_region(request, base) : -ENOMEM;
	mutex_unlock(&mapping_mutex);
	if (result > 0 && request->all_huge && !request->reserve_only &&
	    request->protection != ABI_PROT_NONE && mapping_populate(base, request->length)) {
		mapping_remove(base, request->length);
		return -ENOMEM;
	}
	if (result > 0 && request->protection != ABI_PROT_NONE &&
	    (mapping_populates || (request->length <= SMALL_MAPPING && !request->owner)))
		(void)mapping_populate(base, request->length);
	return result;
}

int64_t
mapping_stack(uint64_t size)
{
	const struct mapping_request request = {
		.length = STACK_GAP + size,
		.protection = ABI_PROT_READ | ABI_PROT_WRITE,
		.reserve_only = true,
	};
	int64_t base = mapping_map(&request);
	struct region *gap;
	uint64_t flags;
	int result;

	if (base < 0)
		return base;
	mutex_lock(&mapping_mutex);
	result = mapping_isolate((uint64_t)base, STACK_GAP);
	flags = spin_lock(&mapping_lock);
	gap = regions_find(&mapping_regions, (uint64_t)base);
	if (!result) {
		gap->flags = REGION_RESERVED;
		gap->protection = ABI_PROT_NONE;
	}
	spin_unlock(&mapping_lock, flags);
	mutex_unlock(&mapping_mutex);
	if (result)
		return result;
	mapping_limit_note_stack((uint64_t)base + STACK_GAP, size);
	return base + (int64_t)(STACK_GAP + size);
}

int64_t
mapping_remove(uint64_t base, uint64_t length)
{
	int result = 0;

	mutex_lock(&mapping_mutex);
	if (!regions_are_free(&mapping_regions, base, length))
		result = mapping_isolate(base, length);
	if (!result)
		mapping_bury(base, length);
	mutex_unlock(&mapping_mutex);
	return result;
}

int64_t
mapping_remove_later(uint64_t base, uint64_t length)
{
	static struct region left[STACKS_LEFT]; /* the oldest is at next_left */
	static unsigned next_left;
	uint64_t flags = spin_lock(&mapping_lock);
	struct region oldest = left[next_left];

	left[next_left] = (struct region){.base = base, .length = length};
	next_left = (next_left + 1) % STACKS_LEFT;
	spin_unlock(&mapping_lock, flags);
	return oldest.length ? mapping_remove(oldest.base, oldest.length) : 0;
}

/* -- Protection -------------------------------------------------------------------------------- */

/* Gives the pages of a region other rights. Returns 0 or -ENOMEM; *found: whether there are any. */
static int
protect_pages(const struct region *region, uint32_t protection, bool *found)
{
	uint64_t base = region->base, end = region_end(region);

	while (base < end) {
		int pages = paging_space_protect(&base, end, mapping_rights(protection));

		if (pages < 0)
			return pages;
		*found = *found || pages > 0;
		thread_breathe();
	}
	return 0;
}

static void
set_protection(struct region *region, uint32_t protection)
{
	uint64_t flags = spin_lock(&mapping_lock);

	region->protection = protection;
	spin_unlock(&mapping_lock, flags);
}

static bool
becomes_data(const struct region *region, uint32_t protection)
{
	bool shared = region->flags & (REGION_SHARED | REGION_COMMON);

	return mapping_limit_is_data(protection, shared) &&
	       !mapping_limit_is_data(region->protection, shared);
}

static int
protect_region(struct region *region, uint32_t protection)
{
	uint32_t before = region->protection;
	bool shrinks = before & ~protection, found = false;
	int result;

	if (before == protection)
		return 0;
	if (becomes_data(region, protection) && !mapping_limit_allows(0, region->length))
		return -ENOMEM;
	if (shrinks)
		set_protection(region, before & protection);
	result = protect_pages(region, protection, &found);
	if (!result)
		set_protection(region, protection);
	if (shrinks && found)
		ipi_flush(paging_epoch());
	return result;
}

int64_t
mapping_protect(uint64_t base, uint64_t length, uint32_t protection)
{
	if (mapping_image_holds(base, length))
		return mapping_image_protect(base, length, protection);
	return mapping_change(base, length, protect_region, protection, false);
}
