/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A local APIC in both modes, as memory and as MSRs, with its timer, and the CPU that it belongs
 * to. What it sends is kept. Time passes with each look at the clock.
 */
#ifndef TESTS_UNIT_APIC_FAKE_H
#define TESTS_UNIT_APIC_FAKE_H

#include "kernel/acpi/acpi.h"
#include "kernel/base/cpu.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/x86.h"
#include "kernel/interrupts/lapic_registers.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"
#include "tests/unit/check.h"

#define FAKE_LAPIC 0xfee00000ULL
#define FAKE_TICK_NS 50 /* until a test says otherwise */
#define FAKE_DEADLINE_UNWRITTEN UINT64_MAX
#define FAKE_CPUS 4

struct acpi_info acpi_info;
struct settings settings;

static struct {
	uint64_t ns, tick_ns;
	uint32_t registers[0x400 / 0x10]; /* by offset / 16 */
	uint64_t base_msr, deadline;
	uint64_t base_written[4]; /* to MSR_APIC_BASE, in order */
	unsigned base_writes;
	bool no_apic, has_x2apic, has_deadline, has_topology_leaf, unmappable;
	double timer_hz; /* after the divider */
	uint64_t timer_since;
	uint64_t sent[16]; /* destination << 32 | command */
	unsigned sends;
	bool busy;	 /* the last interrupt never leaves */
	bool eoi_broken; /* the end of an interrupt ends nothing */
	unsigned ends;
} fake;

static struct cpu fake_cpus[FAKE_CPUS];
static unsigned fake_this;

/* The test's: what happens as time passes. */
static void fake_tick(void);

struct cpu *
cpu_this(void)
{
	return &fake_cpus[fake_this];
}

unsigned
cpu_count(void)
{
	return FAKE_CPUS;
}

struct cpu *
cpu_get(unsigned index)
{
	return index < FAKE_CPUS ? &fake_cpus[index] : NULL;
}

static inline void
fake_new(void)
{
	memset(&fake, 0, sizeof(fake));
	memset(&acpi_info, 0, sizeof(acpi_info));
	memset(&settings, 0, sizeof(settings));
	memset(fake_cpus, 0, sizeof(fake_cpus));
	for (unsigned i = 0; i < FAKE_CPUS; i++)
		fake_cpus[i].index = fake_cpus[i].apic_id = i;
	fake_this = 0;
	fake.tick_ns = FAKE_TICK_NS;
	fake.base_msr = FAKE_LAPIC | APIC_BASE_ENABLE | APIC_BASE_BSP;
	fake.registers[LAPIC_VERSION / 16] = 5 << LAPIC_VERSION_LVT_SHIFT;
	fake.timer_hz = 62500000;
	fake.deadline = FAKE_DEADLINE_UNWRITTEN;
}

uint64_t
clock_ns(void)
{
	fake_tick();
	return fake.ns += fake.tick_ns;
}

/* 2 GHz. */
uint64_t
clock_ns_to_tsc(uint64_t ns)
{
	return 2 * ns;
}

int
paging_map_device(uint64_t base, uint64_t length, unsigned cache)
{
	CHECK_EQ(base, FAKE_LAPIC);
	CHECK(length != 0 && cache == PAGING_UC);
	return fake.unmappable ? -ENOMEM : 0;
}

struct cpuid_result
cpuid(uint32_t leaf, uint32_t subleaf)
{
	CHECK_EQ(subleaf, 0);
	if (leaf == 0)
		return (struct cpuid_result){.eax = CPUID_TOPOLOGY};
	if (leaf == CPUID_TOPOLOGY)
		return fake.has_topology_leaf ? (struct cpuid_result){1, 2, 0x100, 0x1234}
					      : (struct cpuid_result){0, 0, 0, 0};
	CHECK_EQ(leaf, CPUID_FEATURES);
	return (struct cpuid_result){
		.ebx = 0x34u << CPUID_FEATURES_EBX_APIC_ID_SHIFT,
		.ecx = (fake.has_x2apic ? CPUID_FEATURES_ECX_X2APIC : 0) |
		       (fake.has_deadline ? CPUID_FEATURES_ECX_TSC_DEADLINE : 0),
		.edx = fake.no_apic ? 0 : CPUID_FEATURES_EDX_APIC};
}

static inline uint32_t
fake_timer_count(void)
{
	double gone = (double)(fake.ns - fake.timer_since) * fake.timer_hz / 1e9;
	uint32_t initial = fake.registers[LAPIC_TIMER_INITIAL / 16];

	return gone >= initial ? 0 : initial - (uint32_t)gone;
}

static inline uint32_t
fake_lapic_read(unsigned offset)
{
	if (offset == LAPIC_TIMER_CURRENT)
		return fake_timer_count();
	if (offset == LAPIC_ICR_LOW)
		return fake.busy ? LAPIC_ICR_PENDING : 0;
	return fake.registers[offset / 16];
}

/* The highest vector in service is done. */
static inline void
fake_end(void)
{
	fake.ends++;
	for (int i = 7; i >= 0 && !fake.eoi_broken; i--) {
		uint32_t *bits = &fake.registers[LAPIC_IN_SERVICE / 16 + i];

		if (!*bits)
			continue;
		*bits &= ~(1u << (31 - __builtin_clz(*bits)));
		return;
	}
}

static inline void
fake_send(uint32_t destination, uint32_t command)
{
	fake.sent[fake.sends++ % 16] = (uint64_t)destination << 32 | command;
}

static inline void
fake_lapic_write(unsigned offset, uint32_t value)
{
	fake.registers[offset / 16] = value;
	if (offset == LAPIC_EOI)
		fake_end();
	if (offset == LAPIC_TIMER_INITIAL)
		fake.timer_since = fake.ns;
	if (offset == LAPIC_ICR_LOW)
		fake_send(fake.registers[LAPIC_ICR_HIGH / 16] >> LAPIC_ICR_DESTINATION_SHIFT,
			  value);
}

/* Memory is the registers in xAPIC mode alone, and an access is of a whole one. */
static inline unsigned
fake_offset(uint64_t address)
{
	CHECK((fake.base_msr & (APIC_BASE_ENABLE | APIC_BASE_X2APIC)) == APIC_BASE_ENABLE);
	if (CHECK(address >= FAKE_LAPIC && address < FAKE_LAPIC + 0x400 && address % 16 == 0))
		return (unsigned)(address - FAKE_LAPIC);
	return 0;
}

uint32_t
mmio_read32(uint64_t address)
{
	return fake_lapic_read(fake_offset(address));
}

void
mmio_write32(uint64_t address, uint32_t value)
{
	fake_lapic_write(fake_offset(address), value);
}

uint64_t
msr_read(uint32_t msr)
{
	if (msr == MSR_APIC_BASE)
		return fake.base_msr;
	CHECK(fake.base_msr & APIC_BASE_X2APIC);
	CHECK(msr >= MSR_X2APIC && msr < MSR_X2APIC + 0x40);
	return fake_lapic_read((msr - MSR_X2APIC) % 0x40 * 16);
}

/* To x2APIC only from xAPIC, and never back but by switching it off (SDM vol. 3 §10.12.5). */
static inline void
fake_base_write(uint64_t value)
{
	uint64_t x2apic = APIC_BASE_ENABLE | APIC_BASE_X2APIC;

	CHECK((value & x2apic) != APIC_BASE_X2APIC);
	CHECK((value & x2apic) != x2apic || fake.base_msr & APIC_BASE_ENABLE);
	CHECK((value & x2apic) != APIC_BASE_ENABLE || !(fake.base_msr & APIC_BASE_X2APIC));
	fake.base_written[fake.base_writes++ % 4] = value;
	fake.base_msr = value;
}

void
msr_write(uint32_t msr, uint64_t value)
{
	if (msr == MSR_APIC_BASE) {
		fake_base_write(value);
	} else if (msr == MSR_TSC_DEADLINE) {
		fake.deadline = value;
	} else if (msr == MSR_X2APIC + LAPIC_ICR_LOW / 16) {
		fake_send((uint32_t)(value >> 32), (uint32_t)value);
	} else {
		CHECK(fake.base_msr & APIC_BASE_X2APIC);
		CHECK(msr >= MSR_X2APIC && msr < MSR_X2APIC + 0x40);
		fake_lapic_write((msr - MSR_X2APIC) % 0x40 * 16, (uint32_t)value);
	}
}

/* The 8259s'. */
static unsigned fake_pic_writes;
static uint8_t fake_pic_masks[2];

void
io_out8(uint16_t port, uint8_t value)
{
	CHECK(port == 0x20 || port == 0x21 || port == 0xa0 || port == 0xa1);
	fake_pic_writes++;
	if (port & 1)
		fake_pic_masks[port >> 7] = value;
}

#endif
