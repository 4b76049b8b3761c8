/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a program advises: memory that it gives back, takes at once, or wants in large pages.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"
#include "libc/memory/mapping_internal.h"

#define BREATHE_BYTES (64 * KB)
/* What is given back in so small pieces is zeroed in its place: no CPU need flush for it. */
#define SMALL_PIECE (64 * KB)

bool mapping_populates;

static int
set_flag(struct region *region, uint32_t flag)
{
	uint64_t saved = spin_lock(&mapping_lock);

	region->flags |= flag;
	spin_unlock(&mapping_lock, saved);
	return 0;
}

static int
clear_flag(struct region *region, uint32_t flag)
{
	uint64_t saved = spin_lock(&mapping_lock);

	region->flags &= ~flag;
	spin_unlock(&mapping_lock, saved);
	return 0;
}

int64_t
mapping_set_huge(uint64_t base, uint64_t length, bool huge)
{
	return mapping_change(base, length, huge ? set_flag : clear_flag, REGION_HUGE, true);
}

int64_t
mapping_lock_memory(uint64_t base, uint64_t length, bool locked)
{
	int64_t result;

	if (mapping_image_holds(base, length))
		return 0;
	result = mapping_change(base, length, locked ? set_flag : clear_flag, REGION_LOCKED, false);
	return result || !locked ? result : mapping_populate(base, length);
}

static int
refuse_locked(struct region *region, uint32_t unused)
{
	(void)unused;
	return region->flags & REGION_LOCKED ? -EBUSY : 0;
}

int64_t
mapping_check(uint64_t base, uint64_t length, bool unlocked)
{
	if (!unlocked || mapping_image_holds(base, length))
		return mapping_covers(base, length) ? 0 : -ENOMEM;
	return mapping_change(base, length, refuse_locked, 0, true);
}

static void
zero_pages(const struct region *region)
{
	struct paging_mapping page;

	for (uint64_t at = region->base; at < region_end(region); at += PAGE_4K)
		if (paging_lookup(at, &page))
			memset((void *)(page.physical + at % page.size), 0, PAGE_4K);
}

/* `few`: so few pages that they are zeroed where they are, unless they are withheld. */
static int
discard_region(struct region *region, uint32_t few)
{
	if (region->flags & REGION_LOCKED)
		return -EINVAL;
	if (region->flags & (REGION_SHARED | REGION_COMMON))
		return 0;
	if (few && !region->owner && region->protection != ABI_PROT_NONE)
		zero_pages(region);
	else
		mapping_drop_pages(region, region->base, region_end(region));
	return 0;
}

int64_t
mapping_discard(uint64_t base, uint64_t length)
{
	return mapping_change(base, length, discard_region, length <= SMALL_PIECE, true);
}

void
mapping_populate_future(bool populate_range)
{
	mapping_populates = populate_range;
}

/* `past_errors`: what can have no memory, as behind a file's end, is passed over. */
static int64_t
populate_range(uint64_t base, uint64_t length, bool past_errors)
{
	for (uint64_t at = base; at < base + length; at += PAGE_4K) {
		int error = mapping_fault(at, 0);

		if (error == -ENOMEM || (error && !past_errors))
			return -ENOMEM;
		if (at % BREATHE_BYTES == 0)
			thread_breathe();
	}
	return 0;
}

int64_t
mapping_populate(uint64_t base, uint64_t length)
{
	return mapping_image_holds(base, length) ? 0 : populate_range(base, length, false);
}

/* -- All there is ------------------------------------------------------------------------------ */

/* Copies the first region that ends above an address. Returns whether there is one. */
static bool
copy_region(uint64_t address, struct region *copy)
{
	uint64_t flags = spin_lock(&mapping_lock);
	const struct region *region = regions_find(&mapping_regions, address);

	if (region)
		*copy = *region;
	spin_unlock(&mapping_lock, flags);
	return region != NULL;
}

static bool
is_accessible(const struct region *region)
{
	return !(region->flags & REGION_GONE) && region->protection != ABI_PROT_NONE;
}

static int64_t
populate_all(void)
{
	uint64_t length = 0;
	int64_t result = 0;
	struct region region;

	for (uint64_t at = 0; copy_region(at, &region); at = region_end(&region))
		length += is_accessible(&region) ? region.length : 0;
	if (length > mapping_memory_left() / 2)
		return -ENOMEM;
	for (uint64_t at = 0; !result && copy_region(at, &region); at = region_end(&region))
		if (is_accessible(&region))
			result = populate_range(region.base, region.length, true);
	return result;
}

static void
flag_all(bool locked)
{
	uint64_t flags;

	mutex_lock(&mapping_mutex);
	for (struct region *region = regions_find(&mapping_regions, 0); region;
	     region = regions_next(&mapping_regions, region))
		if (!(region->flags & REGION_GONE))
			(locked ? set_flag : clear_flag)(region, REGION_LOCKED);
	flags = spin_lock(&mapping_lock);
	regions_join(&mapping_regions, 0, MAPPING_TOP);
	spin_unlock(&mapping_lock, flags);
	mutex_unlock(&mapping_mutex);
}

int64_t
mapping_lock_all(bool locked, bool at_once)
{
	int64_t result = locked && at_once ? populate_all() : 0;

	if (!result)
		flag_all(locked);
	return result;
}
