/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/interrupts/ioapic.c kernel/interrupts/irq.c */
/*
 * IO-APICs that are there, not there and not mappable, what their inputs are set to, and vectors:
 * handed out, given back, and arriving with and without somebody to serve them.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"
#include "tests/unit/cases.h"

#define IOAPIC_BASE 0xfec00000ULL
#define IOAPIC_STRIDE 0x1000
#define IOAPICS 4 /* the second is not there, the third cannot be mapped */
#define INPUTS 8
#define MASKED (1u << 16)
#define SMI (2u << 8)

struct acpi_info acpi_info;

static struct {
	uint32_t select, registers[0x100];
} ioapics[IOAPICS];

static struct cpu control = {.apic_id = 0x42};
static uint64_t now;
static unsigned ends, calls, timers, kicks, flushes;
static bool is_early;
static int freed; /* the vector that a handler gives back within itself; 0: none */

struct cpu *
cpu_this(void)
{
	return &control;
}

struct cpu *
cpu_get(unsigned index)
{
	return index == 0 ? &control : NULL;
}

uint64_t
clock_ns(void)
{
	return now += 1000;
}

void
lapic_end_of_interrupt(void)
{
	ends++;
}

bool
lapic_timer_expired(void)
{
	return !is_early;
}

void
paging_flush_stale(void)
{
	flushes++;
}

int
paging_map_device(uint64_t base, uint64_t length, unsigned cache)
{
	CHECK(length == 0x20 && cache == PAGING_UC);
	return base == IOAPIC_BASE + 2 * IOAPIC_STRIDE ? -ENOMEM : 0;
}

uint32_t
mmio_read32(uint64_t address)
{
	unsigned which = (unsigned)((address - IOAPIC_BASE) / IOAPIC_STRIDE);

	if (which == 1)
		return UINT32_MAX;
	CHECK(which == 0 || which == 3);
	CHECK_EQ(address % IOAPIC_STRIDE, 0x10);
	return ioapics[which].registers[ioapics[which].select];
}

void
mmio_write32(uint64_t address, uint32_t value)
{
	unsigned which = (unsigned)((address - IOAPIC_BASE) / IOAPIC_STRIDE);

	if (address % IOAPIC_STRIDE == 0) {
		CHECK(value < 0x10 + 2 * INPUTS);
		ioapics[which].select = value % 0x100;
		return;
	}
	CHECK(which == 0 || which == 3);
	CHECK_EQ(address % IOAPIC_STRIDE, 0x10);
	ioapics[which].registers[ioapics[which].select] = value;
}

/* Four named, of which the first and the last are there, with a gap of GSIs between them. */
static void
find(void)
{
	for (unsigned i = 0; i < IOAPICS; i++) {
		acpi_info.ioapics[i].address = IOAPIC_BASE + i * IOAPIC_STRIDE;
		acpi_info.ioapics[i].gsi_base = i * 16;
		ioapics[i].registers[1] = (INPUTS - 1) << 16 | 0x11;
	}
	ioapics[0].registers[0x10] = 0x31;
	ioapics[0].registers[0x12] = SMI | 7;
	acpi_info.ioapic_count = IOAPICS;
	ioapic_init();
}

static uint32_t
input(unsigned which, unsigned number, unsigned word)
{
	return ioapics[which].registers[0x10 + 2 * number + word];
}

static void
finding(void)
{
	find();
	CHECK(log_said("ioapic: none answers at 0xfec01000"));
	CHECK(log_said("ioapic: none answers at 0xfec02000"));
	CHECK(log_said("ioapic: GSI 48-55"));
	CHECK_EQ(input(0, 0, 0), 0x31 | MASKED);
	CHECK_EQ(input(0, 1, 0), SMI | 7); /* firmware's way to itself */
	CHECK_EQ(input(3, 7, 0), MASKED);
}

static void
routing(void)
{
	find();
	CHECK_EQ(ioapic_route_gsi(50, 77, true, true), 0);
	CHECK_EQ(input(3, 2, 0), MASKED | 1u << 15 | 1u << 13 | 77);
	CHECK_EQ(input(3, 2, 1), 0x42000000);
	ioapic_mask_gsi(50, false);
	CHECK_EQ(input(3, 2, 0), 1u << 15 | 1u << 13 | 77);
	ioapic_mask_gsi(50, true);
	CHECK_EQ(input(3, 2, 0), MASKED | 1u << 15 | 1u << 13 | 77);
	CHECK_EQ(ioapic_route_nmi(49), 0);
	CHECK_EQ(input(3, 1, 0), 4u << 8);
	CHECK_EQ(input(3, 1, 1), 0x42000000);
}

/* Between, behind, and of those that do not answer. */
static void
routing_nowhere(void)
{
	static const uint32_t none[] = {8, 15, 16, 32, 47, 56, UINT32_MAX};

	find();
	for (unsigned i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		CHECK_EQ(ioapic_route_gsi(none[i], 77, false, false), -ENODEV);
		CHECK_EQ(ioapic_route_nmi(none[i]), -ENODEV);
		ioapic_mask_gsi(none[i], false);
	}
	CHECK_EQ(ioapics[1].select, 1); /* by ioapic_init() */
}

static void
overrides(void)
{
	find();
	acpi_info.override_count = 2;
	acpi_info.overrides[0] = (struct acpi_override){0, 2, false, false};
	acpi_info.overrides[1] = (struct acpi_override){5, 53, true, true};
	CHECK_EQ(ioapic_isa_to_gsi(0), 2);
	CHECK_EQ(ioapic_isa_to_gsi(4), 4);
	CHECK_EQ(ioapic_route_isa(5, 90), 0);
	CHECK_EQ(input(3, 5, 0), MASKED | 1u << 15 | 1u << 13 | 90);
	CHECK_EQ(ioapic_route_isa(4, 91), 0);
	CHECK_EQ(input(0, 4, 0), MASKED | 91);
}

static void
handle(void *argument)
{
	calls++;
	CHECK(argument == &calls);
	if (freed)
		irq_free(freed);
}

static void
timer(void)
{
	timers++;
}

static void
kicked(void)
{
	kicks++;
}

static void
vectors(void)
{
	unsigned count = 0;

	CHECK_EQ(irq_alloc(NULL, NULL, "none"), -EINVAL);
	while (irq_alloc(handle, &calls, count ? "a device" : NULL) >= 0)
		count++;
	CHECK_EQ(count, IRQ_LAST_DEVICE - IRQ_FIRST_DEVICE + 1);
	CHECK_EQ(irq_alloc(handle, &calls, "one more"), -ENOSPC);
	irq_dispatch(100);
	CHECK(calls == 1 && ends == 1);
	irq_free(100);
	irq_free(47);
	irq_free(240);
	irq_dispatch(100);
	irq_dispatch(100);
	CHECK(calls == 1 && ends == 3);
	CHECK(log_said("irq: vector 100 came, and is nobody's\n"));
	CHECK(!strstr(strstr(log_text, "nobody's") + 1, "nobody's")); /* said once */
	CHECK_EQ(irq_alloc(handle, &calls, "again"), 100);
	irq_dispatch(100);
	CHECK_EQ(calls, 2);
}

/* A handler that gives back its own vector waits for itself. */
static void
handler_without_end(void)
{
	freed = irq_alloc(handle, &calls, "a device");
	case_must_panic("the handler of vector 48 (a device) does not end");
	irq_dispatch((unsigned)freed);
}

static void
own_vectors(void)
{
	irq_claim(IRQ_TIMER, timer);
	irq_claim(IRQ_KICK, kicked);
	is_early = true;
	irq_dispatch(IRQ_TIMER);
	CHECK_EQ(timers, 0);
	is_early = false;
	irq_dispatch(IRQ_TIMER);
	irq_dispatch(IRQ_KICK);
	irq_dispatch(IRQ_RELEASE);
	irq_dispatch(IRQ_FLUSH);
	CHECK(timers == 1 && kicks == 1 && flushes == 1 && ends == 5);
	irq_dispatch(IRQ_SPURIOUS); /* has no end */
	CHECK_EQ(ends, 5);
	CHECK(log_said("irq: spurious vector 255"));
	CHECK(irq_count(0) == 6 && irq_count(1) == 0);
}

static void
claimed_wrongly(void)
{
	case_must_panic("vector 243 cannot be claimed");
	irq_claim(IRQ_FLUSH, kicked);
}

static void
messages(void)
{
	CHECK_EQ(irq_msi_address(), 0xfee42000);
	CHECK_EQ(irq_msi_data(77), 77);
}

int
main(void)
{
	static const struct test_case cases[] = {
		CASE(finding),
		CASE(routing),
		CASE(routing_nowhere),
		CASE(overrides),
		CASE(vectors),
		CASE(handler_without_end),
		CASE(own_vectors),
		CASE(claimed_wrongly),
		CASE(messages),
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		case_run(&cases[i]);
	return check_end();
}
