/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * 16550 serial ports, in port or memory space. TI PC16550D data sheet, §8 (registers).
 * A port belongs to one CPU at a time: the caller sees to it. No function here logs.
 */
#ifndef KERNEL_SERIAL_H
#define KERNEL_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERIAL_DEFAULT_BAUD 115200
#define SERIAL_REGISTERS 8

struct serial_line {
	uint32_t baud;	   /* a divisor of 115200; 0: as the firmware has set the port */
	uint8_t data_bits; /* 7 or 8 */
	char parity;	   /* 'n', 'e' or 'o' */
};

struct serial_port {
	/* Set by the caller. */
	uint64_t base;	   /* I/O port number, or address (mapped uncached) of register 0 */
	bool memory;	   /* it is an address */
	bool access_32bit; /* in memory: registers are read and written as 32 bits */
	uint8_t shift;	   /* register n is at base + (n << shift) */

	/* serial.c's own */
	uint8_t fifo_size; /* bytes that may be written when the transmitter is empty */
	bool cr_sent;	   /* the next "\n" has its CR already */
};

/*
 * Reads "115200n8", "9600e7", "115200" or "" (115200n8). Returns 0, or -EINVAL when it is something
 * else or a rate that does not divide 115200.
 */
int serial_line_parse(const char *text, struct serial_line *line);

/*
 * Finds out whether there is a port and sets it up, FIFOs on, interrupts off. Returns 0, or
 * -ENODEV when nothing answers like a UART.
 */
int serial_open(struct serial_port *port, const struct serial_line *line);

/*
 * Gives the transmitter what it takes at once, "\n" as CR LF. Returns how many bytes of `bytes`
 * are done: 0 while it is busy.
 */
size_t serial_put(struct serial_port *port, const char *bytes, size_t length);

/*
 * Waits until all is sent. False when that takes longer than a second or so (counted in register
 * reads: early there is no clock).
 */
bool serial_wait(const struct serial_port *port);

/* Takes a received byte; -EAGAIN when there is none. */
int serial_get(const struct serial_port *port);

/* Which interrupts the port raises: a byte was received; the transmitter is empty. */
void serial_interrupts(const struct serial_port *port, bool receive, bool transmit);

/* Whether the port raises its interrupt; acknowledges the transmitter's. */
bool serial_interrupt_pending(const struct serial_port *port);

#endif
