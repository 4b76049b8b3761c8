/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The FADT, ACPI 6.5 §5.2.9, and the one thing that we need of the DSDT: the sleep type values of
 * the \_S5 package (soft off, §7.4.2), found without an AML interpreter.
 *
 * A FADT may end anywhere after its revision 1 length, 116 bytes: each later field is looked at
 * only when the table reaches that far. The X_ fields win over their 32-bit elders.
 */
#include "kernel/acpi_tables.h"
#include "kernel/log.h"
#include "kernel/string.h"

struct acpi_fadt {
	struct acpi_header header;
	uint32_t firmware_control;
	uint32_t dsdt;
	uint8_t reserved1;
	uint8_t profile;
	uint16_t sci_interrupt;
	uint32_t smi_command;
	uint8_t acpi_enable;
	uint8_t acpi_disable;
	uint8_t s4_bios_request;
	uint8_t pstate_control;
	uint32_t pm1a_event, pm1b_event;
	uint32_t pm1a_control, pm1b_control;
	uint32_t pm2_control;
	uint32_t pm_timer;
	uint8_t other1[32];
	uint32_t flags;
	struct acpi_generic_address reset_register;
	uint8_t reset_value;
	uint8_t other2[3];
	uint64_t x_firmware_control;
	uint64_t x_dsdt;
	struct acpi_generic_address x_pm1a_event, x_pm1b_event;
	struct acpi_generic_address x_pm1a_control, x_pm1b_control;
	struct acpi_generic_address x_pm2_control;
	struct acpi_generic_address x_pm_timer;
} __packed;
_Static_assert(offsetof(struct acpi_fadt, pm_timer) == 76, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, flags) == 112, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, reset_register) == 116, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, x_dsdt) == 140, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, x_pm_timer) == 208, "ACPI 6.5 table 5.9");

#define FADT_FLAG_TIMER_32BIT (1u << 8)
#define FADT_FLAG_RESET_REGISTER (1u << 10)
#define FADT_REACHES(fadt, field)                                                                  \
	acpi_table_reaches(&(fadt)->header,                                                        \
			   offsetof(struct acpi_fadt, field) + sizeof((fadt)->field))

#define IO_PORTS 0x10000
#define PM1_CONTROL_BITS 16
#define PM_TIMER_BITS 32

/* AML encodings, §20.2. */
#define AML_ZERO 0x00
#define AML_ONE 0x01
#define AML_NAME 0x08
#define AML_BYTE 0x0a
#define AML_WORD 0x0b
#define AML_DWORD 0x0c
#define AML_PACKAGE 0x12
#define AML_ROOT '\\'
#define AML_PACKAGE_LENGTH_BYTES_SHIFT 6 /* of the lead byte: how many more length bytes follow */
#define SLEEP_TYPE_MASK 0x7

struct acpi_register
acpi_register_from(const struct acpi_generic_address *address, const char *what)
{
	struct acpi_register reg = {ACPI_REGISTER_NONE, address->bit_width, address->address};

	if (reg.address == 0)
		return reg;
	if (address->space_id == ACPI_SPACE_MEMORY)
		reg.space = ACPI_REGISTER_MEMORY;
	else if (address->space_id == ACPI_SPACE_IO && reg.address < IO_PORTS)
		reg.space = ACPI_REGISTER_IO;
	else
		log_warning("acpi: FADT: the %s register is in space %u at %#lx: ignored", what,
			    address->space_id, reg.address);
	return reg;
}

/* The register of an X_ field, or that of the port that revision 1 knew; NULL: not that long. */
static struct acpi_register
fadt_register(const struct acpi_generic_address *extended, uint32_t port, uint8_t width,
	      const char *what)
{
	struct acpi_generic_address elder = {
		.space_id = ACPI_SPACE_IO, .bit_width = width, .address = port};

	if (extended && extended->address != 0) {
		struct acpi_register reg = acpi_register_from(extended, what);

		if (reg.space != ACPI_REGISTER_NONE)
			return reg;
	}
	return acpi_register_from(&elder, what);
}

void
acpi_fadt_parse(const struct acpi_header *table)
{
	const struct acpi_fadt *fadt = (const void *)table;

	if (!FADT_REACHES(fadt, flags)) {
		log_warning("acpi: FADT of %u bytes is too short: ignored", table->length);
		return;
	}
	acpi_info.smi_command_port = fadt->smi_command < IO_PORTS ? fadt->smi_command : 0;
	acpi_info.acpi_enable_value = fadt->acpi_enable;
	acpi_info.pm_timer_32bit = fadt->flags & FADT_FLAG_TIMER_32BIT;
	acpi_info.pm_timer =
		fadt_register(FADT_REACHES(fadt, x_pm_timer) ? &fadt->x_pm_timer : NULL,
			      fadt->pm_timer, PM_TIMER_BITS, "PM timer");
	acpi_info.pm1a_control =
		fadt_register(FADT_REACHES(fadt, x_pm1a_control) ? &fadt->x_pm1a_control : NULL,
			      fadt->pm1a_control, PM1_CONTROL_BITS, "PM1a control");
	acpi_info.pm1b_control =
		fadt_register(FADT_REACHES(fadt, x_pm1b_control) ? &fadt->x_pm1b_control : NULL,
			      fadt->pm1b_control, PM1_CONTROL_BITS, "PM1b control");
	if (fadt->flags & FADT_FLAG_RESET_REGISTER && FADT_REACHES(fadt, reset_value)) {
		acpi_info.reset_register = acpi_register_from(&fadt->reset_register, "reset");
		acpi_info.reset_value = fadt->reset_value;
	}
	acpi_s5_find(FADT_REACHES(fadt, x_dsdt) && fadt->x_dsdt ? fadt->x_dsdt : fadt->dsdt);
}

/* Reads an AML integer of at most 32 bits at *at; false when there is none before `end`. */
static bool
aml_integer(const uint8_t **at, const uint8_t *end, uint32_t *value)
{
	size_t left = end - *at;
	size_t bytes;

	if (left == 0)
		return false;
	switch ((*at)[0]) {
	case AML_ZERO:
	case AML_ONE:
		*value = (*at)[0];
		*at += 1;
		return true;
	case AML_BYTE:
		bytes = sizeof(uint8_t);
		break;
	case AML_WORD:
		bytes = sizeof(uint16_t);
		break;
	case AML_DWORD:
		bytes = sizeof(uint32_t);
		break;
	default:
		return false;
	}
	if (left < 1 + bytes)
		return false;
	*value = 0;
	memcpy(value, *at + 1, bytes);
	*at += 1 + bytes;
	return true;
}

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
	if (!aml_integer(&at, end, &type_a) || !aml_integer(&at, end, &type_b))
		return false;
	acpi_info.s5_type_a = type_a & SLEEP_TYPE_MASK;
	acpi_info.s5_type_b = type_b & SLEEP_TYPE_MASK;
	acpi_info.s5_known = true;
	return true;
}

void
acpi_s5_find(uint64_t dsdt_address)
{
	static const char name[4] = {'_', 'S', '5', '_'};
	const struct acpi_header *dsdt = acpi_table_at(dsdt_address, "DSDT");

	if (!dsdt)
		return;
	const uint8_t *code = (const uint8_t *)(dsdt + 1);
	const uint8_t *end = (const uint8_t *)dsdt + dsdt->length;
	for (const uint8_t *at = code + 1; at + sizeof(name) <= end; at++) {
		if (memcmp(at, name, sizeof(name)) != 0)
			continue;
		const uint8_t *op = at - 1;
		if (op > code && *op == AML_ROOT)
			op--;
		if (*op == AML_NAME && s5_package(at + sizeof(name), end))
			return;
	}
	log_info("acpi: no \\_S5 in the DSDT: power-off is not available");
}
