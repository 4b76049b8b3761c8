/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK: how much may be mapped, how much of that is the program's
 * own to write, how far down main's stack may go. The stack counts for nothing else: here all of it
 * is mapped from the start. What is there when a limit is set may stay.
 */
#include "kernel/base/compiler.h"
#include "libc/base/abi.h"
#include "libc/memory/mapping_internal.h"

static struct mapping_limits limits = {UINT64_MAX, UINT64_MAX, UINT64_MAX}; /* with the mutex */
static uint64_t stack_base, stack_size;

/* Below it main's stack takes no more pages: for page faults, with the lock. */
static uint64_t stack_floor;

void
mapping_limit_note_stack(uint64_t base, uint64_t size)
{
	stack_base = base;
	stack_size = size;
}

void
mapping_limit_set(const struct mapping_limits *wanted)
{
	uint64_t flags;

	mutex_lock(&mapping_mutex);
	limits = *wanted;
	flags = spin_lock(&mapping_lock);
	stack_floor = stack_base + stack_size - MIN(wanted->stack, stack_size);
	spin_unlock(&mapping_lock, flags);
	mutex_unlock(&mapping_mutex);
}

bool
mapping_limit_stack_ends(uint64_t address)
{
	spin_assert_held(&mapping_lock);
	return address >= stack_base && address < stack_floor;
}

bool
mapping_limit_is_data(uint32_t protection, bool shared)
{
	return (protection & ABI_PROT_WRITE) && !shared;
}

bool
mapping_limit_allows(uint64_t space, uint64_t data)
{
	bool data_grows = data > 0;

	if (limits.space == UINT64_MAX && limits.data == UINT64_MAX)
		return true;
	for (const struct region *region = regions_find(&mapping_regions, 0); region;
	     region = regions_next(&mapping_regions, region)) {
		bool shared = region->flags & (REGION_SHARED | REGION_COMMON);

		if (region->flags & REGION_GONE)
			continue;
		space += region->length;
		data += mapping_limit_is_data(region->protection, shared) ? region->length : 0;
	}
	return space - stack_size <= limits.space &&
	       (!data_grows || data - stack_size <= limits.data);
}
