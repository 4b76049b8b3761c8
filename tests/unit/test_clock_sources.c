/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/time/rtc_register.c */
/* SOURCES: kernel/time/clock.c kernel/time/tsc.c kernel/time/rtc.c kernel/time/hpet.c */
/* SOURCES: kernel/time/pmtimer.c kernel/time/pit.c kernel/time/tsc_hypervisor.c */
/* SOURCES: kernel/time/tsc_rtc.c */
/*
 * Which clock a machine gets: what tells the TSC's frequency, what it is measured against where
 * nothing does, and what happens when counters are absent, stand still, stop or disagree.
 */
#include "kernel/time/clock.h"
#include "kernel/time/clock_scale.h"
#include "kernel/time/clock_sources.h"
#include "kernel/time/hpet.h"
#include "kernel/time/rtc.h"
#include "tests/unit/cases.h"
#include "tests/unit/clock_start.h"

static void
by_cpuid(void)
{
	fake.cpuid_last = CPUID_TSC;
	fake.cpuid_tsc = (struct cpuid_result){2, 200, 24000000, 0};
	start("TSC", "2400.000 MHz (CPUID 0x15)");
	CHECK_EQ(clock_tsc_hz(), TSC_HZ);
}

/* The leaf is there, but names no crystal: measured. */
static void
by_cpuid_without_crystal(void)
{
	fake.cpuid_last = CPUID_TSC;
	fake.cpuid_tsc = (struct cpuid_result){2, 200, 0, 0};
	start("TSC", "(HPET)");
	check_hz(TSC_HZ, 1000);
}

static void
by_pmtimer(void)
{
	acpi_info.hpet_address = 0;
	acpi_info.pm_timer_32bit = false;
	fake.pmtimer.first = 0xfff000; /* wraps meanwhile */
	start("TSC", "(PM timer)");
	check_hz(TSC_HZ, 1000);
}

static void
by_pmtimer_in_memory(void)
{
	acpi_info.hpet_address = 0;
	acpi_info.pm_timer = (struct acpi_register){ACPI_REGISTER_MEMORY, 32, FAKE_PMTIMER_MEMORY};
	start("TSC", "(PM timer)");
	check_hz(TSC_HZ, 1000);
}

static void
by_pit(void)
{
	without_acpi();
	start("TSC", "(PIT)");
	check_hz(TSC_HZ, 1000);
}

/* An HPET that cannot be mapped, one of an impossible period, one that stands still. */
static void
hpet_unmappable(void)
{
	fake.unmappable = true;
	start("TSC", "(PM timer)");
	CHECK(log_said("hpet: its registers cannot be at 0xfed00000"));
}

static void
hpet_of_impossible_period(void)
{
	fake.hpet_period = 0;
	CHECK_EQ(hpet_init(), -EIO);
	fake.hpet_period = 100000001;
	start("TSC", "(PM timer)");
	CHECK(log_said("a period of 100000001 fs is impossible"));
	CHECK_EQ(hpet_timer_inputs(), 0);
}

static void
counters_stand_still(void)
{
	fake.hpet.hz = fake.pmtimer.hz = 0;
	start("TSC", "(PIT)");
	CHECK(log_said("hpet: the counter stands still"));
	CHECK(log_said("the PM timer stands still"));
}

static void
pmtimer_unmappable(void)
{
	without_acpi();
	acpi_info.pm_timer = (struct acpi_register){ACPI_REGISTER_MEMORY, 32, FAKE_PMTIMER_MEMORY};
	fake.unmappable = true;
	start("TSC", "(PIT)");
}

static void
nothing_counts(void)
{
	without_acpi();
	fake.pit.hz = 0;
	case_must_panic("no way to measure the TSC's frequency");
	start("TSC", "");
}

/* The HPET stops while it is measured against: the PIT is asked. */
static void
hpet_stops(void)
{
	fake.hpet.stops_ns = 500000;
	start("TSC", "(PIT)");
	check_hz(TSC_HZ, 1000);
}

/* The witness stops: no witness, and the HPET is believed. */
static void
pmtimer_stops(void)
{
	fake.pmtimer.stops_ns = 300000;
	start("TSC", "(HPET)");
	check_hz(TSC_HZ, 1000);
	CHECK(!log_said("differ"));
}

/* The HPET's period is a lie by 5 %: PM timer and PIT outvote it. */
static void
hpet_lies(void)
{
	fake.hpet.hz = 1.05e8;
	start("TSC", "(PIT)");
	CHECK(log_said("HPET and PM timer differ by more than 1 %"));
	check_hz(TSC_HZ, 1000);
}

/* The PM timer is the one that lies: the PIT confirms the HPET. */
static void
pmtimer_lies(void)
{
	fake.pmtimer.hz = 3579545 * 1.05;
	start("TSC", "(HPET)");
	CHECK(log_said("HPET and PM timer differ by more than 1 %"));
	check_hz(TSC_HZ, 1000);
}

/* A TSC that is faster in each window. */
static void
measured_rate_varies(void)
{
	fake.tsc.growth = 2;
	start("TSC", "(HPET)");
	CHECK(log_said("the TSC measured against the HPET varies"));
	check_hz(TSC_HZ, 10000);
}

/* A TSC that is not invariant: the HPET is the clock, from where the TSC was. */
static void
hpet_is_the_clock(void)
{
	fake.cpuid_power_edx = 0;
	start("HPET", "clock: HPET; the TSC has 2400.");
	uint64_t before = fake.ns, said = clock_ns();
	CHECK(said <= before && said + 1000000 >= before);
	fake.ns += 5000000000;
	CHECK(clock_ns() - said >= 5000000000 && clock_ns() - said < 5000100000);
	/* A deadline of the TSC's is counted from now on; behind and before now. */
	uint64_t tsc = clock_ns_to_tsc(clock_ns() + 1000000000);
	CHECK(tsc >= tsc_read() + TSC_HZ - TSC_HZ / 1000 && tsc <= tsc_read() + TSC_HZ);
	CHECK(clock_ns_to_tsc(clock_ns() - 1000000000) <= tsc_read() - TSC_HZ + TSC_HZ / 1000);
	CHECK_EQ(clock_ns_to_tsc(UINT64_MAX), UINT64_MAX);
}

/* 32 bits: each wrap is added. */
static void
hpet_of_32_bits(void)
{
	fake.hpet_capabilities = 1 << 8; /* and two timers only */
	fake.hpet.first = 0xfffff000;
	fake.cpuid_power_edx = 0;
	start("HPET", "clock: HPET");
	uint64_t last = clock_ns();
	for (unsigned i = 0; i < 10; i++) {
		fake.ns += 30000000000;
		uint64_t now = clock_ns();

		CHECK(now - last >= 30000000000 && now - last < 30000100000);
		last = now;
	}
	CHECK_EQ(hpet_timer_inputs(), 0);
}

static void
no_clock_that_is_sure(void)
{
	without_acpi();
	fake.cpuid_power_edx = 0;
	start("TSC", "time may drift");
}

/* Firmware has moved the TSCs of two CPUs: moved back, and told. */
static void
moved_back(void)
{
	start("TSC", "(HPET)");
	fake.tsc_moved = true;
	clock_start_cpu();
	clock_start_cpu();
	clock_check_report();
	CHECK(log_said("had moved the TSC of 2 CPUs: moved back"));
	CHECK(!log_said("differ by up to"));
}

/* The CPUs' TSCs disagree: over to the HPET without a step. */
static void
tscs_disagree(void)
{
	start("TSC", "(HPET)");
	clock_check_report();
	CHECK(!log_said("differ by up to"));
	fake.tsc_steps_back = true;
	clock_check_cpu();
	fake.tsc_steps_back = false;
	uint64_t before = clock_ns();
	clock_check_report();
	CHECK(log_said("the CPUs' TSCs differ by up to"));
	CHECK_STRING(clock_source(), "HPET");
	CHECK(clock_ns() >= before && clock_ns() < before + 100000);
	clock_check_report(); /* nothing is left to do */
	CHECK_STRING(clock_source(), "HPET");
}

static void
tscs_disagree_without_hpet(void)
{
	without_acpi();
	start("TSC", "(PIT)");
	fake.tsc_steps_back = true;
	clock_check_cpu();
	fake.tsc_steps_back = false;
	clock_check_report();
	CHECK(log_said("time is not monotonic across CPUs"));
	CHECK_STRING(clock_source(), "TSC");
}

/* Before 0 ns, as another CPU's TSC may be: 0. */
static void
times(void)
{
	CHECK_EQ(clock_ns(), 0);
	start("TSC", "(HPET)");
	CHECK_EQ(clock_ns_to_tsc(UINT64_MAX), UINT64_MAX);
	clock_delay_ns(1000000);
	CHECK(clock_ns() >= 1000000);
	clock_begin(tsc_read());
	clock_init();
	fake.tsc.first -= 10000000000;
	CHECK_EQ(clock_ns(), 0);
}

static void
hpet_timer(void)
{
	fake.hpet_registers[0x144 / 4] = 0xf00;
	CHECK_EQ(hpet_init(), 0);
	CHECK_EQ(hpet_timer_inputs(), 0xf00);
	CHECK_EQ(hpet_timer_start(9, 1000000000), 1000000000);
	uint32_t in = fake.hpet_registers[0x148 / 4] - (uint32_t)fake_value(&fake.hpet);
	CHECK(in <= 100000000 && in > 99000000);
	CHECK_EQ(fake.hpet_registers[0x140 / 4], 1 << 8 | 1 << 2 | 9 << 9);
	CHECK(hpet_timer_start(9, 60000000000) < 60000000000); /* more than half of 32 bits */
}

/* 2026-01-02 03:04:05. */
static void
battery_clock_new(void)
{
	static const uint8_t registers[] = {0x05, 0, 0x04, 0, 0x03, 0, 0, 0x02, 0x01, 0x26, 0, 2};

	memcpy(fake.rtc, registers, sizeof(registers));
}

static void
battery_clock(void)
{
	start("TSC", "(HPET)");
	battery_clock_new();
	rtc_set_clock();
	CHECK_EQ(clock_realtime_ns() / 1000000000, 1767323045);
	fake.rtc_reads_until_change = 3; /* between the two readings: a third and a fourth */
	uint64_t seconds = 0;
	CHECK_EQ(rtc_read(&seconds), -ETIMEDOUT);
	fake.rtc_reads_until_change = 0;
	fake.rtc[0x0a] = 0x80; /* an update that does not end */
	CHECK_EQ(rtc_read(&seconds), -ETIMEDOUT);
	rtc_set_clock();
	CHECK(log_said("the battery clock is not readable (-110): it is 1970"));
	CHECK_EQ(clock_realtime_ns() / 1000000000, 0);
}

int
main(void)
{
	static const struct test_case cases[] = {
		CASE(by_cpuid),
		CASE(by_cpuid_without_crystal),
		CASE(by_pmtimer),
		CASE(by_pmtimer_in_memory),
		CASE(by_pit),
		CASE(hpet_unmappable),
		CASE(hpet_of_impossible_period),
		CASE(counters_stand_still),
		CASE(pmtimer_unmappable),
		CASE(nothing_counts),
		CASE(hpet_stops),
		CASE(pmtimer_stops),
		CASE(hpet_lies),
		CASE(pmtimer_lies),
		CASE(measured_rate_varies),
		CASE(hpet_is_the_clock),
		CASE(hpet_of_32_bits),
		CASE(no_clock_that_is_sure),
		CASE(moved_back),
		CASE(tscs_disagree),
		CASE(tscs_disagree_without_hpet),
		CASE(times),
		CASE(hpet_timer),
		CASE(battery_clock),
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_new();
		case_run(&cases[i]);
	}
	return check_end();
}
