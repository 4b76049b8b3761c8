/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_pxm.c */
/* SOURCES: kernel/acpi/acpi_aml_bytes.c */
/* SOURCES: kernel/acpi/acpi_table.c */
/* SOURCES: kernel/acpi/acpi.c kernel/acpi/acpi_madt.c kernel/acpi/acpi_srat.c */
/* SOURCES: kernel/acpi/acpi_iommu.c kernel/acpi/acpi_entry.c kernel/acpi/acpi_root.c */
/* SOURCES: kernel/acpi/acpi_devices.c kernel/acpi/acpi_fadt.c kernel/acpi/acpi_aml.c */
/* SOURCES: kernel/acpi/acpi_spcr.c */
/*
 * Any bytes as firmware: one region of memory at BASE that holds the input, its first 20 bytes
 * taken as the RSDP. Checksums are put right wherever something points to, so that the parsers
 * behind them are reached.
 */
#include "tests/unit/acpi_captured.h"

#define BASE 0x1000

void
log_message(enum log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
}

static void
repair(uint64_t address)
{
	uint32_t length;
	uint8_t *table = (uint8_t *)acpi_memory(address, sizeof(struct acpi_header));

	if (!table)
		return;
	memcpy(&length, table + 4, sizeof(length));
	if (length < sizeof(struct acpi_header) || !acpi_memory(address, length))
		return;
	table[9] -= acpi_checksum(table, length);
}

/* The tables that the root table names, then the root table itself, then the RSDP. */
static void
repair_all(struct region *region)
{
	uint32_t rsdt, table;

	memcpy(&rsdt, region->bytes + 16, sizeof(rsdt));
	for (uint64_t at = sizeof(struct acpi_header); at < region->length; at += sizeof(table)) {
		const uint8_t *pointer = acpi_memory(rsdt + at, sizeof(table));

		if (!pointer)
			break;
		memcpy(&table, pointer, sizeof(table));
		repair(table);
	}
	repair(rsdt);
	memcpy(region->bytes, "RSD PTR ", 8);
	region->bytes[8] -= acpi_checksum(region->bytes, 20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct region *region;

	if (size < BOOT_RSDP_SIZE)
		return 0;
	regions_clear();
	region = region_add(BASE, size);
	memcpy(region->bytes, data, size);
	repair_all(region);
	boot_info.rsdp_address = BASE;
	acpi_init();
	if (acpi_info.cpu_count > ACPI_CPUS_MAX || acpi_info.ecam_count > ACPI_ECAMS_MAX)
		abort();
	return 0;
}
