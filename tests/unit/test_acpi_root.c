/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_pxm.c */
/* SOURCES: kernel/acpi/acpi_aml_bytes.c */
/* SOURCES: kernel/acpi/acpi_root.c kernel/acpi/acpi_aml.c */
/*
 * Root bridges in AML: resource templates that are whole, cut, without a range of buses, filled in
 * at run time, or of a bridge too many.
 */
#include <stdlib.h>

#include "kernel/acpi/acpi_tables.h"
#include "tests/unit/check.h"

struct acpi_info acpi_info;

#define BUSES 0x88, 13, 0, 2, 0x0c, 0, 0, 0, 0x10, 0, 0x1f, 0, 0, 0, 0x10, 0
#define PORTS 0x88, 13, 0, 1, 0x0c, 3, 0, 0, 0x00, 0x10, 0xff, 0x1f, 0, 0, 0x00, 0x10
#define WINDOW                                                                                     \
	0x87, 23, 0, 0, 0x0c, 1, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xff, 0xff, 0xcf, 0, 0, 0, 0, 0, \
		0, 0, 0x10
#define UNFILLED                                                                                   \
	0x87, 23, 0, 0, 0x0c, 1, 0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xdf, 0, 0, 0, 0, 0, \
		0, 0, 0
#define CONSUMED                                                                                   \
	0x87, 23, 0, 0, 0x0d, 1, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0, 0, \
		0, 0, 0x01
#define CONFIGURATION 0x47, 1, 0xf8, 0x0c, 0xf8, 0x0c, 1, 8
#define END 0x79, 0

/* Name(_CRS, Buffer(size) {bytes}), in a block of exactly that size; less `cut` bytes at its end.
 */
static void
scan(const uint8_t *bytes, size_t size, size_t cut)
{
	const uint8_t head[] = {0x08, '_', 'C', 'R', 'S', 0x11, 0x40, 0x10, 0x0a, (uint8_t)size};
	uint8_t *code = malloc(sizeof(head) + size - cut);

	memcpy(code, head, sizeof(head));
	memcpy(code + sizeof(head), bytes, size - cut);
	acpi_root_scan(code, code + sizeof(head) + size - cut);
	free(code);
}

static void
test_whole(void)
{
	static const uint8_t bytes[] = {BUSES,	  CONFIGURATION, PORTS, WINDOW,
					UNFILLED, CONSUMED,	 END};

	memset(&acpi_info, 0, sizeof(acpi_info));
	scan(bytes, sizeof(bytes), 0);
	CHECK_EQ(acpi_info.root.count, 1);
	CHECK_EQ(acpi_info.root.first_bus, 0x10);
	CHECK_EQ(acpi_info.root.last_bus, 0x1f);
	CHECK_EQ(acpi_info.root.range_count, 2);
	CHECK_EQ(acpi_info.root.ranges[0].base, 0x1000);
	CHECK_EQ(acpi_info.root.ranges[0].length, 0x1000);
	CHECK(acpi_info.root.ranges[0].io && !acpi_info.root.ranges[1].io);
	CHECK_EQ(acpi_info.root.ranges[1].base, 0xc0000000);
	CHECK_EQ(acpi_info.root.ranges[1].length, 0x10000000);
	for (unsigned i = 0; i < 20; i++)
		scan(bytes, sizeof(bytes), 0);
	CHECK_EQ(acpi_info.root.count, 21);
	CHECK_EQ(acpi_info.root.range_count, ACPI_ROOT_RANGES_MAX);
}

static void
test_cut(void)
{
	static const uint8_t bytes[] = {BUSES, WINDOW, END};

	memset(&acpi_info, 0, sizeof(acpi_info));
	for (size_t cut = 1; cut <= sizeof(bytes); cut++)
		scan(bytes, sizeof(bytes), cut);
	CHECK_EQ(acpi_info.root.count, 0);
	CHECK_EQ(acpi_info.root.range_count, 0);
}

static void
test_others(void)
{
	static const uint8_t no_buses[] = {WINDOW, END};
	static const uint8_t no_end[] = {BUSES, WINDOW};
	static const uint8_t too_short[] = {0x88, 3, 0, 2, 0x0c, 0, END};
	static const uint8_t unnamed[] = {'x',	'_',  'C',  'R',   'S', 0x11,
					  0x10, 0x0a, 0x12, BUSES, END};

	memset(&acpi_info, 0, sizeof(acpi_info));
	scan(no_buses, sizeof(no_buses), 0);
	scan(no_end, sizeof(no_end), 0);
	scan(too_short, sizeof(too_short), 0);
	acpi_root_scan(unnamed, unnamed + sizeof(unnamed));
	CHECK_EQ(acpi_info.root.count, 0);
}

static void
test_cba(void)
{
	static const uint8_t cba[] = {0x14, 12, '_', 'C', 'B', 'A', 0, 0xa4, 0x0c, 0, 0, 0, 0xe0};

	memset(&acpi_info, 0, sizeof(acpi_info));
	for (size_t size = 0; size < sizeof(cba); size++)
		acpi_root_scan(cba, cba + size);
	CHECK_EQ(acpi_info.root.ecam_address, 0);
	acpi_root_scan(cba, cba + sizeof(cba));
	CHECK_EQ(acpi_info.root.ecam_address, 0xe0000000);
}

int
main(void)
{
	test_whole();
	test_cut();
	test_others();
	test_cba();
	return check_end();
}
