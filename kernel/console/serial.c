/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A port is believed only when its scratch register holds what is written and the line status
 * is not all ones, as a missing device reads. Transmission fills the whole FIFO each time it
 * is empty.
 */
#include "kernel/console/serial.h"

#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/x86.h"
#include "kernel/time/clock.h"

/* clang-format off */
#define UART_DATA 0	    /* receive buffer, transmit holding; divisor low with DLAB */
#define UART_INTERRUPTS 1   /* divisor high with DLAB */
#define   INTERRUPTS_RECEIVE (1u << 0)
#define   INTERRUPTS_TRANSMIT (1u << 1)
#define UART_FIFO_CONTROL 2 /* write only */
#define   FIFO_CONTROL_ENABLE (1u << 0)
#define   FIFO_CONTROL_CLEAR_RECEIVE (1u << 1)
#define   FIFO_CONTROL_CLEAR_TRANSMIT (1u << 2)
#define UART_INTERRUPT_ID 2 /* read only */
#define   INTERRUPT_ID_NONE (1u << 0)
#define   INTERRUPT_ID_FIFOS (3u << 6)
#define UART_LINE_CONTROL 3
#define   LINE_CONTROL_7_BITS (2u << 0)
#define   LINE_CONTROL_8_BITS (3u << 0)
#define   LINE_CONTROL_PARITY (1u << 3)
#define   LINE_CONTROL_EVEN (1u << 4)
#define   LINE_CONTROL_DLAB (1u << 7)
#define UART_MODEM_CONTROL 4
#define   MODEM_CONTROL_DTR (1u << 0)
#define   MODEM_CONTROL_RTS (1u << 1)
#define   MODEM_CONTROL_OUT2 (1u << 3) /* lets the interrupt out of the chip */
#define UART_LINE_STATUS 5
#define   LINE_STATUS_RECEIVED (1u << 0)
#define   LINE_STATUS_HOLDING_EMPTY (1u << 5)
#define   LINE_STATUS_ALL_SENT (1u << 6)
#define   LINE_STATUS_ABSENT 0xff
#define UART_SCRATCH 7
/* clang-format on */

#define UART_CLOCK_BAUD 115200 /* divisor 1 */
#define FIFO_16550A_SIZE 16
/* About a second, as a register read takes a microsecond; and so long, when there is a clock. */
#define WAIT_READS_MAX 1000000
#define WAIT_NS (5 * NS_PER_SECOND)

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

/* Returns the rate that `*text` begins with and moves past it; 0 when it cannot be set. */
static uint32_t
baud_parse(const char **text)
{
	uint32_t baud = 0;

	while (**text >= '0' && **text <= '9' && baud <= UART_CLOCK_BAUD)
		baud = baud * 10 + (uint32_t)(*(*text)++ - '0');
	return baud && UART_CLOCK_BAUD % baud == 0 ? baud : 0;
}

int
serial_line_parse(const char *text, struct serial_line *line)
{
	*line = (struct serial_line){SERIAL_DEFAULT_BAUD, 8, 'n'};
	if (!*text)
		return 0;
	line->baud = baud_parse(&text);
	if (!line->baud)
		return -EINVAL;
	if (*text == 'n' || *text == 'e' || *text == 'o')
		line->parity = *text++;
	if (*text == '7' || *text == '8')
		line->data_bits = (uint8_t)(*text++ - '0');
	return *text ? -EINVAL : 0;
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

static void
uart_set_line(const struct serial_port *port, const struct serial_line *line)
{
	uint8_t control = line->data_bits == 7 ? LINE_CONTROL_7_BITS : LINE_CONTROL_8_BITS;
	uint32_t divisor = UART_CLOCK_BAUD / line->baud;

	if (line->parity != 'n')
		control |= LINE_CONTROL_PARITY;
	if (line->parity == 'e')
		control |= LINE_CONTROL_EVEN;
	uart_write(port, UART_LINE_CONTROL, LINE_CONTROL_DLAB);
	uart_write(port, UART_DATA, (uint8_t)divisor);
	uart_write(port, UART_INTERRUPTS, (uint8_t)(divisor >> 8));
	uart_write(port, UART_LINE_CONTROL, control);
}

int
serial_open(struct serial_port *port, const struct serial_line *line)
{
	if (!uart_present(port))
		return -ENODEV;

	uart_write(port, UART_INTERRUPTS, 0);
	if (line->baud)
		uart_set_line(port, line);
	uart_write(port, UART_FIFO_CONTROL,
		   FIFO_CONTROL_ENABLE | FIFO_CONTROL_CLEAR_RECEIVE | FIFO_CONTROL_CLEAR_TRANSMIT);
	uart_write(port, UART_MODEM_CONTROL,
		   MODEM_CONTROL_DTR | MODEM_CONTROL_RTS | MODEM_CONTROL_OUT2);
	port->fifo_size = 1;
	if ((uart_read(port, UART_INTERRUPT_ID) & INTERRUPT_ID_FIFOS) == INTERRUPT_ID_FIFOS)
		port->fifo_size = FIFO_16550A_SIZE;
	port->cr_sent = false;
	return 0;
}

static void
uart_fill(const struct serial_port *port, const uint8_t *bytes, unsigned count)
{
	if (!port->memory) {
		io_out8s((uint16_t)(port->base + UART_DATA), bytes, count);
		return;
	}
	for (unsigned i = 0; i < count; i++)
		uart_write(port, UART_DATA, bytes[i]);
}

size_t
serial_put(struct serial_port *port, const char *bytes, size_t length)
{
	uint8_t fifo[FIFO_16550A_SIZE];
	unsigned count = 0;
	size_t done = 0;

	if (!(uart_read(port, UART_LINE_STATUS) & LINE_STATUS_HOLDING_EMPTY))
		return 0;
	while (count < port->fifo_size && done < length) {
		bool cr_first = bytes[done] == '\n' && !port->cr_sent;
		char byte = cr_first ? '\r' : bytes[done++];

		fifo[count++] = (uint8_t)byte;
		port->cr_sent = byte == '\r';
	}
	uart_fill(port, fifo, count);
	return done;
}

bool
serial_wait(const struct serial_port *port)
{
	const uint8_t all_sent = LINE_STATUS_HOLDING_EMPTY | LINE_STATUS_ALL_SENT;

	uint64_t deadline = clock_deadline_ns(WAIT_NS);

	for (unsigned reads = 0; reads < WAIT_READS_MAX || !clock_passed(deadline); reads++) {
		if ((uart_read(port, UART_LINE_STATUS) & all_sent) == all_sent)
			return true;
		cpu_pause();
	}
	return false;
}

int
serial_get(const struct serial_port *port)
{
	uint8_t status = uart_read(port, UART_LINE_STATUS);

	if (status == LINE_STATUS_ABSENT || !(status & LINE_STATUS_RECEIVED))
		return -EAGAIN;
	return uart_read(port, UART_DATA);
}

void
serial_interrupts(const struct serial_port *port, bool receive, bool transmit)
{
	uart_write(port, UART_INTERRUPTS,
		   (receive ? INTERRUPTS_RECEIVE : 0) | (transmit ? INTERRUPTS_TRANSMIT : 0));
}

bool
serial_interrupt_pending(const struct serial_port *port)
{
	return !(uart_read(port, UART_INTERRUPT_ID) & INTERRUPT_ID_NONE);
}
