/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Serial ports as consoles. The first is opened before anything else, so that every message of
 * the boot has a way out; console_init() keeps it or lets it go as bare.console= says.
 *
 * A port whose interrupt reaches the control CPU receives and transmits by it. Otherwise output
 * waits for the port, and readers poll it. The four PC ports share two ISA interrupts, which are
 * edges: a handler goes round until no port of its line raises its interrupt any more.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/format.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/console/console.h"
#include "kernel/console/console_device.h"
#include "kernel/console/serial.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"

#define SERIAL_CONSOLES_MAX 5 /* four of the PC and one of the SPCR */
#define PC_PORT_NAME "ttyS"
#define PC_PORTS 4
#define SPCR_NAME "spcr"
#define NO_IRQ (-1)
#define INTERRUPT_ROUNDS_MAX 64
#define RECEIVE_MAX 256 /* bytes that one call takes from a port: a broken one must not hold us */

/* How long a port whose transmitter is empty may take to interrupt when it is asked to. */
#define INTERRUPT_DEADLINE (10 * NS_PER_MS)

struct serial_console {
	struct console_device device; /* first, so that one is the other */
	struct serial_port port;
	char name[8];
	bool named;   /* to stay: by bare.console=, or by default */
	int isa_irq;  /* NO_IRQ: polled */
	bool has_irq; /* it arrives */
	bool transmit_irq;
};

static const struct {
	uint16_t base;
	uint8_t isa_irq;
} pc_ports[PC_PORTS] = {{0x3f8, 4}, {0x2f8, 3}, {0x3e8, 4}, {0x2e8, 3}};

static struct serial_console serial_consoles[SERIAL_CONSOLES_MAX];
static unsigned serial_console_count;

/* -- What console.c asks of a device ------------------------------------------------------- */

static size_t
serial_device_put(struct console_device *device, const char *bytes, size_t length)
{
	return serial_put(&((struct serial_console *)device)->port, bytes, length);
}

static bool
serial_device_wait(struct console_device *device)
{
	return serial_wait(&((struct serial_console *)device)->port);
}

static bool
serial_device_want_interrupt(struct console_device *device, bool wanted)
{
	struct serial_console *console = (struct serial_console *)device;

	if (!console->has_irq)
		return false;
	if (console->transmit_irq == wanted)
		return true;
	console->transmit_irq = wanted;
	serial_interrupts(&console->port, true, wanted);
	return true;
}

/* -- Interrupts and input ------------------------------------------------------------------ */

static void
take_input(struct serial_console *console)
{
	for (unsigned i = 0; i < RECEIVE_MAX; i++) {
		int byte = serial_get(&console->port);

		if (byte < 0)
			break;
		console_input((char)byte);
	}
}

/* Serves each port of an ISA interrupt that raises it. Returns whether there was one. */
static bool
serve_line(int isa_irq)
{
	bool served = false;

	for (unsigned i = 0; i < serial_console_count; i++) {
		struct serial_console *console = &serial_consoles[i];

		if (!console->has_irq || console->isa_irq != isa_irq ||
		    !serial_interrupt_pending(&console->port))
			continue;
		take_input(console);
		served = true;
	}
	if (served)
		console_pump();
	return served;
}

static void
serial_interrupt(void *argument)
{
	unsigned rounds = 0;

	while (serve_line((int)(intptr_t)argument) && ++rounds < INTERRUPT_ROUNDS_MAX)
		;
}

/* Returns the vector that an ISA interrupt is now routed to, or why it cannot be had. */
static int
route_line(int isa_irq)
{
	int vector = irq_alloc(serial_interrupt, (void *)(intptr_t)isa_irq, "serial");
	int error;

	if (vector < 0)
		return vector;
	error = ioapic_route_isa((uint8_t)isa_irq, vector);
	if (error) {
		irq_free(vector);
		return error;
	}
	ioapic_mask_gsi(ioapic_isa_to_gsi((uint8_t)isa_irq), false);
	return vector;
}

/*
 * Whether the port's interrupt arrives here: the transmitter, which is empty, is asked for one.
 * Interrupts are off, so it stays requested; that it is taken later, for nothing, does no harm.
 */
static bool
interrupt_arrives(const struct serial_console *console, int vector)
{
	uint64_t deadline;

	serial_wait(&console->port);
	serial_interrupts(&console->port, true, true);
	deadline = clock_deadline_ns(INTERRUPT_DEADLINE);
	while (!lapic_is_requested((uint8_t)vector) && !clock_passed(deadline))
		cpu_pause();
	serial_interrupts(&console->port, true, false);
	return lapic_is_requested((uint8_t)vector);
}

static void
start_port(struct serial_console *console, int vector)
{
	if (vector < 0)
		log_info("console: %s has no interrupt: it is polled", console->name);
	else if (!interrupt_arrives(console, vector))
		log_info("console: %s's interrupt does not arrive: it is polled", console->name);
	else
		console->has_irq = true;
	if (!console->has_irq)
		serial_interrupts(&console->port, false, false);
}

static bool
is_polled(const struct serial_console *console)
{
	return console->named && !console->has_irq && !console->device.stopped;
}

static bool
serial_is_polled(void)
{
	for (unsigned i = 0; i < serial_console_count; i++)
		if (is_polled(&serial_consoles[i]))
			return true;
	return false;
}

static void
serial_poll(void)
{
	for (unsigned i = 0; i < serial_console_count; i++)
		if (is_polled(&serial_consoles[i]))
			take_input(&serial_consoles[i]);
}

static const struct console_source serial_source = {serial_is_polled, serial_poll};

void
console_serial_start(void)
{
	int vectors[ACPI_ISA_IRQS] = {0}; /* 0: not routed yet */

	for (unsigned i = 0; i < serial_console_count; i++) {
		struct serial_console *console = &serial_consoles[i];
		int irq = console->isa_irq;

		if (!console->named)
			continue;
		if (irq != NO_IRQ && !vectors[irq])
			vectors[irq] = route_line(irq);
		start_port(console, irq == NO_IRQ ? -ENODEV : vectors[irq]);
	}
	console_add_source(&serial_source);
}

/* -- Opening ------------------------------------------------------------------------------- */

static struct serial_console *
console_at(const struct serial_port *port)
{
	for (unsigned i = 0; i < serial_console_count; i++)
		if (serial_consoles[i].port.base == port->base &&
		    serial_consoles[i].port.memory == port->memory)
			return &serial_consoles[i];
	return NULL;
}

/* A port that is there already is set up anew, once it has sent what it has. */
static int
reopen(struct serial_console *console, const struct serial_line *line, bool named)
{
	serial_wait(&console->port);
	console->named |= named;
	return serial_open(&console->port, line);
}

/* Returns 0, -ENODEV or -ENOSPC. */
static int
open_port(const char *name, const struct serial_port *port, int isa_irq,
	  const struct serial_line *line, bool named)
{
	struct serial_console *console = console_at(port);
	int error;

	if (console)
		return reopen(console, line, named);
	if (serial_console_count == SERIAL_CONSOLES_MAX)
		return -ENOSPC;
	console = &serial_consoles[serial_console_count];
	*console = (struct serial_console){
		.device = {.name = console->name,
			   .put = serial_device_put,
			   .wait = serial_device_wait,
			   .want_interrupt = serial_device_want_interrupt},
		.port = *port,
		.named = named,
		.isa_irq = isa_irq,
	};
	string_copy(console->name, name, sizeof(console->name));
	error = serial_open(&console->port, line);
	if (!error)
		error = console_add_device(&console->device);
	if (!error)
		serial_console_count++;
	return error;
}

static int
open_pc_port(unsigned number, const struct serial_line *line, bool named)
{
	const struct serial_port port = {.base = pc_ports[number].base};
	char name[sizeof(serial_consoles[0].name)];

	format_text(name, sizeof(name), PC_PORT_NAME "%u", number);
	return open_port(name, &port, pc_ports[number].isa_irq, line, named);
}

/*
 * The port that the firmware uses itself, as it has set it up. An address in memory may have
 * another clock than the PC's ports, so the divisor stays.
 */
static int
open_spcr(void)
{
	const struct acpi_serial *spcr = &acpi_info.serial;
	const struct serial_line as_it_is = {.baud = 0};
	const struct serial_line pc = {spcr->baud ? spcr->baud : SERIAL_DEFAULT_BAUD, 8, 'n'};
	const struct serial_port port = {.base = spcr->address,
					 .memory = spcr->memory,
					 .access_32bit = spcr->access_32bit,
					 .shift = spcr->shift};
	int error;

	if (!spcr->present)
		return -ENODEV;
	for (unsigned i = 0; i < PC_PORTS; i++)
		if (!spcr->memory && spcr->address == pc_ports[i].base)
			return open_pc_port(i, &pc, true);
	if (spcr->memory) {
		error = paging_map_device(spcr->address, SERIAL_REGISTERS << spcr->shift,
					  PAGING_UC);
		if (error)
			return error;
	}
	return open_port(SPCR_NAME, &port, NO_IRQ, &as_it_is, true);
}

int
console_serial_open(const char *word)
{
	const char *number = word + sizeof(PC_PORT_NAME) - 1;
	const char *options = "";
	struct serial_line line;

	if (string_equal(word, SPCR_NAME))
		return open_spcr();
	if (!string_starts_with(word, PC_PORT_NAME) || *number < '0' || *number >= '0' + PC_PORTS)
		return -EINVAL;
	if (number[1] == ',')
		options = number + 2;
	else if (number[1])
		return -EINVAL;
	if (serial_line_parse(options, &line))
		return -EINVAL;
	return open_pc_port((unsigned)(*number - '0'), &line, true);
}

void
console_early_init(void)
{
	const struct serial_line line = {SERIAL_DEFAULT_BAUD, 8, 'n'};

	/* Where it fails there is nowhere to log it: the ring keeps what is written. */
	open_pc_port(0, &line, false);
	log_set_output(console_write_line);
}

void
console_serial_close_early(void)
{
	const struct serial_port first = {.base = pc_ports[0].base};
	struct serial_console *console = console_at(&first);

	if (console && !console->named)
		console_remove_device(&console->device);
}
