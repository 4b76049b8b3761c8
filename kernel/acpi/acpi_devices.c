/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two tables that only locate a device: MCFG (PCI's memory-mapped configuration
 * space) and HPET.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"

#define MCFG_ENTRIES_OFFSET 44 /* header, 8 reserved bytes */
#define MCFG_BUS_SHIFT 20      /* a bus has 1 MB */

/* PCI Firmware Specification 3.3 table 4-3. */
struct mcfg_allocation {
	uint64_t address;
	uint16_t segment;
	uint8_t first_bus, last_bus;
	uint32_t reserved;
} __packed;
_Static_assert(sizeof(struct mcfg_allocation) == 16, "PCI Firmware 3.3 table 4-3");

/* IA-PC HPET Specification 1.0a §3.2.4. */
struct acpi_hpet {
	struct acpi_header header;
	uint32_t event_timer_block_id;
	struct acpi_generic_address address;
	uint8_t number;
	uint16_t minimum_tick;
	uint8_t attributes;
} __packed;
_Static_assert(sizeof(struct acpi_hpet) == 56, "HPET 1.0a table 3");

static void
mcfg_add(const struct mcfg_allocation *allocation)
{
	struct acpi_ecam *ecam = &acpi_info.ecams[acpi_info.ecam_count];

	if (acpi_info.ecam_count == ACPI_ECAMS_MAX || allocation->address == 0 ||
	    allocation->address & ((1u << MCFG_BUS_SHIFT) - 1) ||
	    allocation->first_bus > allocation->last_bus) {
		log_warning("acpi: MCFG: segment %u, buses %u-%u at %#lx: ignored",
			    allocation->segment, allocation->first_bus, allocation->last_bus,
			    allocation->address);
		return;
	}
	ecam->address = allocation->address;
	ecam->segment = allocation->segment;
	ecam->first_bus = allocation->first_bus;
	ecam->last_bus = allocation->last_bus;
	acpi_info.ecam_count++;
}

void
acpi_mcfg_parse(const struct acpi_header *table)
{
	const struct mcfg_allocation *allocation;
	size_t offset = MCFG_ENTRIES_OFFSET;

	for (; acpi_table_reaches(table, offset + sizeof(*allocation));
	     offset += sizeof(*allocation)) {
		allocation = (const void *)((const uint8_t *)table + offset);
		mcfg_add(allocation);
	}
	if (offset != table->length)
		log_warning("acpi: MCFG's length %u leaves an incomplete entry: ignored",
			    table->length);
}

void
acpi_hpet_parse(const struct acpi_header *table)
{
	const struct acpi_hpet *hpet = (const void *)table;

	if (!acpi_table_reaches(table, sizeof(*hpet)) ||
	    hpet->address.space_id != ACPI_SPACE_MEMORY) {
		log_warning("acpi: HPET table without a memory address: ignored");
		return;
	}
	acpi_info.hpet_address = hpet->address.address;
}
