/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of mappings. A CPU that polls is not interrupted for what others unmap: pages are
 * withheld, the region is marked as dying and keeps its addresses, and both are free when every CPU
 * has flushed its TLB since, or idles. When too much is dying, or what is unmapped must be had at
 * once, the CPUs are made to flush.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/panic.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "libc/memory/mapping_internal.h"

#define DYING_PAGES_MAX (16 * MB / PAGE_4K)

static uint64_t dying_pages;

/* What was isolated, or has small pages alone, is taken away without more page tables. */
static void
require(bool done, uint64_t address)
{
	if (!done)
		panic("mapping: the page at %#lx is not split where its mapping ends", address);
}

/* Withholds what is in [base, end). Returns how many pages there are. */
static uint64_t
withhold(uint64_t base, uint64_t end)
{
	uint64_t pages = 0;

	while (base < end) {
		uint64_t flags = spin_lock(&mapping_lock);
		int found = paging_space_protect(&base, end, PAGING_NONE);

		spin_unlock(&mapping_lock, flags);
		require(found >= 0, base);
		pages += (uint64_t)found;
		thread_breathe();
	}
	return pages;
}

static void
release(const struct region *region, uint64_t base, uint64_t end)
{
	bool own = region->flags & REGION_SHARED;

	while (base < end) {
		int error = paging_space_release(&base, end,
						 own ? mapping_leave_page : mapping_free_page);

		require(!error, base);
		thread_breathe();
	}
}

void
mapping_drop_pages(const struct region *region, uint64_t base, uint64_t end)
{
	struct region copy = *region;

	if (!withhold(base, end))
		return;
	ipi_flush(paging_epoch());
	release(&copy, base, end);
}

static void
unmapped(struct mapping_owner *owner, uint64_t pages)
{
	uint64_t flags;
	bool last;

	if (owner == NULL)
		return;
	flags = spin_lock(&mapping_lock);
	owner->mapped -= pages;
	last = owner->mapped == 0;
	spin_unlock(&mapping_lock, flags);
	if (last)
		owner->drop(owner);
}

/* Frees a dying region that every CPU has passed. */
static void
free_region(struct region *region)
{
	struct region copy = *region;
	uint64_t flags;

	release(&copy, copy.base, region_end(&copy));
	flags = spin_lock(&mapping_lock);
	regions_remove(&mapping_regions, region);
	spin_unlock(&mapping_lock, flags);
	unmapped(copy.owner, copy.length / PAGE_4K);
}

static bool
all_passed(uint64_t epoch)
{
	for (unsigned i = 0; i < cpu_count(); i++)
		if (!paging_passed(i, epoch))
			return false;
	return true;
}

void
mapping_reap(bool all)
{
	struct region *region;
	bool any_left = false;

	if (all)
		ipi_flush(paging_epoch());
	paging_flush_stale();
	for (uint64_t at = 0; (region = regions_find(&mapping_regions, at)) != NULL;) {
		at = region_end(region);
		if (!(region->flags & REGION_DYING))
			continue;
		if (all_passed(region->offset))
			free_region(region);
		else
			any_left = true;
	}
	if (!any_left)
		dying_pages = 0;
}

/* Whether something of an owner's is dying. */
static bool
is_dying(const struct mapping_owner *owner)
{
	for (unsigned i = 0; i < mapping_regions.count; i++)
		if (mapping_regions.list[i].owner == owner &&
		    (mapping_regions.list[i].flags & REGION_DYING))
			return true;
	return false;
}

void
mapping_forget(struct mapping_owner *owner, uint64_t index)
{
	struct region *region;

	mutex_lock(&mapping_mutex);
	for (uint64_t at = 0; (region = regions_find(&mapping_regions, at)) != NULL;) {
		uint64_t first = index * PAGE_4K, from = region->base;

		at = region_end(region);
		if (region->owner != owner || !(region->flags & REGION_SHARED) ||
		    (region->flags & REGION_DYING) || region->offset + region->length <= first)
			continue;
		if (first > region->offset)
			from += first - region->offset;
		mapping_drop_pages(region, from, at);
	}
	if (is_dying(owner))
		mapping_reap(true);
	mutex_unlock(&mapping_mutex);
}

void
mapping_bury(uint64_t base, uint64_t length)
{
	uint64_t end = base + length;
	struct region *region;

	for (uint64_t at = base; (region = regions_find(&mapping_regions, at)) != NULL;) {
		uint64_t pages, flags;

		if (region->base >= end)
			break;
		at = region_end(region);
		if (region->flags & REGION_GONE)
			continue;
		flags = spin_lock(&mapping_lock);
		region->flags |= REGION_DYING;
		region->protection = 0;
		spin_unlock(&mapping_lock, flags);
		pages = withhold(region->base, at);
		region->offset = pages ? paging_epoch() : 0;
		dying_pages += pages;
	}
	mapping_reap(dying_pages > DYING_PAGES_MAX);
}
