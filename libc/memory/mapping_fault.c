/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A page that is touched for the first time: its memory is taken, and has zeros or what its owner
 * says. In the handler of a page fault, perhaps within a system call: nothing here blocks, or
 * touches the program's memory.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/panic.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/trap.h"
#include "kernel/end/panic_report.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/base/user.h"
#include "libc/memory/mapping_internal.h"

static int
check_access(const struct region *region, uint64_t address, uint64_t access)
{
	uint32_t protection;

	if (!region || region->base > address || (region->flags & REGION_GONE))
		return -EFAULT;
	protection = region->protection;
	if (protection == ABI_PROT_NONE ||
	    ((access & FAULT_WRITE) && !(protection & ABI_PROT_WRITE)) ||
	    ((access & FAULT_FETCH) && !(protection & ABI_PROT_EXEC)))
		return -EACCES;
	return 0;
}

/* Puts a page that is the mapping's own, or the owner's, at its address. */
static int
place(const struct region *region, uint64_t base, uint64_t physical, uint64_t size)
{
	int result = paging_space_place(base, physical, size, mapping_rights(region->protection));

	if (result && !(region->flags & REGION_SHARED))
		mapping_free_page(physical, size);
	if (result != -EEXIST)
		return result;
	paging_flush_stale(); /* another CPU has brought it, or takes it away just now */
	return 0;
}

static int
bring_private(const struct region *region, uint64_t base)
{
	uint64_t frame = frames_take();
	uint64_t index = (region->offset + (base - region->base)) / PAGE_4K;
	int result = 0;

	if (!frame)
		return -ENOMEM;
	memset((void *)frame, 0, PAGE_4K);
	if (region->owner)
		result = region->owner->copy(region->owner, index, (void *)frame);
	if (!result)
		return place(region, base, frame, PAGE_4K);
	frames_return(frame);
	return result;
}

static int
bring_shared(const struct region *region, uint64_t base)
{
	uint64_t index = (region->offset + (base - region->base)) / PAGE_4K, frame;
	int result = region->owner->page(region->owner, index, &frame);

	return result ? result : place(region, base, frame, PAGE_4K);
}

/* Whether a 2 MB page of zeros may come to an address, where no page is yet. */
static bool
may_be_huge(const struct region *region, uint64_t base)
{
	return (region->flags & REGION_HUGE) && !region->owner && region->base <= base &&
	       base + PAGE_2M <= region_end(region) && paging_space_is_empty(base, PAGE_2M);
}

/* Copies the region that an address is in. Returns what check_access() says. */
static int
look_up_region(uint64_t address, uint64_t access, struct region *copy)
{
	uint64_t flags = spin_lock(&mapping_lock);
	const struct region *region = regions_find(&mapping_regions, address);
	int result = check_access(region, address, access);

	if (!result)
		*copy = *region;
	spin_unlock(&mapping_lock, flags);
	return result;
}

/* Zeroing takes long: not with the lock. Returns whether a page is there now. */
static bool
bring_huge(uint64_t address, uint64_t access)
{
	uint64_t base = ALIGN_DOWN(address, PAGE_2M), flags;
	const struct region *region;
	struct region copy;
	void *page;
	bool done;

	if (look_up_region(address, access, &copy) || !may_be_huge(&copy, base))
		return false;
	page = memory_grant(PAGE_2M, PAGE_2M, MEMORY_ANY_NODE);
	if (!page)
		return false;
	memset(page, 0, PAGE_2M);
	flags = spin_lock(&mapping_lock);
	region = regions_find(&mapping_regions, address);
	done = !check_access(region, address, access) && may_be_huge(region, base) &&
	       paging_space_place(base, (uint64_t)page, PAGE_2M,
				  mapping_rights(region->protection)) == 0;
	spin_unlock(&mapping_lock, flags);
	if (!done)
		memory_return(page, PAGE_2M);
	return done;
}

/* A page that is there has fewer rights than its region when they were taken from a part of it. */
static int
raise_rights(const struct region *region, uint64_t base)
{
	int pages = paging_space_protect(&base, base + PAGE_4K, mapping_rights(region->protection));

	return pages < 0 ? pages : 0;
}

int
mapping_fault(uint64_t address, uint64_t access)
{
	uint64_t base = ALIGN_DOWN(address, PAGE_4K), flags;
	const struct region *region;
	struct paging_mapping page;
	int result;

	if (bring_huge(address, access))
		return 0;
	flags = spin_lock(&mapping_lock);
	region = regions_find(&mapping_regions, address);
	result = check_access(region, address, access);
	if (!result && paging_lookup(address, &page))
		result = page.flags == mapping_rights(region->protection)
				 ? 0
				 : raise_rights(region, base);
	else if (!result && mapping_limit_stack_ends(address))
		result = -EFAULT;
	else if (!result && (region->flags & REGION_ALL_HUGE))
		result = -ENOMEM;
	else if (!result)
		result = region->flags & REGION_SHARED ? bring_shared(region, base)
						       : bring_private(region, base);
	spin_unlock(&mapping_lock, flags);
	return result;
}

static bool
resolve(uint64_t address, uint64_t access)
{
	int result = mapping_fault(address, access);

	if (result == -ENOMEM)
		panic("libc: no memory is left for the page at %#lx, which the program touches",
		      address);
	return !result;
}

/* Of what shows a file page by page: behind its end there is none. */
static size_t
shown_reach(uint64_t address, bool write)
{
	uint64_t access = write ? FAULT_WRITE : 0;
	struct region region;
	int result = look_up_region(address, access, &region);

	if (!result && !region.owner)
		return region_end(&region) - address;
	if (!result)
		result = mapping_fault(address, access);
	return result ? 0 : PAGE_4K - address % PAGE_4K;
}

static bool
bring(uint64_t address, bool write)
{
	return !mapping_fault(address, write ? FAULT_WRITE : 0);
}

static const struct user_mappings mappings = {shown_reach, bring};

/* What has no rights and lies directly below what has is a guard. In a panic: takes no lock. */
static const char *
guarded_stack(uint64_t address)
{
	const struct region *region = regions_find(&mapping_regions, address);
	const struct region *above = region ? regions_next(&mapping_regions, region) : NULL;

	if (!region || region->base > address || region->protection != ABI_PROT_NONE)
		return NULL;
	if (region->flags & REGION_RESERVED)
		return "stack of main()";
	return above && above->base == region_end(region) && above->protection != ABI_PROT_NONE
		       ? "stack of a thread"
		       : NULL;
}

void
mapping_init(void)
{
	panic_report_set_guards(guarded_stack);
	user_set_mappings(&mappings);
	trap_set_page_hook(resolve);
}
