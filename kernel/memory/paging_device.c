/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that belongs to a device. Where it is, firmware says, and firmware errs.
 */
#include "kernel/base/errno.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/paging.h"

int
paging_map_device(uint64_t base, uint64_t length, unsigned cache)
{
	if (boot_info_has_ram(base, length))
		return -EADDRINUSE;
	return paging_map(base, length, PAGING_WRITE | (cache & PAGING_CACHE_MASK));
}
