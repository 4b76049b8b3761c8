/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The FADT, ACPI 6.5 §5.2.9: where the reset, power and timer registers are, and where the DSDT is.
 *
 * A FADT may end anywhere after its revision 1 length, 116 bytes: each later field is looked at
 * only when the table reaches that far. The X_ fields win over their 32-bit elders.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"

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
	uint32_t gpe0, gpe1;
	uint8_t pm1_event_length, pm1_control_length;
	uint8_t pm2_control_length, pm_timer_length;
	uint8_t gpe0_length, gpe1_length;
	uint8_t other1[18];
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
	struct acpi_generic_address x_gpe0, x_gpe1;
	struct acpi_generic_address sleep_control, sleep_status;
} __packed;
_Static_assert(offsetof(struct acpi_fadt, pm_timer) == 76, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, flags) == 112, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, reset_register) == 116, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, x_dsdt) == 140, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, x_pm_timer) == 208, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, gpe0_length) == 92, "ACPI 6.5 table 5.9");
_Static_assert(offsetof(struct acpi_fadt, sleep_status) == 256, "ACPI 6.5 table 5.9");

#define FADT_FLAG_NO_FIXED_BUTTON (1u << 4) /* the button is described by AML, or there is none */
#define FADT_FLAG_TIMER_32BIT (1u << 8)
#define FADT_FLAG_RESET_REGISTER (1u << 10)
#define FADT_FLAG_HARDWARE_REDUCED (1u << 20)
#define FADT_REACHES(fadt, field)                                                                  \
	acpi_table_reaches(&(fadt)->header,                                                        \
			   offsetof(struct acpi_fadt, field) + sizeof((fadt)->field))

#define IO_PORTS 0x10000
#define PM1_CONTROL_BITS 16
#define PM_TIMER_BITS 32

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

static struct acpi_events
fadt_events(const struct acpi_generic_address *extended, uint32_t port, uint8_t length,
	    const char *what)
{
	struct acpi_events events = {.bytes = length / 2};

	if (events.bytes == 0)
		return events;
	events.status = fadt_register(extended, port, (uint8_t)(events.bytes * 8), what);
	events.enable = events.status.address + events.bytes;
	return events;
}

/* What sci.c needs, or what takes its place. */
static void
fadt_parse_events(const struct acpi_fadt *fadt)
{
	acpi_info.hardware_reduced = fadt->flags & FADT_FLAG_HARDWARE_REDUCED;
	if (acpi_info.hardware_reduced) {
		if (FADT_REACHES(fadt, sleep_control))
			acpi_info.sleep_control =
				acpi_register_from(&fadt->sleep_control, "sleep control");
		return;
	}
	acpi_info.has_power_button = !(fadt->flags & FADT_FLAG_NO_FIXED_BUTTON);
	acpi_info.sci_interrupt = fadt->sci_interrupt;
	acpi_info.pm1a_events =
		fadt_events(FADT_REACHES(fadt, x_pm1a_event) ? &fadt->x_pm1a_event : NULL,
			    fadt->pm1a_event, fadt->pm1_event_length, "PM1a event");
	acpi_info.pm1b_events =
		fadt_events(FADT_REACHES(fadt, x_pm1b_event) ? &fadt->x_pm1b_event : NULL,
			    fadt->pm1b_event, fadt->pm1_event_length, "PM1b event");
	acpi_info.gpe0 = fadt_events(FADT_REACHES(fadt, x_gpe0) ? &fadt->x_gpe0 : NULL, fadt->gpe0,
				     fadt->gpe0_length, "GPE0");
	acpi_info.gpe1 = fadt_events(FADT_REACHES(fadt, x_gpe1) ? &fadt->x_gpe1 : NULL, fadt->gpe1,
				     fadt->gpe1_length, "GPE1");
}

void
acpi_fadt_parse(const struct acpi_header *table)
{
	const struct acpi_fadt *fadt = (const void *)table;

	if (!FADT_REACHES(fadt, flags)) {
		log_warning("acpi: FADT of %u bytes is too short: ignored", table->length);
		acpi_info.aml_lost = true;
		return;
	}
	acpi_info.smi_command_port =
		(uint16_t)(fadt->smi_command < IO_PORTS ? fadt->smi_command : 0);
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
	fadt_parse_events(fadt);
	if (fadt->flags & FADT_FLAG_RESET_REGISTER && FADT_REACHES(fadt, reset_value)) {
		acpi_info.reset_register = acpi_register_from(&fadt->reset_register, "reset");
		acpi_info.reset_value = fadt->reset_value;
	}
	const struct acpi_header *dsdt = acpi_table_at(
		FADT_REACHES(fadt, x_dsdt) && fadt->x_dsdt ? fadt->x_dsdt : fadt->dsdt, "DSDT");
	if (dsdt)
		acpi_aml_scan(dsdt);
	else
		acpi_info.aml_lost = true;
}
