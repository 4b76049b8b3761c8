/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reaching the tables. They usually lie in memory that paging_init() has mapped already. One that
 * lies elsewhere (firmware that forgot to list it) is mapped here, read-only.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/acpi/acpi_tables.h"
#include "kernel/memory/paging.h"

const void *
acpi_memory(uint64_t address, size_t length)
{
	struct paging_mapping mapping;
	uint64_t end = address + length;

	if (end <= address || address < PAGE_4K || end > 1ULL << paging_address_bits())
		return NULL;
	for (uint64_t page = ALIGN_DOWN(address, PAGE_4K); page < end;) {
		if (paging_lookup(page, &mapping)) {
			page = mapping.base + mapping.size;
			continue;
		}
		if (paging_map(page, PAGE_4K, PAGING_WB) != 0)
			return NULL;
		page += PAGE_4K;
	}
	return (const void *)address;
}
