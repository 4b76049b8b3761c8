/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ways to end a run. Each tries what the machine may have, in the order of what is surest, and
 * waits a moment for it to take effect; what follows is the next way, and at last a halt.
 */
#include "kernel/end/power.h"

#include "kernel/acpi/acpi.h"
#include "kernel/base/cpu.h"
#include "kernel/base/format.h"
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/console/console.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"

#define EFFECT_NS (50 * NS_PER_MS)
#define INTERRUPTED_STATUS 130 /* as a shell shows a program that Ctrl-C ended */
#define QUIT_STATUS (128 + 3)
#define STATUS_MASK 0xff
#define STATUS_LINE_SIZE 64
#define US_PER_SECOND (NS_PER_SECOND / NS_PER_US)

/* PM1 control registers, ACPI 6.5 §4.8.3.2.1: one or two, each with bits of its own. */
#define PM1_GLOBAL_RELEASE (1u << 2) /* raises an SMI when it is written as 1 */
#define PM1_SLEEP_TYPE_SHIFT 10
#define PM1_SLEEP_TYPE (7u << PM1_SLEEP_TYPE_SHIFT)
#define PM1_SLEEP_ENABLE (1u << 13)

/* The sleep control register, ACPI 6.5 table 4.24. */
#define SLEEP_CONTROL_TYPE_SHIFT 2
#define SLEEP_CONTROL_ENABLE (1u << 5)

#define DELAY_PORT 0x80 /* the BIOS's progress codes: nothing listens */

#define KEYBOARD_STATUS 0x64
#define KEYBOARD_INPUT_FULL (1u << 1)
#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_PULSE_RESET 0xfe

/* Reset control register of Intel chipsets. */
#define RESET_CONTROL 0xcf9
#define RESET_SYSTEM (1u << 1)
#define RESET_CPU (1u << 2)

/* Waits for an effect, also before there is a clock: a write to this port takes a microsecond. */
static void
wait_ns(uint64_t ns)
{
	if (clock_tsc_hz() != 0) {
		clock_delay_ns(ns);
		return;
	}
	for (; ns >= NS_PER_US; ns -= NS_PER_US)
		io_out8(DELAY_PORT, 0);
}

/* Whether there is such a register; only then it may be read and written. */
static bool
register_reach(const struct acpi_register *target)
{
	if (target->space == ACPI_REGISTER_MEMORY)
		return paging_map_device(target->address, sizeof(uint16_t), PAGING_UC) == 0;
	return target->space == ACPI_REGISTER_IO;
}

static uint16_t
register_read(const struct acpi_register *target)
{
	if (target->space == ACPI_REGISTER_IO)
		return target->width <= 8 ? io_in8((uint16_t)target->address)
					  : io_in16((uint16_t)target->address);
	return target->width <= 8 ? mmio_read8(target->address) : mmio_read16(target->address);
}

static void
register_write(const struct acpi_register *target, uint16_t value)
{
	if (target->space == ACPI_REGISTER_IO && target->width <= 8)
		io_out8((uint16_t)target->address, (uint8_t)value);
	else if (target->space == ACPI_REGISTER_IO)
		io_out16((uint16_t)target->address, value);
	else if (target->width <= 8)
		mmio_write8(target->address, (uint8_t)value);
	else
		mmio_write16(target->address, value);
}

static void
reset_by_acpi(void)
{
	if (!register_reach(&acpi_info.reset_register))
		return;
	register_write(&acpi_info.reset_register, acpi_info.reset_value);
	wait_ns(EFFECT_NS);
}

static void
reset_by_keyboard(void)
{
	for (unsigned tries = 0; tries < EFFECT_NS / NS_PER_US; tries++) {
		if (!(io_in8(KEYBOARD_STATUS) & KEYBOARD_INPUT_FULL))
			break;
		wait_ns(NS_PER_US);
	}
	io_out8(KEYBOARD_COMMAND, KEYBOARD_PULSE_RESET);
	wait_ns(EFFECT_NS);
}

static void
reset_by_chipset(void)
{
	io_out8(RESET_CONTROL, RESET_SYSTEM);
	io_out8(RESET_CONTROL, RESET_SYSTEM | RESET_CPU);
	wait_ns(EFFECT_NS);
}

/* An exception without an IDT: the CPU shuts down, and the board resets it. */
static void __attribute__((noreturn)) reset_by_triple_fault(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __packed none = {0, 0};

	__asm__ volatile("lidt %0; int3" : : "m"(none));
	cpu_halt_forever();
}

static void __attribute__((noreturn)) reboot(void)
{
	reset_by_acpi();
	reset_by_keyboard();
	reset_by_chipset();
	reset_by_triple_fault();
}

/* The other bits stay: SCI_EN, which says that this is ACPI mode, and reserved ones. */
static void
enter_sleep(const struct acpi_register *control, uint8_t type)
{
	uint32_t value;

	if (!register_reach(control))
		return;
	value = register_read(control) & ~(PM1_GLOBAL_RELEASE | PM1_SLEEP_TYPE);
	value |= (uint32_t)type << PM1_SLEEP_TYPE_SHIFT | PM1_SLEEP_ENABLE;
	register_write(control, (uint16_t)value);
}

/* The sleep control register of a machine without the fixed ones, §4.8.3.7. */
static void
enter_sleep_reduced(void)
{
	if (register_reach(&acpi_info.sleep_control))
		register_write(&acpi_info.sleep_control,
			       (uint16_t)(acpi_info.s5_type_a << SLEEP_CONTROL_TYPE_SHIFT |
					  SLEEP_CONTROL_ENABLE));
}

static void
poweroff(void)
{
	if (!acpi_info.s5_known) {
		log_error("power: the firmware does not describe how to switch off");
		return;
	}
	if (acpi_info.smi_command_port != 0 && acpi_info.acpi_enable_value != 0) {
		io_out8(acpi_info.smi_command_port, acpi_info.acpi_enable_value);
		wait_ns(EFFECT_NS);
	}
	if (acpi_info.hardware_reduced)
		enter_sleep_reduced();
	enter_sleep(&acpi_info.pm1a_control, acpi_info.s5_type_a);
	enter_sleep(&acpi_info.pm1b_control, acpi_info.s5_type_b);
	wait_ns(EFFECT_NS);
	log_error("power: the machine does not switch off");
}

void
power_end(enum end_action action, uint32_t wait_seconds, uint8_t status)
{
	switch (action) {
	case END_REBOOT:
		wait_ns(wait_seconds * NS_PER_SECOND);
		reboot();
	case END_POWEROFF:
		poweroff();
		break;
	case END_DEBUG:
		io_out8(QEMU_DEBUG_EXIT_PORT, status);
		break;
	case END_HALT:
		break;
	}
	cpu_halt_forever();
}

/* As a line of the log, but whatever bare.loglevel= is. */
static void
say_status(int status)
{
	char line[STATUS_LINE_SIZE];
	uint64_t us = clock_ns() / NS_PER_US;

	format_text(line, sizeof(line), "[%5llu.%06llu] exit: status %d\n", us / US_PER_SECOND,
		    us % US_PER_SECOND, status);
	console_write_line(line, string_length(line));
}

/*
 * Another CPU ends the run already, and is about to stop this one. If this is the control CPU,
 * its last lines depend on it until then.
 */
static void __attribute__((noreturn))
wait_for_the_end(void)
{
	for (;;) {
		console_drain();
		cpu_pause();
	}
}

void
power_exit(int status)
{
	static uint32_t ending;

	(void)interrupts_save();
	if (__atomic_exchange_n(&ending, 1, __ATOMIC_ACQ_REL))
		wait_for_the_end();
	say_status(status & STATUS_MASK);
	console_drain(); /* by the control CPU: before it is stopped */
	ipi_stop_others();
	console_direct();
	power_end(settings.exit, 0, (uint8_t)status);
}

static void
interrupted(enum console_signal signal)
{
	log_info("console: Ctrl-%c", signal == CONSOLE_QUIT ? '\\' : 'C');
	power_exit(signal == CONSOLE_QUIT ? QUIT_STATUS : INTERRUPTED_STATUS);
}

void
power_end_on_interrupt(void)
{
	console_set_signal_handler(interrupted);
}
