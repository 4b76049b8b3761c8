/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The HPET's main counter. Its comparators and interrupts are not used, and are left as they are
 * but for the legacy replacement routing, which is switched off: nobody would serve it.
 *
 * The counter is read in halves: 64-bit reads are not promised to be whole (§2.4.7; QEMU splits
 * them). A 32-bit counter is widened in software, which works as long as someone reads it once
 * in a wrap (more than 40 s).
 */
#include "kernel/time/hpet.h"

#include "kernel/acpi/acpi.h"
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock_sources.h"

#define HPET_LENGTH 0x400
#define HPET_CAPABILITIES 0x000
#define HPET_COUNTER_64BIT (1u << 13)
#define HPET_PERIOD 0x004 /* femtoseconds a tick */
#define HPET_PERIOD_MAX 100000000u
#define HPET_CONFIGURATION 0x010
#define HPET_ENABLE (1u << 0)
#define HPET_LEGACY_ROUTING (1u << 1)
#define HPET_COUNTER_LOW 0x0f0
#define HPET_COUNTER_HIGH 0x0f4

#define FS_PER_SECOND 1000000000000000ULL
#define START_READS_MAX 100000

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

	for (unsigned i = 0; i < START_READS_MAX; i++) {
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
	if (paging_map(base, HPET_LENGTH, PAGING_WRITE | PAGING_UC) != 0) {
		log_warning("hpet: cannot map %#lx", base);
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
