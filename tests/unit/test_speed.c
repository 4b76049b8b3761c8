/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/base/processor_kind.c kernel/base/format.c */
/* SOURCES: kernel/speed/speed.c kernel/speed/speed_intel.c kernel/speed/speed_amd.c */
/* SOURCES: kernel/speed/speed_limits.c */
/*
 * The processor's frequency on CPUs that are made up after real ones: what is written to which
 * register, and that nothing is where CPUID does not offer it, and under a hypervisor.
 */
#include "kernel/loader/settings.h"
#include "kernel/speed/speed.h"
#include "kernel/speed/speed_internal.h"
#include "kernel/time/clock.h"
#include "tests/unit/log_captured.h"
#include "tests/unit/processor_fake.h"

#define HYPERVISOR (1u << 31)
#define SPEEDSTEP (1u << 7)
#define TURBO (1u << 1)
#define HWP (1u << 7)
#define HWP_INTERRUPT (1u << 8)
#define BIAS (1u << 3)
#define TURBO_OFF (1ULL << 38)

#define SKYLAKE_SERVER 0x50654
#define HASWELL_SERVER 0x306f2
#define WESTMERE 0x206c2
#define SILVERMONT 0x406d8
#define ZEN2 0x830f10
#define ZEN4 0xa10f11
#define TURIN 0xb00f21
#define BULLDOZER 0x600f12

struct settings settings;
static uint32_t measured;

static void
processor_written(uint32_t msr, uint64_t value)
{
	(void)msr;
	(void)value;
}

uint64_t
clock_tsc_hz(void)
{
	return 2400000000;
}

uint32_t
speed_measure(uint64_t tsc_hz)
{
	CHECK_EQ(tsc_hz, 2400000000);
	return measured;
}

static void
start(void)
{
	log_forget();
	msr_writes = 0;
	speed_start_boot_cpu();
	speed_start_cpu(); /* as another of the kind does */
}

/* An Intel server of the years before HWP: base 2400, turbo 3700, down to 1200 MHz. */
static void
intel(uint32_t signature)
{
	processor_reset("Genu", signature);
	settings = (struct settings){0};
	leaf_put(CPUID_FEATURES, signature, 0, SPEEDSTEP, 0);
	leaf_put(CPUID_THERMAL, TURBO, 0, BIAS, 0);
	msr_put(0xce, 24ULL << 8 | 12ULL << 40);
	msr_put(0x199, 12 << 8);
	msr_put(0x1a0, 1 << 16);
	msr_put(0x1ad, 0x2020252525);
	msr_put(0x1b0, 6);
	measured = 3700;
}

/* The same with HWP. */
static void
intel_hwp(void)
{
	intel(SKYLAKE_SERVER);
	leaf_put(CPUID_THERMAL, TURBO | HWP | HWP_INTERRUPT, 0, BIAS, 0);
	msr_put(0x770, 0);
	msr_put(0x771, 0x08081825);
	msr_put(0x773, 3);
	msr_put(0x774, 0x80000000ff01);
}

static void
test_hwp(void)
{
	intel_hwp();
	start();
	CHECK_EQ(msr_get(0x770), 1);
	CHECK_EQ(msr_get(0x774), 0x2525);
	CHECK_EQ(msr_get(0x773), 0);
	CHECK_EQ(msr_get(0x1b0), 0);
	CHECK_EQ(msr_written(0x199), 0);
	speed_report();
	CHECK(log_said("speed: base 2400 MHz, turbo 3700 MHz, measured 3700 MHz; HWP"));
	CHECK(!log_said("slower"));
	measured = 1200;
	speed_report();
	CHECK(log_said("slower than 2400 MHz"));
}

static void
test_hwp_at_mhz(void)
{
	static const struct {
		uint32_t mhz, level;
	} cases[] = {{2400, 24}, {3700, 37}, {9000, 37}, {100, 8}};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		intel_hwp();
		settings.power_mhz = cases[i].mhz;
		start();
		CHECK_EQ(msr_get(0x774), cases[i].level << 8 | cases[i].level);
	}
}

static void
test_perf_ctl(void)
{
	intel(HASWELL_SERVER);
	start();
	CHECK_EQ(msr_get(0x199), 37 << 8);
	CHECK_EQ(msr_get(0x1b0), 0);
	speed_report();
	CHECK(log_said("turbo 3700 MHz, measured 3700 MHz; PERF_CTL"));
	settings.power_mhz = 2000;
	start();
	CHECK_EQ(msr_get(0x199), 20 << 8);
	settings.power_mhz = 100;
	start();
	CHECK_EQ(msr_get(0x199), 12 << 8);
	settings.power_mhz = 9000;
	start();
	CHECK_EQ(msr_get(0x199), 37 << 8);
	intel(WESTMERE);
	msr_put(0xce, 20ULL << 8 | 12ULL << 40);
	msr_put(0x1ad, 0x1616);
	start();
	CHECK_EQ(msr_get(0x199), 22 << 8);
	speed_report();
	CHECK(log_said("base 2666 MHz, turbo 2933 MHz"));
}

/* What the setup has switched off stays so. */
static void
test_turbo_is_off(void)
{
	intel(HASWELL_SERVER);
	leaf_put(CPUID_THERMAL, 0, 0, 0, 0);
	msr_put(0x1a0, 1 << 16 | TURBO_OFF);
	start();
	CHECK_EQ(msr_get(0x199), 24 << 8);
	CHECK_EQ(msr_written(0x1b0), 0);
	CHECK_EQ(msr_get(0x1a0), 1 << 16 | TURBO_OFF);
	measured = 2390;
	speed_report();
	CHECK(log_said("base 2400 MHz, turbo off in the firmware, measured 2390 MHz"));
}

static void
test_speedstep_is_off(void)
{
	intel(HASWELL_SERVER);
	msr_put(0x1a0, 0);
	start();
	CHECK_EQ(msr_get(0x1a0), 1 << 16);
	CHECK_EQ(msr_get(0x199), 37 << 8);
	intel(HASWELL_SERVER);
	msr_put(0x1a0, 1 << 20); /* and that is locked */
	start();
	CHECK_EQ(msr_writes, 0);
	speed_report();
	CHECK(log_said("no way to set it"));
}

static void
test_not_offered(void)
{
	intel(HASWELL_SERVER);
	leaf_put(CPUID_FEATURES, HASWELL_SERVER, 0, 0, 0);
	start();
	CHECK_EQ(msr_writes, 0);
	intel(SILVERMONT);
	start();
	CHECK_EQ(msr_writes, 0);
	intel(HASWELL_SERVER);
	msr_count = 0; /* a CPU from before those registers */
	start();
	CHECK_EQ(msr_writes, 0);
	processor_reset("Cent", 0x6f0);
	start();
	speed_report();
	CHECK_EQ(msr_writes, 0);
	CHECK(log_said("speed: measured"));
}

static void
test_firmware(void)
{
	intel_hwp();
	settings.power_stays = true;
	measured = 1000;
	start();
	speed_report();
	CHECK_EQ(msr_writes, 0);
	CHECK(log_said("as the firmware left it") && !log_said("slower"));
}

static void
test_hypervisor(void)
{
	intel(HASWELL_SERVER);
	leaf_put(CPUID_FEATURES, HASWELL_SERVER, 0, SPEEDSTEP | HYPERVISOR, 0);
	start();
	speed_report();
	CHECK_EQ(msr_writes, 0);
	CHECK_EQ(log_length, 0);
	intel_hwp(); /* one that offers HWP, and nothing else */
	leaf_put(CPUID_FEATURES, SKYLAKE_SERVER, 0, SPEEDSTEP | HYPERVISOR, 0);
	start();
	CHECK_EQ(msr_get(0x774), 0x2525);
}

/* Zen 2: base 2250 MHz; P1 2000, P2 1500. */
static void
amd(uint32_t signature)
{
	processor_reset("Auth", signature);
	settings = (struct settings){0};
	leaf_put(CPUID_POWER, 0, 0, 0, 1 << 7 | 1 << 9);
	leaf_put(CPUID_ADDRESS_SIZES, 0, 0, 0, 0);
	msr_put(0xc0010015, 1);
	msr_put(0xc0010061, 0);
	msr_put(0xc0010062, 2);
	msr_put(0xc0010064, 1ULL << 63 | 8 << 8 | 90);
	msr_put(0xc0010065, 1ULL << 63 | 8 << 8 | 80);
	msr_put(0xc0010066, 1ULL << 63 | 12 << 8 | 90);
	msr_put(0xc0010067, 0);
	measured = 2250;
}

static void
test_amd_pstates(void)
{
	static const struct {
		uint32_t mhz, state;
	} cases[] = {{2250, 0}, {3000, 0}, {2100, 1}, {1500, 2}, {400, 2}};

	amd(ZEN2);
	start();
	CHECK_EQ(msr_get(0xc0010062), 0);
	CHECK_EQ(msr_get(0xc0010015), 1);
	speed_report();
	CHECK(log_said("speed: base 2250 MHz, measured 2250 MHz; P-state"));
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		amd(ZEN2);
		settings.power_mhz = cases[i].mhz;
		start();
		CHECK_EQ(msr_get(0xc0010062), cases[i].state);
		CHECK_EQ(msr_get(0xc0010015) >> 25, cases[i].mhz <= 2250);
	}
	amd(ZEN2);
	msr_put(0xc0010061, 1); /* the machine allows no more than P1 */
	start();
	CHECK_EQ(msr_get(0xc0010062), 1);
	amd(ZEN2);
	msr_put(0xc0010015, 1 << 25);
	start();
	speed_report();
	CHECK_EQ(msr_get(0xc0010015), 1 << 25);
	CHECK(log_said("turbo off in the firmware"));
}

static void
test_amd_frequencies(void)
{
	amd(TURIN);
	msr_put(0xc0010064, 1ULL << 63 | 640);
	start();
	speed_report();
	CHECK(log_said("base 3200 MHz"));
	amd(BULLDOZER);
	msr_put(0xc0010064, 1ULL << 63 | 1 << 6 | 40);
	start();
	speed_report();
	CHECK(log_said("base 2800 MHz"));
}

static void
test_amd_cppc(void)
{
	amd(ZEN4);
	leaf_put(CPUID_ADDRESS_SIZES, 0, 1 << 27, 0, 0);
	msr_put(0xc00102b0, 166u << 24 | 100 << 16 | 60 << 8 | 20);
	msr_put(0xc00102b1, 0);
	msr_put(0xc00102b3, 0xff00ff);
	start();
	CHECK_EQ(msr_get(0xc00102b1), 1);
	CHECK_EQ(msr_get(0xc00102b3), 166 << 8 | 166);
	CHECK_EQ(msr_written(0xc0010062), 0);
	speed_report();
	CHECK(log_said("base 2250 MHz, turbo 3735 MHz, measured 2250 MHz; CPPC"));
	settings.power_mhz = 1350;
	start();
	CHECK_EQ(msr_get(0xc00102b3), 60 << 8 | 60);
	settings.power_mhz = 100;
	start();
	CHECK_EQ(msr_get(0xc00102b3), 20 << 8 | 20);
}

static void
test_amd_not_offered(void)
{
	amd(ZEN2);
	leaf_put(CPUID_POWER, 0, 0, 0, 0);
	start();
	CHECK_EQ(msr_writes, 0);
	amd(ZEN4);
	leaf_put(CPUID_ADDRESS_SIZES, 0, 1 << 27, 0, 0);
	leaf_put(CPUID_FEATURES, ZEN4, 0, HYPERVISOR, 0);
	start();
	CHECK_EQ(msr_writes, 0);
}

static void
test_statistics(void)
{
	struct speed_statistics statistics;

	intel(HASWELL_SERVER);
	leaf_put(CPUID_THERMAL, TURBO | 1 << 0 | 1 << 6, 0, BIAS, 0);
	msr_put(0x34, 77);
	msr_put(0x19c, 0x8846000a); /* readout, and logs from before */
	msr_put(0x1b1, 0x88460802);
	start();
	CHECK_EQ(msr_get(0x19c), 0x88460000);
	CHECK_EQ(msr_get(0x1b1), 0x88460000);
	speed_statistics(&statistics);
	CHECK(statistics.counts_smis && statistics.knows_limits);
	CHECK_EQ(statistics.smis, 77);
	CHECK_EQ(statistics.limits, 0);
	CHECK_EQ(statistics.mhz, 3700);
	CHECK_EQ(statistics.turbo_mhz, 3700);
	msr_put(0x19c, 0x88460008);
	msr_put(0x1b1, 0x88460802);
	speed_statistics(&statistics);
	CHECK_EQ(statistics.limits, SPEED_HOT | SPEED_PROCHOT | SPEED_POWER);
	amd(ZEN2);
	speed_statistics(&statistics);
	CHECK(!statistics.counts_smis && !statistics.knows_limits);
}

int
main(void)
{
	test_hwp();
	test_hwp_at_mhz();
	test_perf_ctl();
	test_turbo_is_off();
	test_speedstep_is_off();
	test_not_offered();
	test_firmware();
	test_hypervisor();
	test_amd_pstates();
	test_amd_frequencies();
	test_amd_cppc();
	test_amd_not_offered();
	test_statistics();
	return check_end();
}
