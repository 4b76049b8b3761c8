/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ACPI mode. ACPI 6.5 §4.7.2 (legacy and ACPI mode), §4.8.1 (event registers: a status bit is
 * cleared by writing 1 to it), §4.8.3 (PM1), §4.8.4 (general-purpose events).
 *
 * 1. SMI_CMD gets ACPI_ENABLE, unless SCI_EN says that this is ACPI mode already; firmware answers
 *    within an SMI, and has three seconds, as on Linux.
 * 2. All events are disabled and their status cleared: what they mean is written in AML, which
 *    nobody interprets here. The power button's is enabled.
 * 3. The SCI goes to the control CPU. An interrupt that no enabled event explains, again and again,
 *    has the input masked: someone else's is stuck there.
 */
#include "kernel/firmware/sci.h"

#include "kernel/acpi/acpi.h"
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/x86.h"
#include "kernel/firmware/registers.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/interrupts/irq.h"
#include "kernel/loader/settings.h"
#include "kernel/time/clock.h"

#define PM1_BYTES 2
#define PM1_CONTROL_SCI (1u << 0)
#define PM1_POWER_BUTTON (1u << 8)
#define ACPI_MODE_NS (3 * NS_PER_SECOND)
#define SCI_UNEXPLAINED_MAX 1000 /* in a row, before the input is masked */

static uint32_t sci_gsi;
static unsigned sci_unexplained;
static void (*sci_pressed)(void);

static bool
sci_reach(const struct acpi_register *target, uint64_t length)
{
	if (target->space == ACPI_REGISTER_MEMORY)
		return registers_map(target->address, length) == 0;
	return target->space == ACPI_REGISTER_IO;
}

static uint32_t
sci_pm1_read(const struct acpi_register *target, uint64_t address)
{
	if (target->space == ACPI_REGISTER_NONE)
		return 0;
	return registers_get(target->space == ACPI_REGISTER_IO, address, PM1_BYTES);
}

static void
sci_pm1_write(const struct acpi_register *target, uint64_t address, uint32_t value)
{
	if (target->space != ACPI_REGISTER_NONE)
		registers_set(target->space == ACPI_REGISTER_IO, address, PM1_BYTES, value);
}

static bool
sci_is_acpi_mode(void)
{
	const struct acpi_register *a = &acpi_info.pm1a_control, *b = &acpi_info.pm1b_control;

	return (sci_pm1_read(a, a->address) | sci_pm1_read(b, b->address)) & PM1_CONTROL_SCI;
}

/* Returns 0, -ENOTSUP (there is no way to ask for it), -ETIMEDOUT. */
static int
sci_enter_acpi_mode(void)
{
	uint64_t start = clock_ns(), deadline = clock_deadline_ns(ACPI_MODE_NS);

	if (sci_is_acpi_mode())
		return 0;
	if (acpi_info.smi_command_port == 0 || acpi_info.acpi_enable_value == 0)
		return -ENOTSUP;
	registers_set(true, acpi_info.smi_command_port, 1, acpi_info.acpi_enable_value);
	while (!sci_is_acpi_mode()) {
		if (clock_passed(deadline))
			return -ETIMEDOUT;
		cpu_pause();
	}
	log_debug("sci: ACPI mode after %llu us", (clock_ns() - start) / NS_PER_US);
	return 0;
}

/* Byte by byte, as general-purpose events are accessed. */
static void
sci_silence(const struct acpi_events *events)
{
	bool port = events->status.space == ACPI_REGISTER_IO;

	if (events->status.space == ACPI_REGISTER_NONE)
		return;
	for (unsigned i = 0; i < events->bytes; i++) {
		registers_set(port, events->enable + i, 1, 0);
		registers_set(port, events->status.address + i, 1, UINT8_MAX);
	}
}

/* A block out of reach is left alone from now on. */
static void
sci_reach_events(struct acpi_events *events)
{
	if (!sci_reach(&events->status, 2ULL * events->bytes))
		events->status.space = ACPI_REGISTER_NONE;
}

static void
sci_silence_pm1(const struct acpi_events *events)
{
	sci_pm1_write(&events->status, events->enable, 0);
	sci_pm1_write(&events->status, events->status.address, UINT16_MAX);
}

/* Clears and returns the events of a PM1 block that are enabled and have come. */
static uint32_t
sci_take(const struct acpi_events *events)
{
	uint32_t came = sci_pm1_read(&events->status, events->status.address) &
			sci_pm1_read(&events->status, events->enable);

	if (came)
		sci_pm1_write(&events->status, events->status.address, came);
	return came;
}

static void
sci_interrupt(void *unused)
{
	uint32_t came = sci_take(&acpi_info.pm1a_events) | sci_take(&acpi_info.pm1b_events);

	(void)unused;
	sci_unexplained = came ? 0 : sci_unexplained + 1;
	if (came & PM1_POWER_BUTTON)
		sci_power_button();
	if (sci_unexplained == SCI_UNEXPLAINED_MAX) {
		ioapic_mask_gsi(sci_gsi, true);
		log_error("sci: %u interrupts that no event explains: masked", sci_unexplained);
	}
}

static int
sci_route(void)
{
	uint32_t interrupt = acpi_info.sci_interrupt;
	int vector = irq_alloc(sci_interrupt, NULL, "SCI"), error;

	if (vector < 0)
		return vector;
	sci_gsi = interrupt < ACPI_ISA_IRQS ? ioapic_isa_to_gsi((uint8_t)interrupt) : interrupt;
	error = ioapic_route_gsi(sci_gsi, vector, true, true);
	if (error)
		irq_free(vector);
	else
		ioapic_mask_gsi(sci_gsi, false);
	return error;
}

static void
sci_enable_power_button(const struct acpi_events *events)
{
	sci_pm1_write(&events->status, events->enable, PM1_POWER_BUTTON);
}

static void
sci_serve(void)
{
	int error = sci_route();

	if (error) {
		log_warning("sci: ACPI mode, but interrupt %u cannot be served (%d)",
			    acpi_info.sci_interrupt, error);
		return;
	}
	if (acpi_info.has_power_button)
		sci_enable_power_button(&acpi_info.pm1a_events);
	log_info("sci: ACPI mode, interrupt %u%s", sci_gsi,
		 acpi_info.has_power_button ? ", with the power button" : "");
}

void
sci_init(void)
{
	int error;

	if (acpi_info.hardware_reduced || acpi_info.sci_interrupt == 0 || settings.power_stays ||
	    !sci_reach(&acpi_info.pm1a_control, PM1_BYTES))
		return;
	if (!sci_reach(&acpi_info.pm1b_control, PM1_BYTES))
		acpi_info.pm1b_control.space = ACPI_REGISTER_NONE;
	error = sci_enter_acpi_mode();
	if (error) {
		log_warning("sci: the firmware does not go over to ACPI mode%s",
			    error == -ENOTSUP ? ": it offers no way" : " within 3 s");
		return;
	}
	sci_reach_events(&acpi_info.pm1a_events);
	sci_reach_events(&acpi_info.pm1b_events);
	sci_reach_events(&acpi_info.gpe0);
	sci_reach_events(&acpi_info.gpe1);
	sci_silence_pm1(&acpi_info.pm1a_events);
	sci_silence_pm1(&acpi_info.pm1b_events);
	sci_silence(&acpi_info.gpe0);
	sci_silence(&acpi_info.gpe1);
	sci_serve();
}

void
sci_on_power_button(void (*pressed)(void))
{
	__atomic_store_n(&sci_pressed, pressed, __ATOMIC_RELEASE);
}

void
sci_power_button(void)
{
	void (*pressed)(void) = __atomic_load_n(&sci_pressed, __ATOMIC_ACQUIRE);

	log_info("sci: the power button was pressed");
	if (pressed)
		pressed();
}
