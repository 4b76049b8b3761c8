/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The program's own image lies where it was linked, and was mapped at the boot. To the program it
 * is a mapping like others: it may be asked about, locked, and its data protected. Code stays as it
 * is.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/image.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/memory/mapping_internal.h"

bool
mapping_image_holds(uint64_t base, uint64_t length)
{
	return base >= (uint64_t)image_start && base + length <= (uint64_t)image_end;
}

bool
mapping_covers(uint64_t base, uint64_t length)
{
	uint64_t flags = spin_lock(&mapping_lock);
	bool covered = regions_cover(&mapping_regions, base, length);

	spin_unlock(&mapping_lock, flags);
	return covered || mapping_image_holds(base, length);
}

static bool
is_data(uint64_t base, uint64_t end)
{
	return base >= ALIGN_UP((uint64_t)data_start, PAGE_4K) &&
	       (base >= (uint64_t)boot_stack_top || end <= (uint64_t)boot_stack_guard);
}

bool
mapping_image_is_data(uint64_t address)
{
	return address < (uint64_t)image_end && is_data(address, address + 1);
}

int
mapping_image_protect(uint64_t base, uint64_t length, uint32_t protection)
{
	if (!is_data(base, base + length))
		return -EACCES;
	if (protection == ABI_PROT_NONE)
		return paging_unmap(base, length);
	return paging_map(base, length, mapping_rights(protection));
}
