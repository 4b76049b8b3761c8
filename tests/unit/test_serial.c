/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/console/serial.c kernel/acpi/acpi_spcr.c */
/*
 * Serial ports: the words of bare.console=, the registers of a port in memory, which here is
 * an array, and the SPCR's description of one.
 */
#include <stdint.h>

#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/errno.h"
#include "kernel/console/serial.h"
#include "kernel/time/clock.h"
#include "tests/unit/check.h"

struct acpi_info acpi_info;

/* Each look at the clock takes a second: what waits for a port gives up. */
uint64_t
clock_ns(void)
{
	static uint64_t now;

	return now += NS_PER_SECOND;
}

static void
test_line(void)
{
	static const struct {
		const char *text;
		uint32_t baud;
		unsigned bits;
		char parity;
	} good[] = {
		{"", 115200, 8, 'n'},	  {"115200", 115200, 8, 'n'}, {"115200n8", 115200, 8, 'n'},
		{"9600e7", 9600, 7, 'e'}, {"19200o", 19200, 8, 'o'},  {"57600n", 57600, 8, 'n'},
		{"3600n8", 3600, 8, 'n'}, {"1", 1, 8, 'n'},
	};
	static const char *const bad[] = {"0",
					  "-1",
					  "115201",
					  "230400",
					  "9600n9",
					  "9600x8",
					  "9600n8r",
					  "n8",
					  "9600 n8",
					  "9600n8,",
					  "99999999999999999999",
					  "100000"};
	struct serial_line line;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		CHECK_EQ(serial_line_parse(good[i].text, &line), 0);
		CHECK_EQ(line.baud, good[i].baud);
		CHECK_EQ(line.data_bits, good[i].bits);
		CHECK_EQ(line.parity, good[i].parity);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (!CHECK_EQ(serial_line_parse(bad[i], &line), -EINVAL))
			printf("  %s\n", bad[i]);
}

static void
test_port(void)
{
	/* Memory that holds what is written looks like a UART with FIFOs, if its status says so. */
	uint32_t registers[SERIAL_REGISTERS] = {0};
	struct serial_port port = {
		.base = (uintptr_t)registers, .memory = true, .access_32bit = true, .shift = 2};
	struct serial_line line = {9600, 7, 'e'};

	registers[5] = 0xff;
	CHECK_EQ(serial_open(&port, &line), -ENODEV);
	registers[5] = 0;
	CHECK_EQ(serial_open(&port, &line), 0);
	CHECK_EQ(registers[0], 12);
	CHECK_EQ(registers[3], 0x1a);
	CHECK_EQ(serial_put(&port, "x", 1), 0); /* the transmitter is busy, and stays so */
	CHECK(!serial_wait(&port));
	CHECK_EQ(serial_get(&port), -EAGAIN);

	registers[5] = 0x61;
	CHECK(serial_wait(&port));
	CHECK_EQ(serial_put(&port, "x", 1), 1);
	CHECK_EQ(registers[0], 'x');
	CHECK_EQ(serial_get(&port), 'x');
	serial_interrupts(&port, true, true);
	CHECK_EQ(registers[1], 3);
	serial_interrupts(&port, false, true);
	CHECK_EQ(registers[1], 2);
	registers[2] = 0xc1;
	CHECK(!serial_interrupt_pending(&port));
	registers[2] = 0xc2;
	CHECK(serial_interrupt_pending(&port));
}

/* "\n" goes out as CR LF, also when the FIFO ends between the two. */
static void
test_line_ends(void)
{
	uint8_t registers[SERIAL_REGISTERS] = {[5] = 0x60};
	struct serial_port port = {.base = (uintptr_t)registers, .memory = true};
	struct serial_line as_it_is = {.baud = 0};

	CHECK_EQ(serial_open(&port, &as_it_is), 0);
	CHECK_EQ(registers[0], 0); /* no divisor was set */
	CHECK_EQ(port.fifo_size, 1);
	CHECK_EQ(serial_put(&port, "\na", 2), 0);
	CHECK_EQ(registers[0], '\r');
	CHECK_EQ(serial_put(&port, "\na", 2), 1);
	CHECK_EQ(registers[0], '\n');
	CHECK_EQ(serial_put(&port, "a", 1), 1);
	CHECK_EQ(registers[0], 'a');
	port.fifo_size = 16;
	CHECK_EQ(serial_put(&port, "0123456789\nabcdefgh", 19), 15);
	CHECK_EQ(serial_put(&port, "\n\n\n\n\n\n\n\n", 8), 8);
	CHECK_EQ(serial_put(&port, "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n", 16), 16);
}

/* The table up to the terminal type, 63 bytes; see SPCR §"Table format". */
static const struct acpi_header *
spcr(uint8_t kind, uint8_t space, uint8_t width, uint8_t access, uint64_t address, uint8_t baud)
{
	static uint8_t table[80] __attribute__((aligned(8)));
	struct acpi_header *header = (struct acpi_header *)table;

	memset(table, 0, sizeof(table));
	header->length = sizeof(table);
	table[36] = kind;
	table[40] = space;
	table[41] = width;
	table[43] = access;
	memcpy(&table[44], &address, sizeof(address));
	table[58] = baud;
	acpi_info.serial = (struct acpi_serial){0};
	return header;
}

static void
test_spcr(void)
{
	const struct acpi_serial *serial = &acpi_info.serial;
	struct acpi_header cut = *spcr(0, 1, 8, 0, 0x3f8, 7);

	acpi_spcr_parse(spcr(0, 1, 8, 0, 0x2f8, 7));
	CHECK(serial->present && !serial->memory);
	CHECK_EQ(serial->address, 0x2f8);
	CHECK_EQ(serial->baud, 115200);
	acpi_spcr_parse(spcr(0x12, 0, 32, 3, 0xfedc9000, 0));
	CHECK(serial->present && serial->memory && serial->access_32bit);
	CHECK_EQ(serial->shift, 2);
	CHECK_EQ(serial->baud, 0);
	acpi_spcr_parse(spcr(1, 0, 8, 1, 0xfedc9000, 3));
	CHECK(serial->present && !serial->access_32bit);
	CHECK_EQ(serial->shift, 0);
	CHECK_EQ(serial->baud, 9600);
	acpi_spcr_parse(spcr(0, 1, 8, 0, 0x3f8, 0xff));
	CHECK_EQ(serial->baud, 0);

	acpi_spcr_parse(spcr(0, 1, 8, 0, 0, 7)); /* redirection is off */
	CHECK(!serial->present);
	acpi_spcr_parse(spcr(3, 0, 32, 3, 0xfedc9000, 0)); /* ARM's PL011 */
	CHECK(!serial->present);
	acpi_spcr_parse(spcr(0, 2, 8, 0, 0x3f8, 7)); /* in PCI configuration space */
	CHECK(!serial->present);
	acpi_spcr_parse(spcr(0, 1, 8, 0, 0x103f8, 7));
	CHECK(!serial->present);
	cut.length = sizeof(cut);
	acpi_spcr_parse(&cut);
	CHECK(!serial->present);
}

int
main(void)
{
	test_line();
	test_port();
	test_line_ends();
	test_spcr();
	return check_end();
}
