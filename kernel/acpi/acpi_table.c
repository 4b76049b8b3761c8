/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the parsers stand on: what they fill in, and a table that is verified.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"

struct acpi_info acpi_info;

uint8_t
acpi_checksum(const void *bytes, size_t length)
{
	const uint8_t *byte = bytes;
	uint8_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += byte[i];
	return sum;
}

const struct acpi_header *
acpi_table_at(uint64_t address, const char *signature)
{
	const struct acpi_header *table = acpi_memory(address, sizeof(*table));

	if (!table) {
		log_warning("acpi: %s at %#lx is out of reach: ignored", signature, address);
		return NULL;
	}
	if (memcmp(table->signature, signature, sizeof(table->signature)) != 0) {
		log_warning("acpi: no %s at %#lx: ignored", signature, address);
		return NULL;
	}
	uint32_t length = table->length;
	if (length < sizeof(*table) || length > ACPI_TABLE_LENGTH_MAX) {
		log_warning("acpi: %s has the impossible length %u: ignored", signature, length);
		return NULL;
	}
	table = acpi_memory(address, length);
	if (!table) {
		log_warning("acpi: %s, %u bytes at %#lx, is out of reach: ignored", signature,
			    length, address);
		return NULL;
	}
	if (acpi_checksum(table, length) != 0) {
		log_warning("acpi: %s has a wrong checksum: ignored", signature);
		return NULL;
	}
	return table;
}
