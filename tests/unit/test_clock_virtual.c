/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/time/rtc_register.c */
/* SOURCES: kernel/time/clock.c kernel/time/tsc.c kernel/time/rtc.c kernel/time/hpet.c */
/* SOURCES: kernel/time/pmtimer.c kernel/time/pit.c kernel/time/tsc_hypervisor.c */
/* SOURCES: kernel/time/tsc_rtc.c */
/*
 * Which clock a virtual machine gets: what its hypervisor says of the TSC, in each one's way, and
 * what there is where neither it nor a counter does.
 */
#include "kernel/time/clock.h"
#include "kernel/time/clock_scale.h"
#include "kernel/time/clock_sources.h"
#include "tests/unit/cases.h"
#include "tests/unit/clock_start.h"

static void
by_hypervisor(void)
{
	fake.cpuid_features_ecx = CPUID_FEATURES_ECX_HYPERVISOR;
	fake.cpuid_power_edx = 0;
	fake.hypervisor_last = CPUID_HYPERVISOR_TIMING;
	fake.hypervisor_khz = 2400000;
	start("TSC", "(hypervisor)");
	CHECK_EQ(clock_tsc_hz(), TSC_HZ);
}

/* Its leaves end before that one, or are none. */
static void
by_hypervisor_without_leaf(void)
{
	fake.cpuid_features_ecx = CPUID_FEATURES_ECX_HYPERVISOR;
	fake.hypervisor_last = CPUID_HYPERVISOR_TIMING - 1;
	start("TSC", "(HPET)");
}

/* Nothing but the battery clock, from second to second. */
static void
by_battery_clock(void)
{
	without_acpi();
	fake.pit.hz = 0;
	fake.battery_ticks = true;
	fake.rtc[0x0d] = 0x80;
	start("TSC", "(battery clock)");
	check_hz(TSC_HZ, 1000);
}

static void
by_hyperv(void)
{
	fake.cpuid_features_ecx = CPUID_FEATURES_ECX_HYPERVISOR;
	fake.hypervisor_name = "Microsoft Hv";
	fake.hypervisor_last = fake.hypervisor_leaf = CPUID_HYPERV_FEATURES;
	fake.hypervisor_eax = CPUID_HYPERV_FEATURES_EAX_FREQUENCIES;
	fake.hypervisor_edx = CPUID_HYPERV_FEATURES_EDX_FREQUENCIES;
	fake.hyperv_hz = 2100000000;
	start("TSC", "2100.000 MHz (Hyper-V)");
}

/* It has no such register: measured. */
static void
by_hyperv_without(void)
{
	fake.cpuid_features_ecx = CPUID_FEATURES_ECX_HYPERVISOR;
	fake.hypervisor_name = "Microsoft Hv";
	fake.hypervisor_last = fake.hypervisor_leaf = CPUID_HYPERV_FEATURES;
	start("TSC", "(HPET)");
}

/* A scale of ns by 2^32: 2.5 GHz is 0.4 ns. */
static void
by_kvm(void)
{
	fake.cpuid_features_ecx = CPUID_FEATURES_ECX_HYPERVISOR;
	fake.hypervisor_name = "KVMKVMKVM\0\0";
	fake.hypervisor_last = fake.hypervisor_leaf = CPUID_KVM_FEATURES;
	fake.hypervisor_eax = CPUID_KVM_FEATURES_EAX_CLOCK;
	fake.kvm_multiplier = 0xcccccccd;
	fake.kvm_shift = -1;
	start("TSC", "(KVM's clock)");
	check_hz(2500000000, 1);
}

int
main(void)
{
	static const struct test_case cases[] = {
		CASE(by_hypervisor),
		CASE(by_hypervisor_without_leaf),
		CASE(by_battery_clock),
		CASE(by_hyperv),
		CASE(by_hyperv_without),
		CASE(by_kvm),
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_new();
		case_run(&cases[i]);
	}
	return check_end();
}
