/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time: the invariant TSC, scaled; HPET instead where the TSC is not to be trusted.
 * All functions: any context, any CPU, no lock, after clock_init().
 */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/compiler.h"

/*
 * Finds the TSC's frequency: CPUID 0x15, hypervisor leaf 0x40000010, else calibrated against
 * HPET, PM timer or PIT (best of several, cross-checked). Boot CPU, once, after
 * acpi_init(). Panics when the machine has no clock at all.
 */
void clock_init(void);

/* Says at which TSC value the kernel was entered: clock_ns() counts from there. Boot CPU, first. */
void clock_begin(uint64_t tsc);

/* TSC frequency in Hz. */
uint64_t clock_tsc_hz(void);

/* What clock_ns() reads: "TSC" or "HPET". */
const char *clock_source(void);

/* Nanoseconds since kernel entry; monotonic. Before clock_init() returns 0. */
uint64_t clock_ns(void);

/* Nanoseconds since 1970-01-01 UTC. */
uint64_t clock_realtime_ns(void);

/* Sets CLOCK_REALTIME; CLOCK_MONOTONIC is not touched. */
void clock_realtime_set(uint64_t ns);

/* TSC value at which clock_ns() will have the value ns (for TSC-deadline timers and the vDSO). */
uint64_t clock_ns_to_tsc(uint64_t ns);

/* Busy-waits at least that long. */
void clock_delay_ns(uint64_t ns);

/* A deadline for a hardware wait: while (!ready() && !clock_passed(deadline)) cpu_pause(); */
static inline uint64_t
clock_deadline_ns(uint64_t ns)
{
	return clock_ns() + ns;
}

static inline bool
clock_passed(uint64_t deadline)
{
	return clock_ns() >= deadline;
}

/*
 * Compares the calling CPU's TSC with those of all CPUs that call it at the same time. Each
 * application processor does as it starts, the boot CPU again and again meanwhile.
 */
void clock_check_cpu(void);

/*
 * The same, after the TSC was brought to where it was but for firmware that has moved it, unlike
 * the boot CPU's (IA32_TSC_ADJUST). Each application processor, once.
 */
void clock_start_cpu(void);

/*
 * Says when clock_check_cpu() has found TSCs that disagree, and goes over to the HPET where there
 * is one. Boot CPU, once, after all CPUs have made the check and before they run threads.
 */
void clock_check_report(void);

#endif
