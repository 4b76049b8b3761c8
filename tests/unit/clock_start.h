/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The clock's start on a made-up machine (clock_fake.h), and what is checked of it.
 */
#ifndef TESTS_UNIT_CLOCK_START_H
#define TESTS_UNIT_CLOCK_START_H

#include "kernel/time/clock.h"
#include "tests/unit/clock_fake.h"

#define TSC_HZ 2400000000ULL

static inline void
check_hz(uint64_t due, uint64_t ppm)
{
	uint64_t hz = clock_tsc_hz();

	if (!CHECK((hz > due ? hz - due : due - hz) <= due / 1000000 * ppm))
		printf("%lu Hz, not %lu\n", hz, due);
}

/* Starts the clock; `source` is what its line must name, and `clock` what is read. */
static inline void
start(const char *clock, const char *source)
{
	clock_begin(tsc_read());
	clock_init();
	CHECK_STRING(clock_source(), clock);
	CHECK(log_said(source));
}

/* No HPET and no PM timer. */
static inline void
without_acpi(void)
{
	acpi_info.hpet_address = 0;
	acpi_info.pm_timer.space = ACPI_REGISTER_NONE;
}

#endif
