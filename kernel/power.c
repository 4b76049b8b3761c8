/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ways to end a run. Each tries what the machine may have, in the order of what is surest, and
 * waits a moment for it to take effect; what follows is the next way, and at last a halt.
 */
#include "kernel/power.h"

#include "kernel/acpi.h"
#include "kernel/clock.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/io.h"
#include "kernel/log.h"
#include "kernel/smp.h"
#include "kernel/x86.h"

#define EFFECT_NS (50 * NS_PER_MS)
#define STATUS_MASK 0xff

/* PM1 control register, ACPI 6.5 §4.8.3.2.1. */
#define PM1_SLEEP_TYPE_SHIFT 10
#define PM1_SLEEP_ENABLE (1u << 13)

#define KEYBOARD_STATUS 0x64
#define   KEYBOARD_INPUT_FULL (1u << 1)
#define KEYBOARD_COMMAND 0x64
#define   KEYBOARD_PULSE_RESET 0xfe

/* Reset control register of Intel chipsets. */
#define RESET_CONTROL 0xcf9
#define   RESET_SYSTEM (1u << 1)
#define   RESET_CPU (1u << 2)

static void
register_write(const struct acpi_register *target, uint32_t value)
{
	if (target->space == ACPI_REGISTER_IO && target->width <= 8)
		io_out8((uint16_t)target->address, (uint8_t)value);
	else if (target->space == ACPI_REGISTER_IO)
		io_out16((uint16_t)target->address, (uint16_t)value);
	else if (target->space == ACPI_REGISTER_MEMORY && target->width <= 8)
		mmio_write8(target->address, (uint8_t)value);
	else if (target->space == ACPI_REGISTER_MEMORY)
		mmio_write16(target->address, (uint16_t)value);
}

static void
reset_by_acpi(void)
{
	register_write(&acpi_info.reset_register, acpi_info.reset_value);
	if (acpi_info.reset_register.space != ACPI_REGISTER_NONE)
		clock_delay_ns(EFFECT_NS);
}

static void
reset_by_keyboard(void)
{
	uint64_t deadline = clock_deadline_ns(EFFECT_NS);

	while ((io_in8(KEYBOARD_STATUS) & KEYBOARD_INPUT_FULL) && !clock_passed(deadline))
		cpu_pause();
	io_out8(KEYBOARD_COMMAND, KEYBOARD_PULSE_RESET);
	clock_delay_ns(EFFECT_NS);
}

static void
reset_by_chipset(void)
{
	io_out8(RESET_CONTROL, RESET_SYSTEM);
	io_out8(RESET_CONTROL, RESET_SYSTEM | RESET_CPU);
	clock_delay_ns(EFFECT_NS);
}

/* An exception without an IDT: the CPU shuts down, and the board resets it. */
static void __attribute__((noreturn))
reset_by_triple_fault(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __packed none = {0, 0};

	__asm__ volatile("lidt %0; int3" : : "m"(none));
	cpu_halt_forever();
}

static void __attribute__((noreturn))
reboot(void)
{
	reset_by_acpi();
	reset_by_keyboard();
	reset_by_chipset();
	reset_by_triple_fault();
}

static void
poweroff(void)
{
	if (!acpi_info.s5_known) {
		log_error("power: the firmware does not tell how to switch off");
		return;
	}
	if (acpi_info.smi_command_port != 0 && acpi_info.acpi_enable_value != 0) {
		io_out8(acpi_info.smi_command_port, acpi_info.acpi_enable_value);
		clock_delay_ns(EFFECT_NS);
	}
	register_write(&acpi_info.pm1a_control, (uint32_t)acpi_info.s5_type_a
							<< PM1_SLEEP_TYPE_SHIFT |
							PM1_SLEEP_ENABLE);
	register_write(&acpi_info.pm1b_control, (uint32_t)acpi_info.s5_type_b
							<< PM1_SLEEP_TYPE_SHIFT |
							PM1_SLEEP_ENABLE);
	clock_delay_ns(EFFECT_NS);
	log_error("power: the machine does not switch off");
}

void
power_end(enum end_action action, uint8_t status)
{
	switch (action) {
	case END_REBOOT:
		clock_delay_ns(settings.panic_seconds * NS_PER_SECOND);
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

void
power_exit(int status)
{
	static uint32_t ending;

	(void)interrupts_save();
	if (__atomic_exchange_n(&ending, 1, __ATOMIC_ACQ_REL))
		cpu_halt_forever(); /* another CPU ends the run already */
	log_info("exit: status %d", status & STATUS_MASK);
	console_drain(); /* by the control CPU: before it is stopped */
	smp_stop_others();
	settings.panic_seconds = 0; /* that wait is for reading a report */
	power_end(settings.exit, (uint8_t)status);
}
