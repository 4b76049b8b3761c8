/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A port is believed only when its scratch register holds what is written and the line status
 * is not all ones, as a missing device reads. Transmission fills the whole FIFO each time the
 * holding register is empty.
 */
#include "kernel/serial.h"

#include "kernel/errno.h"
#include "kernel/io.h"
#include "kernel/x86.h"

/* clang-format off */
#define UART_DATA 0	    /* receive buffer, transmit holding; divisor low with DLAB */
#define UART_INTERRUPTS 1   /* divisor high with DLAB */
#define UART_FIFO_CONTROL 2 /* write only */
#define   FIFO_CONTROL_ENABLE (1u << 0)
#define   FIFO_CONTROL_CLEAR_RECEIVE (1u << 1)
#define   FIFO_CONTROL_CLEAR_TRANSMIT (1u << 2)
#define UART_INTERRUPT_ID 2 /* read only */
#define   INTERRUPT_ID_FIFOS (3u << 6)
#define UART_LINE_CONTROL 3
#define   LINE_CONTROL_8_BITS (3u << 0)
#define   LINE_CONTROL_DLAB (1u << 7)
#define UART_MODEM_CONTROL 4
#define   MODEM_CONTROL_DTR (1u << 0)
#define   MODEM_CONTROL_RTS (1u << 1)
#define   MODEM_CONTROL_OUT2 (1u << 3) /* lets the interrupt out of the chip */
#define UART_LINE_STATUS 5
#define   LINE_STATUS_TRANSMIT_EMPTY (1u << 5)
#define   LINE_STATUS_ABSENT 0xff
#define UART_SCRATCH 7
/* clang-format on */

#define UART_CLOCK_BAUD 115200 /* divisor 1 */
#define FIFO_16550A_SIZE 16
#define TRANSMIT_POLLS_MAX 1000000 /* about a second: a register read takes a microsecond */

static uint8_t
uart_read(const struct serial_port *port, unsigned reg)
{
	uint64_t address = port->base + ((uint64_t)reg << port->shift);

	if (!port->memory)
		return io_in8((uint16_t)address);
	return port->access_32bit ? (uint8_t)mmio_read32(address) : mmio_read8(address);
}

static void
uart_write(const struct serial_port *port, unsigned reg, uint8_t value)
{
	uint64_t address = port->base + ((uint64_t)reg << port->shift);

	if (!port->memory)
		io_out8((uint16_t)address, value);
	else if (port->access_32bit)
		mmio_write32(address, value);
	else
		mmio_write8(address, value);
}

static bool
uart_scratch_holds(const struct serial_port *port, uint8_t value)
{
	uart_write(port, UART_SCRATCH, value);
	return uart_read(port, UART_SCRATCH) == value;
}

static bool
uart_present(const struct serial_port *port)
{
	return uart_scratch_holds(port, 0x55) && uart_scratch_holds(port, 0xaa) &&
	       uart_read(port, UART_LINE_STATUS) != LINE_STATUS_ABSENT;
}

int
serial_open(struct serial_port *port, uint32_t baud)
{
	uint32_t divisor = baud ? UART_CLOCK_BAUD / baud : 0;

	port->open = false;
	if (!divisor || divisor > UINT16_MAX || divisor * baud != UART_CLOCK_BAUD)
		return -EINVAL;
	if (!uart_present(port))
		return -ENODEV;

	uart_write(port, UART_INTERRUPTS, 0);
	uart_write(port, UART_LINE_CONTROL, LINE_CONTROL_DLAB);
	uart_write(port, UART_DATA, (uint8_t)divisor);
	uart_write(port, UART_INTERRUPTS, (uint8_t)(divisor >> 8));
	uart_write(port, UART_LINE_CONTROL, LINE_CONTROL_8_BITS);
	uart_write(port, UART_FIFO_CONTROL,
		   FIFO_CONTROL_ENABLE | FIFO_CONTROL_CLEAR_RECEIVE | FIFO_CONTROL_CLEAR_TRANSMIT);
	uart_write(port, UART_MODEM_CONTROL,
		   MODEM_CONTROL_DTR | MODEM_CONTROL_RTS | MODEM_CONTROL_OUT2);
	port->fifo_size =
		(uart_read(port, UART_INTERRUPT_ID) & INTERRUPT_ID_FIFOS) == INTERRUPT_ID_FIFOS
			? FIFO_16550A_SIZE
			: 1;
	port->open = true;
	return 0;
}

static bool
uart_wait_transmit(const struct serial_port *port)
{
	for (unsigned polls = 0; polls < TRANSMIT_POLLS_MAX; polls++) {
		if (uart_read(port, UART_LINE_STATUS) & LINE_STATUS_TRANSMIT_EMPTY)
			return true;
		cpu_pause();
	}
	return false;
}

size_t
serial_write(struct serial_port *port, const char *bytes, size_t length)
{
	size_t done = 0;

	while (port->open && done < length) {
		if (!uart_wait_transmit(port)) {
			port->open = false;
			break;
		}
		for (unsigned room = port->fifo_size; room && done < length; room--)
			uart_write(port, UART_DATA, (uint8_t)bytes[done++]);
	}
	return done;
}
