/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/base/processor_kind.c kernel/speed/idle.c kernel/time/tsc_adjust.c */
/*
 * How idle CPUs wait, by what CPUID offers; and a TSC that firmware has moved.
 */
#include "kernel/loader/settings.h"
#include "kernel/speed/idle.h"
#include "kernel/time/clock_sources.h"
#include "tests/unit/log_captured.h"
#include "tests/unit/processor_fake.h"

#define MONITOR (1u << 3)
#define HYPERVISOR (1u << 31)
#define ARAT (1u << 2)
#define INVARIANT (1u << 8)
#define TSC_ADJUST 0x3b

struct settings settings;

static void
processor_written(uint32_t msr, uint64_t value)
{
	(void)msr;
	(void)value;
}

/* A Skylake server: C1 with two sub-states, and what MWAIT calls C3. */
static void
machine(uint32_t features)
{
	processor_reset("Genu", 0x50654);
	settings = (struct settings){0};
	leaf_put(CPUID_FEATURES, 0x50654, 0, features, 0);
	leaf_put(CPUID_MWAIT, 64, 64, 3, 0x2020);
	leaf_put(CPUID_THERMAL, ARAT, 0, 0, 0);
	leaf_put(CPUID_POWER, 0, 0, 0, INVARIANT);
	log_forget();
}

static void
test_deep(void)
{
	machine(MONITOR);
	idle_init();
	CHECK(log_said("idle: MWAIT, hint 0x20"));
	machine(MONITOR);
	leaf_put(CPUID_MWAIT, 64, 64, 3, 0x11142120); /* a desktop's: down to C7 by that count */
	idle_init();
	CHECK(log_said("hint 0x60"));
}

/* C1 where a timer would stop, or where CPUID lists no states. */
static void
test_shallow(void)
{
	machine(MONITOR);
	leaf_put(CPUID_THERMAL, 0, 0, 0, 0);
	idle_init();
	CHECK(log_said("idle: MWAIT, hint 0\n"));
	machine(MONITOR);
	leaf_put(CPUID_POWER, 0, 0, 0, 0);
	idle_init();
	CHECK(log_said("idle: MWAIT, hint 0\n"));
	machine(MONITOR);
	leaf_put(CPUID_MWAIT, 0, 0, 2, 0x2020);
	idle_init();
	CHECK(log_said("idle: MWAIT, hint 0\n"));
}

static void
test_hlt(void)
{
	machine(MONITOR);
	settings.idle_hlt = true;
	idle_init();
	machine(MONITOR | HYPERVISOR);
	idle_init();
	machine(0);
	idle_init();
	CHECK_EQ(log_length, 0);
	settings.idle_mwait = true;
	idle_init();
	CHECK(log_said("does not offer MWAIT"));
	machine(MONITOR | HYPERVISOR);
	settings.idle_mwait = true;
	idle_init();
	CHECK(log_said("idle: MWAIT"));
}

static void
test_tsc_moved(void)
{
	machine(0);
	leaf_put(CPUID_STRUCTURED, 0, 1 << 1, 0, 0);
	msr_put(TSC_ADJUST, 500);
	tsc_adjust_init();
	CHECK(!tsc_adjust_repair());
	CHECK_EQ(msr_writes, 0);
	msr_put(TSC_ADJUST, (uint64_t)-1234);
	CHECK(tsc_adjust_repair());
	CHECK_EQ(msr_get(TSC_ADJUST), 500);
	machine(0);
	tsc_adjust_init();
	CHECK(!tsc_adjust_repair());
	CHECK_EQ(msr_writes, 0);
}

int
main(void)
{
	test_deep();
	test_shallow();
	test_hlt();
	test_tsc_moved();
	return check_end();
}
