/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The controller is set up gently, as firmware may emulate it for a USB keyboard: ports off,
 * what is buffered thrown away, the keyboard's interrupt on, its port on. The mouse's port stays
 * off, as nobody would take its bytes. Scan codes come as set 1 when the controller translates,
 * which firmware leaves on, else as set 2. IBM PS/2 Hardware Interface Technical Reference,
 * Keyboard and Auxiliary Device Controller.
 */
#include "kernel/console/keyboard.h"

#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/base/x86.h"
#include "kernel/console/console.h"
#include "kernel/console/console_device.h"
#include "kernel/console/keymap.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/interrupts/irq.h"
#include "kernel/time/clock.h"

/* clang-format off */
#define DATA_PORT 0x60
#define   KEYBOARD_ENABLE 0xf4
#define   KEYBOARD_ACKNOWLEDGE 0xfa
#define STATUS_PORT 0x64 /* reading */
#define   STATUS_OUTPUT_FULL (1u << 0)
#define   STATUS_INPUT_FULL (1u << 1)
#define   STATUS_FROM_MOUSE (1u << 5)
#define   STATUS_ABSENT 0xff
#define COMMAND_PORT 0x64 /* writing */
#define   COMMAND_READ_CONFIG 0x20
#define   COMMAND_WRITE_CONFIG 0x60
#define   COMMAND_MOUSE_OFF 0xa7
#define   COMMAND_KEYBOARD_OFF 0xad
#define   COMMAND_KEYBOARD_ON 0xae
#define     CONFIG_KEYBOARD_INTERRUPT (1 << 0)
#define     CONFIG_MOUSE_INTERRUPT (1 << 1)
#define     CONFIG_KEYBOARD_CLOCK_OFF (1 << 4)
#define     CONFIG_TRANSLATE (1 << 6)
/* clang-format on */

#define KEYBOARD_IRQ 1
#define CONTROLLER_DEADLINE (50 * NS_PER_MS)
#define BUFFERED_MAX 64 /* bytes that one call takes: a broken controller must not hold us */

static struct keymap keyboard_keymap;
static bool keyboard_present;
static bool keyboard_has_irq;

static bool
controller_wait(uint8_t mask, uint8_t value)
{
	uint64_t deadline = clock_deadline_ns(CONTROLLER_DEADLINE);

	while ((io_in8(STATUS_PORT) & mask) != value) {
		if (clock_passed(deadline))
			return false;
		cpu_pause();
	}
	return true;
}

static int
controller_write(uint16_t port, uint8_t value)
{
	if (!controller_wait(STATUS_INPUT_FULL, 0))
		return -ETIMEDOUT;
	io_out8(port, value);
	return 0;
}

/* The next byte from the controller, or -ETIMEDOUT. */
static int
controller_read(void)
{
	if (!controller_wait(STATUS_OUTPUT_FULL, STATUS_OUTPUT_FULL))
		return -ETIMEDOUT;
	return io_in8(DATA_PORT);
}

static void
controller_flush(void)
{
	for (unsigned i = 0; i < BUFFERED_MAX && io_in8(STATUS_PORT) & STATUS_OUTPUT_FULL; i++)
		io_in8(DATA_PORT);
}

/* Returns the configuration as it now is, or -ETIMEDOUT. */
static int
controller_configure(void)
{
	int config;

	if (controller_write(COMMAND_PORT, COMMAND_KEYBOARD_OFF) ||
	    controller_write(COMMAND_PORT, COMMAND_MOUSE_OFF))
		return -ETIMEDOUT;
	controller_flush();
	if (controller_write(COMMAND_PORT, COMMAND_READ_CONFIG))
		return -ETIMEDOUT;
	config = controller_read();
	if (config < 0)
		return config;
	config |= CONFIG_KEYBOARD_INTERRUPT;
	config &= ~(CONFIG_MOUSE_INTERRUPT | CONFIG_KEYBOARD_CLOCK_OFF);
	if (controller_write(COMMAND_PORT, COMMAND_WRITE_CONFIG) ||
	    controller_write(DATA_PORT, (uint8_t)config) ||
	    controller_write(COMMAND_PORT, COMMAND_KEYBOARD_ON))
		return -ETIMEDOUT;
	return config;
}

/* Has the keyboard scan; that none is plugged in yet is no error. */
static bool
keyboard_enable(void)
{
	return !controller_write(DATA_PORT, KEYBOARD_ENABLE) &&
	       controller_read() == KEYBOARD_ACKNOWLEDGE;
}

static void
keyboard_take(void)
{
	for (unsigned i = 0; i < BUFFERED_MAX; i++) {
		uint8_t status = io_in8(STATUS_PORT);
		char bytes[KEYMAP_BYTES_MAX];
		unsigned length;
		uint8_t code;

		if (!(status & STATUS_OUTPUT_FULL))
			return;
		code = io_in8(DATA_PORT);
		if (status & STATUS_FROM_MOUSE)
			continue;
		length = keymap_input(&keyboard_keymap, code, bytes);
		for (unsigned j = 0; j < length; j++)
			console_input(bytes[j]);
	}
}

static void
keyboard_interrupt(void *argument)
{
	(void)argument;
	keyboard_take();
}

static int
keyboard_hook(void)
{
	int vector = irq_alloc(keyboard_interrupt, NULL, "keyboard");
	int error;

	if (vector < 0)
		return vector;
	error = ioapic_route_isa(KEYBOARD_IRQ, vector);
	if (error) {
		irq_free(vector);
		return error;
	}
	ioapic_mask_gsi(ioapic_isa_to_gsi(KEYBOARD_IRQ), false);
	controller_flush(); /* a byte that is waiting would hold back the next edge */
	return 0;
}

static bool
keyboard_is_polled(void)
{
	return keyboard_present && !keyboard_has_irq;
}

static void
keyboard_poll(void)
{
	if (keyboard_is_polled())
		keyboard_take();
}

static const struct console_source keyboard_source = {keyboard_is_polled, keyboard_poll};

void
keyboard_start(void)
{
	bool answers;
	int config;

	config = io_in8(STATUS_PORT) == STATUS_ABSENT ? -ENODEV : controller_configure();
	if (config < 0) {
		log_debug("keyboard: no PS/2 controller");
		return;
	}
	keyboard_present = true;
	keyboard_keymap.set2 = !(config & CONFIG_TRANSLATE);
	answers = keyboard_enable();
	keyboard_has_irq = keyboard_hook() == 0;
	log_info("keyboard: PS/2, scan code set %u%s%s", keyboard_keymap.set2 ? 2 : 1,
		 answers ? "" : ", none is plugged in",
		 keyboard_has_irq ? "" : ", no interrupt: polled");
	console_add_source(&keyboard_source);
}
