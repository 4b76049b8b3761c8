/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The HPET's main counter, and one comparator for who asks for it. The others are left as they are
 * but for the legacy replacement routing, which is switched off: nobody would serve it.
 *
 * The counter is read in halves: 64-bit reads are not promised to be whole (§2.4.7; QEMU splits
 * them). A 32-bit counter is widened in software, which works as long as someone reads it once
 * in a wrap (more than 40 s).
 */
#include "kernel/time/hpet.h"

#include "kernel/acpi/acpi.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"
#include "kernel/time/clock_sources.h"

#define HPET_LENGTH 0x400
#define HPET_CAPABILITIES 0x000
#define HPET_COUNTER_64BIT (1u << 13)
#define HPET_LAST_TIMER_SHIFT 8
#define HPET_LAST_TIMER_MASK 0x1f
#define HPET_PERIOD 0x004 /* femtoseconds a tick */
#define HPET_PERIOD_MAX 100000000u
#define HPET_CONFIGURATION 0x010
#define HPET_ENABLE (1u << 0)
#define HPET_LEGACY_ROUTING (1u << 1)
#define HPET_COUNTER_LOW 0x0f0
#define HPET_COUNTER_HIGH 0x0f4

/* The third timer's (§2.3.8). */
#define HPET_TIMER 2
#define HPET_TIMER_CONFIGURATION (0x100 + 0x20 * HPET_TIMER)
#define HPET_TIMER_INTERRUPTS (1u << 2)
#define HPET_TIMER_32BIT (1u << 8)
#define HPET_TIMER_INPUT_SHIFT 9
#define HPET_TIMER_INPUTS (HPET_TIMER_CONFIGURATION + 4)
#define HPET_TIMER_COMPARATOR (0x108 + 0x20 * HPET_TIMER)

#define FS_PER_SECOND 1000000000000000ULL
#define HPET_START_READS_MAX 100000

static uint64_t hpet_base; /* 0: not present */
static uint64_t hpet_frequency;
static bool hpet_64bit;
static uint64_t hpet_last; /* the last widened value */

uint64_t
hpet_widen(uint64_t last, uint32_t low)
{
	uint64_t value = (last & ~(uint64_t)UINT32_MAX) | low;

	return value < last ? value + (1ULL << 32) : value;
}

/* last is loaded before the counter: a counter that seems behind it has wrapped. */
static uint64_t
hpet_read_32bit(void)
{
	uint64_t last = __atomic_load_n(&hpet_last, __ATOMIC_ACQUIRE);
	uint64_t value = hpet_widen(last, mmio_read32(hpet_base + HPET_COUNTER_LOW));

	while (value > last && !__atomic_compare_exchange_n(&hpet_last, &last, value, true,
							    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		;
	return value;
}

uint64_t
hpet_read(void)
{
	if (!hpet_64bit)
		return hpet_read_32bit();
	for (;;) {
		uint32_t high = mmio_read32(hpet_base + HPET_COUNTER_HIGH);
		uint32_t low = mmio_read32(hpet_base + HPET_COUNTER_LOW);

		/* Another value comes once in 2^32 ticks: the second round succeeds. */
		if (mmio_read32(hpet_base + HPET_COUNTER_HIGH) == high)
			return (uint64_t)high << 32 | low;
	}
}

static bool
hpet_counts(uint64_t base)
{
	uint32_t first = mmio_read32(base + HPET_COUNTER_LOW);

	for (unsigned i = 0; i < HPET_START_READS_MAX; i++) {
		if (mmio_read32(base + HPET_COUNTER_LOW) != first)
			return true;
	}
	return false;
}

int
hpet_init(void)
{
	uint64_t base = acpi_info.hpet_address;

	if (!base)
		return -ENODEV;
	if (paging_map_device(base, HPET_LENGTH, PAGING_UC) != 0) {
		log_warning("hpet: its registers cannot be at %#lx: not used", base);
		return -ENODEV;
	}
	uint32_t period = mmio_read32(base + HPET_PERIOD);
	if (period == 0 || period > HPET_PERIOD_MAX) {
		log_warning("hpet: a period of %u fs is impossible: not used", period);
		return -EIO;
	}
	uint32_t configuration = mmio_read32(base + HPET_CONFIGURATION);
	mmio_write32(base + HPET_CONFIGURATION,
		     (configuration | HPET_ENABLE) & ~HPET_LEGACY_ROUTING);
	if (!hpet_counts(base)) {
		log_warning("hpet: the counter stands still: not used");
		return -EIO;
	}
	hpet_64bit = mmio_read32(base + HPET_CAPABILITIES) & HPET_COUNTER_64BIT;
	hpet_frequency = FS_PER_SECOND / period;
	hpet_base = base;
	return 0;
}

bool
hpet_present(void)
{
	return hpet_base != 0;
}

uint64_t
hpet_hz(void)
{
	return hpet_frequency;
}

uint32_t
hpet_timer_inputs(void)
{
	if (!hpet_base)
		return 0;
	if ((mmio_read32(hpet_base + HPET_CAPABILITIES) >> HPET_LAST_TIMER_SHIFT &
	     HPET_LAST_TIMER_MASK) < HPET_TIMER)
		return 0;
	return mmio_read32(hpet_base + HPET_TIMER_INPUTS);
}

/* In 32 bits, which every comparator has, and of them the half: what is behind it is past. */
uint64_t
hpet_timer_start(unsigned input, uint64_t ns)
{
	uint64_t most = (uint64_t)INT32_MAX * NS_PER_SECOND / hpet_frequency;
	uint64_t wait = MIN(ns, most);
	uint64_t ticks = wait / NS_PER_US * hpet_frequency / (NS_PER_SECOND / NS_PER_US);
	uint64_t configuration = hpet_base + HPET_TIMER_CONFIGURATION;

	mmio_write32(configuration, HPET_TIMER_32BIT);
	mmio_write32(hpet_base + HPET_TIMER_COMPARATOR,
		     mmio_read32(hpet_base + HPET_COUNTER_LOW) + (uint32_t)ticks);
	mmio_write32(configuration, HPET_TIMER_32BIT | HPET_TIMER_INTERRUPTS |
					    input << HPET_TIMER_INPUT_SHIFT);
	return wait;
}
