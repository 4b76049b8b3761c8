/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What we need of the AML in DSDT and SSDTs, found without an interpreter by the bytes that its
 * encoding (ACPI 6.5 §20.2) fixes:
 *
 * - the sleep type values of the \_S5 package (soft off, §7.4.2);
 * - how many PCI root bridges there are, by their hardware IDs; acpi_root.c reads more of them.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"

#define AML_PACKAGE 0x12
#define AML_ROOT '\\'
#define AML_PACKAGE_LENGTH_BYTES_SHIFT 6 /* of the lead byte: how many more length bytes follow */
#define SLEEP_TYPE_MASK 0x7

/* Package: PackageOp, its length (1-4 bytes), number of elements, SLP_TYPa, SLP_TYPb, … */
static bool
s5_package(const uint8_t *at, const uint8_t *end)
{
	uint32_t type_a, type_b;

	if (end - at < 2 || at[0] != AML_PACKAGE)
		return false;
	size_t skip = 1 + 1 + (at[1] >> AML_PACKAGE_LENGTH_BYTES_SHIFT) + 1;
	if ((size_t)(end - at) < skip)
		return false;
	at += skip;
	if (!acpi_aml_integer(&at, end, &type_a) || !acpi_aml_integer(&at, end, &type_b))
		return false;
	acpi_info.s5_type_a = type_a & SLEEP_TYPE_MASK;
	acpi_info.s5_type_b = type_b & SLEEP_TYPE_MASK;
	acpi_info.s5_known = true;
	return true;
}

static void
s5_find(const uint8_t *code, const uint8_t *end)
{
	static const char name[4] = {'_', 'S', '5', '_'};

	for (const uint8_t *at = code + 1; at + sizeof(name) <= end; at++) {
		if (*at != '_' || memcmp(at, name, sizeof(name)) != 0)
			continue;
		const uint8_t *op = at - 1;
		if (op > code && *op == AML_ROOT)
			op--;
		if (*op == AML_NAME && s5_package(at + sizeof(name), end))
			return;
	}
}

void
acpi_aml_scan(const struct acpi_header *table)
{
	const uint8_t *code = (const uint8_t *)(table + 1);
	const uint8_t *end = (const uint8_t *)table + table->length;

	acpi_info.pci_roots += acpi_aml_roots(code, end);
	acpi_root_scan(code, end);
	acpi_pxm_scan(code, end);
	if (!acpi_info.s5_known)
		s5_find(code, end);
}
