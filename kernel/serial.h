/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * 16550 serial ports, in port or memory space. TI PC16550D data sheet, §8 (registers).
 * A port belongs to one CPU at a time: the caller sees to it.
 */
#ifndef KERNEL_SERIAL_H
#define KERNEL_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERIAL_COM1 0x3f8
#define SERIAL_DEFAULT_BAUD 115200

struct serial_port {
	/* Set by the caller. */
	uint64_t base;	  /* I/O port number or physical address of register 0 */
	bool memory;	  /* base is an address, mapped uncached */
	uint8_t shift;	  /* register n is at base + (n << shift) */
	bool access_32bit; /* registers must be accessed as 32 bits */

	/* Set by serial_open(). */
	bool open;
	uint8_t fifo_size; /* bytes that may be written when the transmitter is empty */
};

/*
 * Finds out whether there is a port, and sets it to baud, 8 data bits, no parity, 1 stop bit,
 * FIFOs on, interrupts off. Returns 0, -ENODEV when nothing answers like a UART, or -EINVAL when
 * the rate does not divide 115200.
 */
int serial_open(struct serial_port *port, uint32_t baud);

/*
 * Writes bytes, waiting for the transmitter. When it does not take a byte within a second or so
 * (counted in register reads: there may be no clock yet), the port is closed. Returns how many
 * bytes were written.
 */
size_t serial_write(struct serial_port *port, const char *bytes, size_t length);

#endif
