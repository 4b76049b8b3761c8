/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A machine of clocks: a CPU with a TSC, an HPET, a PM timer, the 8254's second channel and a
 * battery clock. One time goes on with each access, and each counter by its own frequency; each may
 * be absent, may stand still, or stop at a time.
 */
#ifndef TESTS_UNIT_CLOCK_FAKE_H
#define TESTS_UNIT_CLOCK_FAKE_H

#include "kernel/acpi/acpi.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/x86.h"
#include "kernel/memory/paging.h"
#include "tests/unit/check.h"

#define FAKE_HPET 0xfed00000ULL
#define FAKE_HPET_PERIOD 10000000u /* femtoseconds: 100 MHz */
#define FAKE_PMTIMER_PORT 0x608
#define FAKE_PMTIMER_MEMORY 0xfec80000ULL
#define FAKE_ACCESS_NS 200
#define FAKE_TSC_NS 10

struct acpi_info acpi_info;

/* A counter: `hz` 0 stands still, as does one whose time is over. */
struct fake_counter {
	double hz;
	uint64_t stops_ns; /* 0: never */
	uint64_t first;	   /* its value at the beginning */
	double growth;	   /* of hz, in ticks a second for each nanosecond */
};

static struct {
	uint64_t ns;
	struct fake_counter tsc, hpet, pmtimer, pit;
	uint32_t hpet_capabilities, hpet_period, hpet_registers[0x400 / 4];
	bool unmappable;
	uint16_t pit_latch;
	bool pit_high; /* the next reading is of the high byte */
	uint8_t rtc[16], rtc_index;
	unsigned rtc_reads_until_change; /* 0: it stays as it is */
	uint32_t cpuid_last, cpuid_features_ecx, cpuid_power_edx, hypervisor_last, hypervisor_khz;
	struct cpuid_result cpuid_tsc;
	const char *hypervisor_name; /* of twelve characters */
	uint32_t hypervisor_leaf;    /* with these features */
	uint32_t hypervisor_eax, hypervisor_edx;
	uint64_t hyperv_hz;
	uint32_t kvm_multiplier;
	int8_t kvm_shift;
	bool tsc_steps_back, tsc_moved;
	bool battery_ticks; /* its seconds go on, as that of a real one */
} fake;

static inline uint64_t
fake_value(const struct fake_counter *counter)
{
	bool stopped = counter->stops_ns && fake.ns > counter->stops_ns;
	uint64_t ns = stopped ? counter->stops_ns : fake.ns;

	return counter->first +
	       (uint64_t)((double)ns * (counter->hz + counter->growth / 2 * (double)ns) / 1e9);
}

/* A machine with all of them, and nothing that tells the TSC's frequency, which is 2.4 GHz. */
static inline void
fake_new(void)
{
	memset(&fake, 0, sizeof(fake));
	memset(&acpi_info, 0, sizeof(acpi_info));
	fake.tsc.hz = 2.4e9;
	fake.hpet.hz = 1e8;
	fake.hpet_capabilities = 1u << 13 | 2 << 8;
	fake.hpet_period = FAKE_HPET_PERIOD;
	fake.pmtimer.hz = 3579545;
	fake.pit.hz = 1193182;
	fake.cpuid_last = CPUID_STRUCTURED;
	fake.cpuid_power_edx = CPUID_POWER_EDX_INVARIANT_TSC;
	acpi_info.hpet_address = FAKE_HPET;
	acpi_info.pm_timer = (struct acpi_register){ACPI_REGISTER_IO, 32, FAKE_PMTIMER_PORT};
	acpi_info.pm_timer_32bit = true;
}

int
paging_map_device(uint64_t base, uint64_t length, unsigned cache)
{
	CHECK(base == FAKE_HPET || base == FAKE_PMTIMER_MEMORY);
	CHECK(length != 0 && cache == PAGING_UC);
	return fake.unmappable ? -ENOMEM : 0;
}

static inline struct cpuid_result
fake_hypervisor(void)
{
	struct cpuid_result head = {.eax = fake.hypervisor_last};

	if (fake.hypervisor_name) {
		memcpy(&head.ebx, fake.hypervisor_name, 4);
		memcpy(&head.ecx, fake.hypervisor_name + 4, 4);
		memcpy(&head.edx, fake.hypervisor_name + 8, 4);
	}
	return head;
}

/* What firmware has added to this CPU's TSC: kernel/time/tsc_adjust.c is tested elsewhere. */
void
tsc_adjust_init(void)
{
}

bool
tsc_adjust_repair(void)
{
	return fake.tsc_moved;
}

uint64_t
msr_read(uint32_t msr)
{
	CHECK_EQ(msr, MSR_HYPERV_TSC_FREQUENCY);
	return fake.hyperv_hz;
}

/* KVM fills the ticket in at once. */
void
msr_write(uint32_t msr, uint64_t value)
{
	uint8_t *ticket = (uint8_t *)(value & ~(uint64_t)KVM_CLOCK_ON);

	CHECK_EQ(msr, MSR_KVM_CLOCK);
	if (!(value & KVM_CLOCK_ON))
		return;
	memcpy(ticket + 24, &fake.kvm_multiplier, sizeof(fake.kvm_multiplier));
	memcpy(ticket + 28, &fake.kvm_shift, sizeof(fake.kvm_shift));
}

struct cpuid_result
cpuid(uint32_t leaf, uint32_t subleaf)
{
	(void)subleaf;
	switch (leaf) {
	case 0:
		return (struct cpuid_result){.eax = fake.cpuid_last};
	case CPUID_FEATURES:
		return (struct cpuid_result){.ecx = fake.cpuid_features_ecx};
	case CPUID_TSC:
		return fake.cpuid_tsc;
	case CPUID_HYPERVISOR:
		return fake_hypervisor();
	case CPUID_HYPERVISOR_TIMING:
		return (struct cpuid_result){.eax = fake.hypervisor_khz};
	case CPUID_EXTENDED:
		return (struct cpuid_result){.eax = CPUID_POWER};
	case CPUID_POWER:
		return (struct cpuid_result){.edx = fake.cpuid_power_edx};
	default:
		if (leaf == fake.hypervisor_leaf)
			return (struct cpuid_result){.eax = fake.hypervisor_eax,
						     .edx = fake.hypervisor_edx};
		return (struct cpuid_result){0, 0, 0, 0};
	}
}

uint64_t
tsc_read(void)
{
	fake.ns += FAKE_TSC_NS;
	bool steps_back = fake.tsc_steps_back && fake.ns / FAKE_TSC_NS % 2;

	return fake_value(&fake.tsc) - (steps_back ? 5000 : 0);
}

static inline uint32_t
fake_hpet_read(unsigned offset)
{
	switch (offset) {
	case 0x000:
		return fake.hpet_capabilities;
	case 0x004:
		return fake.hpet_period;
	case 0x0f0:
		return (uint32_t)fake_value(&fake.hpet);
	case 0x0f4:
		return fake.hpet_capabilities & 1u << 13
			       ? (uint32_t)(fake_value(&fake.hpet) >> 32)
			       : 0;
	default:
		return fake.hpet_registers[offset / 4];
	}
}

uint32_t
mmio_read32(uint64_t address)
{
	fake.ns += FAKE_ACCESS_NS;
	if (address == FAKE_PMTIMER_MEMORY)
		return (uint32_t)fake_value(&fake.pmtimer);
	if (CHECK(address >= FAKE_HPET && address < FAKE_HPET + 0x400))
		return fake_hpet_read((unsigned)(address - FAKE_HPET));
	return 0;
}

void
mmio_write32(uint64_t address, uint32_t value)
{
	if (CHECK(address >= FAKE_HPET && address < FAKE_HPET + 0x400))
		fake.hpet_registers[(address - FAKE_HPET) / 4] = value;
}

/* The PM timer; without 32 bits its upper ones are noise. */
uint32_t
io_in32(uint16_t port)
{
	fake.ns += FAKE_ACCESS_NS;
	CHECK_EQ(port, FAKE_PMTIMER_PORT);
	return (uint32_t)fake_value(&fake.pmtimer) | (acpi_info.pm_timer_32bit ? 0 : 0xa5000000);
}

static inline uint8_t
fake_pit_byte(void)
{
	fake.pit_high = !fake.pit_high;
	return (uint8_t)(fake.pit_high ? fake.pit_latch : fake.pit_latch >> 8);
}

static inline uint8_t
fake_rtc_read(void)
{
	if (fake.rtc_reads_until_change && --fake.rtc_reads_until_change == 0) {
		fake.rtc[0]++;
		fake.rtc_reads_until_change = 9;
	}
	if (fake.battery_ticks && fake.rtc_index == 0)
		return (uint8_t)(fake.ns / 1000000000 % 60);
	return fake.rtc[fake.rtc_index];
}

uint8_t
io_in8(uint16_t port)
{
	fake.ns += FAKE_ACCESS_NS;
	switch (port) {
	case 0x42:
		return fake_pit_byte();
	case 0x61:
		return 0;
	case 0x71:
		return fake_rtc_read();
	default:
		CHECK_EQ(port, 0x42);
		return 0;
	}
}

void
io_out8(uint16_t port, uint8_t value)
{
	fake.ns += FAKE_ACCESS_NS;
	if (port == 0x43 && value == 0x80) {
		fake.pit_latch = (uint16_t)(0xffff - fake_value(&fake.pit));
		fake.pit_high = false;
	} else if (port == 0x70) {
		CHECK(value < sizeof(fake.rtc));
		fake.rtc_index = value & 0xf;
	} else {
		CHECK(port == 0x42 || port == 0x43 || port == 0x61);
	}
}

#endif
