/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ACPI and the kernel's memory: reaching the tables, and telling memory.c the nodes.
 *
 * Tables usually lie in memory that paging_init() has mapped already. One that lies elsewhere
 * (firmware that forgot to list it) is mapped here, read-only.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"
#include "kernel/memory/memory.h"
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

void
acpi_memory_nodes(void)
{
	for (unsigned i = 0; i < acpi_info.memory_affinity_count; i++) {
		const struct acpi_memory_affinity *affinity = &acpi_info.memory_affinities[i];

		if (memory_assign_node(affinity->base, affinity->length,
				       acpi_node_of_domain(affinity->domain)) != 0)
			log_warning("acpi: memory %#lx, %#lx bytes, stays on node 0",
				    affinity->base, affinity->length);
	}
	for (unsigned i = 0; i < acpi_info.cpu_affinity_count; i++) {
		unsigned node = acpi_node_of_domain(acpi_info.cpu_affinities[i].domain);

		if (memory_add_node(node) != 0)
			log_warning("acpi: CPUs of node %u: there are too many nodes", node);
	}
}
