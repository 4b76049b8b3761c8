/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SPCR: the serial port that the firmware itself uses as its console. Microsoft's Serial Port
 * Console Redirection Table, revision 2 and later. Ports of the 16550 kind are taken; others
 * (ARM's, USB debug ports) are named and left.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"

#define SPCR_FULL_16550 0x00
#define SPCR_16550_SUBSET 0x01
#define SPCR_16550_WITH_ADDRESS 0x12 /* width and access size of the address hold */

#define ACCESS_SIZE_32BIT 3
#define IO_PORT_LAST 0xfff8 /* of a UART's eight */

struct acpi_spcr {
	struct acpi_header header;
	uint8_t interface;
	uint8_t reserved[3];
	struct acpi_generic_address address;
	uint8_t interrupt_type;
	uint8_t irq;
	uint32_t gsi;
	uint8_t baud_code;
	uint8_t parity, stop_bits, flow_control, terminal;
} __packed;
_Static_assert(sizeof(struct acpi_spcr) == 63, "SPCR up to the terminal type");
_Static_assert(offsetof(struct acpi_spcr, baud_code) == 58, "SPCR's baud rate");

/* SPCR's codes; 0 leaves the rate as it is. */
static uint32_t
spcr_baud(uint8_t code)
{
	static const uint32_t rates[] = {[3] = 9600, [4] = 19200, [6] = 57600, [7] = 115200};

	return code < ARRAY_SIZE(rates) ? rates[code] : 0;
}

static bool
spcr_can_be(const struct acpi_generic_address *address)
{
	if (address->space_id == ACPI_SPACE_IO)
		return address->address <= IO_PORT_LAST;
	return address->space_id == ACPI_SPACE_MEMORY;
}

void
acpi_spcr_parse(const struct acpi_header *table)
{
	const struct acpi_spcr *spcr = (const void *)table;
	struct acpi_serial *serial = &acpi_info.serial;
	const struct acpi_generic_address *address;

	if (!acpi_table_reaches(table, sizeof(*spcr))) {
		log_warning("acpi: SPCR of %u bytes is too short: ignored", table->length);
		return;
	}
	address = &spcr->address;
	if (!address->address)
		return; /* console redirection is off */
	if (spcr->interface != SPCR_FULL_16550 && spcr->interface != SPCR_16550_SUBSET &&
	    spcr->interface != SPCR_16550_WITH_ADDRESS) {
		log_info("acpi: SPCR: a port of kind %#x at %u:%#lx is not supported",
			 spcr->interface, address->space_id, address->address);
		return;
	}
	if (!spcr_can_be(address)) {
		log_warning("acpi: SPCR: no serial port can be at %u:%#lx: ignored",
			    address->space_id, address->address);
		return;
	}
	serial->present = true;
	serial->memory = address->space_id == ACPI_SPACE_MEMORY;
	serial->address = address->address;
	serial->access_32bit = address->access_size == ACCESS_SIZE_32BIT;
	serial->shift = address->bit_width == 32 ? 2 : address->bit_width == 16 ? 1 : 0;
	serial->baud = spcr_baud(spcr->baud_code);
}
