/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_entry.c kernel/acpi/acpi_iommu.c */
/*
 * DMAR and IVRS: the units of sound tables, of tables made to lie, and of sound ones with each byte
 * changed and each length cut, in blocks of their own, so that the sanitizer sees what is read
 * beside them.
 */
#include <stdlib.h>

#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"
#include "tests/unit/check.h"

#define ENTRIES_OFFSET 48
#define TABLE_SIZE_MAX 8192

struct acpi_info acpi_info;

static unsigned complaints;
static uint8_t table[TABLE_SIZE_MAX];
static size_t table_length;

void
log_message(enum log_level level, const char *format, ...)
{
	(void)format;
	complaints += level <= LOG_WARNING;
}

static void
table_new(const char *signature)
{
	memset(table, 0, sizeof(table));
	memcpy(table, signature, 4);
	table_length = ENTRIES_OFFSET;
}

/* An entry of a type and length, with a unit's address at its eighth byte. */
static void
table_add(uint16_t type, uint16_t length, size_t present, uint64_t address)
{
	uint8_t entry[32] = {0};

	memcpy(entry, &type, 2);
	memcpy(entry + 2, &length, 2);
	memcpy(entry + 8, &address, 8);
	memcpy(table + table_length, entry, present);
	table_length += present;
}

static void
table_parse(void)
{
	uint32_t length = (uint32_t)table_length;
	struct acpi_header *copy = malloc(table_length);

	memcpy(table + 4, &length, sizeof(length));
	memcpy(copy, table, table_length);
	memset(&acpi_info, 0, sizeof(acpi_info));
	complaints = 0;
	if (memcmp(table, "DMAR", 4) == 0)
		acpi_dmar_parse(copy);
	else
		acpi_ivrs_parse(copy);
	free(copy);
}

/* Two units with devices in their scopes, reserved memory between them. */
static void
dmar_sound(void)
{
	table_new("DMAR");
	table_add(0, 24, 24, 0xfed90000);
	table_add(1, 24, 24, 0x7d000000);
	table_add(0, 16, 16, 0xfed91000);
	table_add(5, 20, 20, 0x1000);
}

static void
ivrs_sound(void)
{
	table_new("IVRS");
	table_add(0xfe10, 28, 28, 0xfeb80000); /* flags above the type */
	table_add(0x0011, 32, 32, 0xfeb80000); /* the same, in detail */
	table_add(0x0040, 32, 32, 0xfeb81000);
	table_add(0x0021, 32, 32, 0x1000);
}

static void
test_sound(void)
{
	dmar_sound();
	table_parse();
	CHECK_EQ(complaints, 0);
	CHECK_EQ(acpi_info.iommu_count, 2);
	CHECK_EQ(acpi_info.iommus[0].address, 0xfed90000);
	CHECK_EQ(acpi_info.iommus[0].kind, ACPI_IOMMU_INTEL);
	CHECK_EQ(acpi_info.iommus[1].address, 0xfed91000);
	ivrs_sound();
	table_parse();
	CHECK_EQ(complaints, 0);
	CHECK_EQ(acpi_info.iommu_count, 2);
	CHECK_EQ(acpi_info.iommus[0].address, 0xfeb80000);
	CHECK_EQ(acpi_info.iommus[0].kind, ACPI_IOMMU_AMD);
	CHECK_EQ(acpi_info.iommus[1].address, 0xfeb81000);
	table_new("DMAR");
	table_parse();
	CHECK_EQ(acpi_info.iommu_count + complaints, 0);
}

/* Each lie costs its entry or the rest, and is complained of once. */
static void
test_lies(void)
{
	table_new("DMAR");
	table_add(0, 12, 12, 0xfed90000); /* too short for a unit */
	table_add(0, 16, 16, 0); /* no lie: firmware's way to say that a unit is off */
	table_add(0, 16, 16, 0xfed90008);
	table_add(0, 16, 16, 0xfed91000);
	table_parse();
	CHECK_EQ(complaints, 2);
	CHECK_EQ(acpi_info.iommu_count, 1);
	for (uint16_t length = 0; length < 4; length++) {
		table_new("DMAR");
		table_add(0, 16, 16, 0xfed90000);
		table_add(0, length, 16, 0xfed91000);
		table_parse();
		CHECK_EQ(complaints, 1);
		CHECK_EQ(acpi_info.iommu_count, 1);
	}
	table_new("IVRS");
	table_add(0x10, 28, 24, 0xfeb80000); /* passes the end */
	table_parse();
	CHECK_EQ(complaints, 1);
	CHECK_EQ(acpi_info.iommu_count, 0);
	table_new("IVRS");
	table_add(0x10, 20, 20, 0xfeb80000);
	table_parse();
	CHECK_EQ(complaints, 1);
	CHECK_EQ(acpi_info.iommu_count, 0);
}

static void
test_many(void)
{
	table_new("DMAR");
	for (unsigned i = 0; i < ACPI_IOMMUS_MAX + 10; i++)
		table_add(0, 16, 16, 0xfed00000 + i * 0x1000);
	table_parse();
	CHECK_EQ(acpi_info.iommu_count, ACPI_IOMMUS_MAX);
	CHECK_EQ(complaints, 10);
}

static void
test_damaged(void (*sound)(void))
{
	sound();
	for (size_t length = table_length; length >= sizeof(struct acpi_header); length--) {
		sound();
		table_length = length;
		table_parse();
	}
	sound();
	for (size_t at = sizeof(struct acpi_header); at < table_length; at++) {
		for (unsigned value = 0; value < 256; value++) {
			uint8_t right = table[at];

			table[at] = (uint8_t)value;
			table_parse();
			table[at] = right;
			if (acpi_info.iommu_count > 4)
				CHECK(acpi_info.iommu_count <= 4);
		}
	}
}

int
main(void)
{
	test_sound();
	test_lies();
	test_many();
	test_damaged(dmar_sound);
	test_damaged(ivrs_sound);
	return check_end();
}
