/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A machine's ACPI tables for the tests: tests/data/acpi/NAME.hex (see README there) read into
 * regions, each in a block of its own, so that the sanitizer sees each byte read beside them.
 * Brings acpi_memory() and boot_info, which acpi.c needs.
 */
#ifndef TESTS_UNIT_ACPI_CAPTURED_H
#define TESTS_UNIT_ACPI_CAPTURED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"
#include "kernel/loader/boot_info.h"

#define REGIONS_MAX 64

struct region {
	uint64_t address;
	size_t length;
	uint8_t *bytes;
};

static struct region regions[REGIONS_MAX];
static unsigned region_count;
struct boot_info boot_info;

const void *
acpi_memory(uint64_t address, size_t length)
{
	for (unsigned i = 0; i < region_count; i++) {
		const struct region *region = &regions[i];

		if (address >= region->address && length <= region->length &&
		    address - region->address <= region->length - length)
			return region->bytes + (address - region->address);
	}
	return NULL;
}

/* A region of zeros. */
static inline struct region *
region_add(uint64_t address, size_t length)
{
	struct region *region = &regions[region_count++];

	if (region_count > REGIONS_MAX)
		abort();
	region->address = address;
	region->length = length;
	region->bytes = calloc(1, length ? length : 1);
	return region;
}

static inline void
regions_clear(void)
{
	while (region_count)
		free(regions[--region_count].bytes);
	memset(&boot_info, 0, sizeof(boot_info));
}

/* Changes a region's length; what is new is zero. */
static inline void
region_resize(struct region *region, size_t length)
{
	uint8_t *bytes = calloc(1, length ? length : 1);

	memcpy(bytes, region->bytes, length < region->length ? length : region->length);
	free(region->bytes);
	region->bytes = bytes;
	region->length = length;
}

/* Makes the sum of a table right again: byte 9 of each but the RSDP. */
static inline void
region_repair_checksum(struct region *region)
{
	if (region->length < sizeof(struct acpi_header))
		return;
	region->bytes[9] -= acpi_checksum(region->bytes, region->length);
}

/* The table with a signature. */
static inline struct region *
region_of(const char *signature)
{
	for (unsigned i = 0; i < region_count; i++) {
		if (regions[i].length >= sizeof(struct acpi_header) &&
		    memcmp(regions[i].bytes, signature, strlen(signature)) == 0)
			return &regions[i];
	}
	fprintf(stderr, "no table %s\n", signature);
	abort();
}

/* Reads a captured machine and points boot_info at its RSDP; false when there is no such file. */
static inline bool
regions_load(const char *name)
{
	char path[256], line[256];
	struct region *region = NULL;
	FILE *file;

	regions_clear();
	snprintf(path, sizeof(path), "tests/data/acpi/%s.hex", name);
	file = fopen(path, "r");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '@') {
			region = region_add(strtoull(line + 1, NULL, 16), 0);
			continue;
		}
		size_t count = strcspn(line, "\r\n") / 2, at = region->length;
		region_resize(region, at + count);
		for (size_t i = 0; i < count; i++) {
			char digits[3] = {line[2 * i], line[2 * i + 1], 0};

			region->bytes[at + i] = (uint8_t)strtoul(digits, NULL, 16);
		}
	}
	fclose(file);
	boot_info.rsdp_address = regions[0].address;
	return true;
}

#endif
