/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/time/rtc_register.c */
/* SOURCES: kernel/time/tsc.c kernel/time/rtc.c kernel/time/hpet.c kernel/time/pmtimer.c */
/* SOURCES: kernel/time/pit.c kernel/time/tsc_hypervisor.c kernel/time/tsc_rtc.c */
/*
 * The clock's arithmetic: scaling against exact 128-bit results, the inverse, frequencies, a
 * 32-bit counter's wraps, and dates against the host's own gmtime.
 */
#include <stdlib.h>
#include <time.h>

#include "kernel/acpi/acpi.h"
#include "kernel/base/errno.h"
#include "kernel/time/clock_scale.h"
#include "kernel/time/clock_sources.h"
#include "kernel/time/hpet.h"
#include "tests/unit/check.h"

static const uint64_t frequencies[] = {1000000,	   14318180,   100000000,  999999999, 1000000000,
				       1193182000, 2399999987, 2400000000, 5700000001};

/* What the sources call beside arithmetic; nothing here reaches them. */
struct acpi_info acpi_info;

uint64_t
clock_ns(void)
{
	return 0;
}

void
clock_realtime_set(uint64_t ns)
{
	(void)ns;
}

int
paging_map_device(uint64_t base, uint64_t length, unsigned cache)
{
	return base + length + cache ? -ENOMEM : -EINVAL;
}

static uint64_t
random_bits(void)
{
	uint64_t value = (uint64_t)random() << 42 ^ (uint64_t)random() << 21 ^ (uint64_t)random();

	return value >> (random() % 64);
}

static void
test_scale(uint64_t hz)
{
	struct clock_scale scale = clock_scale_make(hz, 1000000000);
	uint64_t last = 0;

	CHECK_EQ(clock_scale_apply(scale, 0), 0);
	/* A second's ticks are a second, less at most a nanosecond for each 2^32 of rounding. */
	uint64_t second = clock_scale_apply(scale, hz);
	CHECK(second <= 1000000000 && second >= 1000000000 - hz / 4294967296 - 1);
	/* A year keeps the same proportion: 1 part in 10^9 at 1 GHz. */
	uint64_t year = clock_scale_apply(scale, hz * 31536000);
	CHECK(year <= 31536000000000000 &&
	      year >= 31536000000000000 - 31536000 * (hz / 1000000000 + 1));
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t count = last + random_bits() % 1000;

		CHECK(clock_scale_apply(scale, count) >= clock_scale_apply(scale, last));
		last = count;
	}
}

static void
test_invert(uint64_t hz)
{
	struct clock_scale scale = clock_scale_make(hz, 1000000000);

	CHECK_EQ(clock_scale_invert(scale, 0), 0);
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t ns = random_bits() >> 2;
		uint64_t count = clock_scale_invert(scale, ns);

		if (count == UINT64_MAX) {
			CHECK((unsigned __int128)ns * hz / 1000000000 > UINT64_MAX / 2);
			continue;
		}
		CHECK(clock_scale_apply(scale, count) >= ns);
		CHECK(count == 0 || clock_scale_apply(scale, count - 1) < ns);
	}
}

static void
test_saturation(void)
{
	struct clock_scale up = clock_scale_make(1000000, 1000000000); /* times 1000 */

	CHECK_EQ(clock_scale_apply(up, UINT64_MAX), UINT64_MAX);
	CHECK_EQ(clock_scale_apply(up, UINT64_MAX / 1000), UINT64_MAX / 1000 * 1000);
	CHECK_EQ(clock_scale_invert(clock_scale_make(5000000000, 1000000000), UINT64_MAX),
		 UINT64_MAX);
	CHECK_EQ(clock_scale_divide((unsigned __int128)7 << 64, 7), UINT64_MAX);
	CHECK_EQ(clock_scale_divide(((unsigned __int128)7 << 64) - 1, 7), UINT64_MAX);
	CHECK_EQ(clock_scale_divide((unsigned __int128)7 << 63, 7), 1ULL << 63);
}

static void
test_frequency(void)
{
	CHECK_EQ(tsc_hz_from(2400000, 14318, 14318180), 2400030171);
	CHECK_EQ(tsc_hz_from(1000, 0, 3579545), 0);
	CHECK_EQ(tsc_hz_from(0, 100, 3579545), 0);
	/* A day of a 5 GHz TSC: the product has more than 64 bits. */
	CHECK_EQ(tsc_hz_from(432000000000000, 8640000000000, 100000000), 5000000000);
}

static void
test_widen(void)
{
	uint64_t value = 0xfffffff0, last = 0xfffffff0;

	for (unsigned i = 0; i < 100000; i++) {
		value += random_bits() % 0xffffffff;
		last = hpet_widen(last, (uint32_t)value);
		CHECK_EQ(last, value);
	}
	CHECK_EQ(hpet_widen(5, 5), 5);
	CHECK_EQ(hpet_widen(5, 4), 0x100000004);
}

static uint8_t
bcd(int number)
{
	return (uint8_t)(number / 10 << 4 | number % 10);
}

static struct rtc_registers
registers_of(const struct tm *tm)
{
	return (struct rtc_registers){
		.second = bcd(tm->tm_sec),
		.minute = bcd(tm->tm_min),
		.hour = bcd(tm->tm_hour),
		.day = bcd(tm->tm_mday),
		.month = bcd(tm->tm_mon + 1),
		.year = bcd(tm->tm_year % 100),
		.status_b = 1u << 1, /* 24 hours, BCD */
	};
}

/* Every 3 days and some seconds from 1970 to 2069. */
static void
test_dates(void)
{
	for (int64_t due = 0; due < 3155760000; due += 3 * 86400 + 3671) {
		time_t time = due;
		struct tm tm;
		uint64_t seconds = 0;

		gmtime_r(&time, &tm);
		struct rtc_registers registers = registers_of(&tm);
		CHECK_EQ(rtc_decode(&registers, &seconds), 0);
		CHECK_EQ(seconds, due);
	}
}

static uint64_t
seconds_of(struct rtc_registers registers)
{
	uint64_t seconds = 0;

	CHECK_EQ(rtc_decode(&registers, &seconds), 0);
	return seconds;
}

static void
test_date_forms(void)
{
	enum { BINARY = 1 << 2, HOURS_24 = 1 << 1, PM = 0x80 };
	const uint64_t day = 1767225600; /* 2026-01-01 */

	CHECK_EQ(seconds_of((struct rtc_registers){30, 59, 23, 1, 1, 26, BINARY | HOURS_24}),
		 day + 86370);
	CHECK_EQ(seconds_of((struct rtc_registers){0, 0, 12, 1, 1, 26, BINARY}), day);
	CHECK_EQ(seconds_of((struct rtc_registers){0, 0, 12 | PM, 1, 1, 26, BINARY}), day + 43200);
	CHECK_EQ(seconds_of((struct rtc_registers){0, 0, 0x11 | PM, 1, 1, 0x26, 0}), day + 82800);
}

static void
test_no_dates(void)
{
	static const struct rtc_registers none[] = {
		{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, /* no clock there */
		{0, 0, 0, 0, 0, 0, 2},			    /* a dead battery */
		{0x60, 0, 0, 1, 1, 1, 2},
		{0, 0, 0x24, 1, 1, 1, 2},
		{0, 0, 0, 0x29, 2, 0x25, 2},
		{0, 0, 0, 0x31, 4, 0x25, 2},
		{0, 0, 0, 1, 0x13, 0x25, 2},
	};

	for (unsigned i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		uint64_t seconds;

		CHECK_EQ(rtc_decode(&none[i], &seconds), -EINVAL);
	}
}

/* KVM's scales as it makes them: of 2.6 GHz, of 1 GHz, of 500 MHz; and none. */
static void
test_kvm_scale(void)
{
	CHECK_EQ((tsc_hz_of_kvm_scale(3303820999, -1) + 500) / 1000, 2600000);
	CHECK_EQ(tsc_hz_of_kvm_scale(1u << 31, 1), 1000000000);
	CHECK_EQ(tsc_hz_of_kvm_scale(1u << 31, 2), 500000000);
	CHECK_EQ(tsc_hz_of_kvm_scale(0, 0), 0);
	CHECK_EQ(tsc_hz_of_kvm_scale(1, 64), 0);
	CHECK_EQ(tsc_hz_of_kvm_scale(1, -64), 0);
}

int
main(void)
{
	for (unsigned i = 0; i < sizeof(frequencies) / sizeof(frequencies[0]); i++) {
		test_scale(frequencies[i]);
		test_invert(frequencies[i]);
	}
	test_saturation();
	test_frequency();
	test_widen();
	test_dates();
	test_date_forms();
	test_no_dates();
	test_kvm_scale();
	return check_end();
}
