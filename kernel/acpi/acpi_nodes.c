/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which memory is on which node: what the SRAT says, registered with memory.c.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/log.h"
#include "kernel/memory/memory.h"

void
acpi_nodes_assign(void)
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
