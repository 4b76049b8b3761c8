/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The local APIC's timer, one-shot: by TSC deadline where the CPU has it (Intel SDM vol. 3
 * §10.5.4.1), else counted down from a value, whose frequency the boot CPU measures: it counts
 * while the boot goes on.
 *
 * A count has 32 bits and its frequency is known to some ten parts in a million: the timer may
 * come before its time. So each CPU keeps the time that was asked for, and the interrupt arms it
 * again until that has passed.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/interrupts/lapic_registers.h"
#include "kernel/time/clock.h"
#include "kernel/time/clock_scale.h"

#define MEASURE_NS NS_PER_MS
#define CALIBRATION_TRIES 5
#define TIMER_COUNT_MAX UINT32_MAX
#define NOT_ARMED UINT64_MAX

static bool timer_deadline_mode;
static struct clock_scale timer_ticks; /* of nanoseconds */

/* When each CPU wants to be interrupted; touched by that CPU alone. */
static uint64_t timer_wanted[CPUS_MAX];

struct timer_sample {
	uint64_t ns;
	uint32_t count;
};

static struct timer_sample timer_start; /* of the measurement */

static struct timer_sample
timer_sample_take(void)
{
	struct timer_sample best = {0, 0};
	uint64_t narrowest = UINT64_MAX;

	for (unsigned i = 0; i < CALIBRATION_TRIES; i++) {
		uint64_t before = clock_ns();
		uint32_t count = lapic_read(LAPIC_TIMER_CURRENT);
		uint64_t bracket = clock_ns() - before;

		if (bracket < narrowest) {
			narrowest = bracket;
			best = (struct timer_sample){before + bracket / 2, count};
		}
	}
	return best;
}

static void
timer_measure_begin(void)
{
	lapic_write(LAPIC_TIMER_INITIAL, TIMER_COUNT_MAX);
	timer_start = timer_sample_take();
}

/* The frequency since the beginning, 1 ms ago or more; 0 when it has not counted, or has ended. */
static uint64_t
timer_measure_hz(void)
{
	struct timer_sample end;

	while (!clock_passed(timer_start.ns + MEASURE_NS))
		cpu_pause();
	end = timer_sample_take();
	lapic_write(LAPIC_TIMER_INITIAL, 0);
	if (end.ns <= timer_start.ns || end.count == 0)
		return 0;
	return clock_scale_divide((unsigned __int128)(timer_start.count - end.count) *
					  NS_PER_SECOND,
				  end.ns - timer_start.ns);
}

void
lapic_timer_init(void)
{
	timer_deadline_mode = cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_TSC_DEADLINE;
	lapic_timer_enable();
	if (!timer_deadline_mode)
		timer_measure_begin();
}

void
lapic_timer_settle(void)
{
	uint64_t hz;

	if (timer_deadline_mode)
		return;
	hz = timer_measure_hz();
	if (hz == 0) {
		timer_measure_begin();
		hz = timer_measure_hz();
	}
	if (hz == 0)
		panic("lapic: the timer stands still");
	timer_ticks = clock_scale_make(NS_PER_SECOND, hz);
	log_debug("lapic: timer at %lu Hz", hz);
}

/* The boot CPU comes here twice: before it knows the mode, and after. */
void
lapic_timer_enable(void)
{
	if (timer_deadline_mode) {
		lapic_write(LAPIC_LVT_TIMER, IRQ_TIMER | LAPIC_TIMER_TSC_DEADLINE);
		/* The mode before the first deadline, which is an MSR (§10.5.4.1). */
		__asm__ volatile("mfence" : : : "memory");
		msr_write(MSR_TSC_DEADLINE, 0);
		return;
	}
	lapic_write(LAPIC_TIMER_DIVIDE, LAPIC_TIMER_DIVIDE_BY_16);
	lapic_write(LAPIC_TIMER_INITIAL, 0);
	lapic_write(LAPIC_LVT_TIMER, IRQ_TIMER);
}

static void
write_timer(uint64_t ns)
{
	if (timer_deadline_mode) {
		/* 0 would disarm; a time that has passed fires at once. */
		msr_write(MSR_TSC_DEADLINE, MAX(clock_ns_to_tsc(ns), 1));
		return;
	}
	uint64_t now = clock_ns();
	uint64_t count = ns <= now ? 1 : clock_scale_apply(timer_ticks, ns - now) + 1;

	lapic_write(LAPIC_TIMER_INITIAL, (uint32_t)MIN(count, TIMER_COUNT_MAX));
}

void
lapic_timer_arm(uint64_t ns)
{
	uint64_t flags = interrupts_save();

	timer_wanted[cpu_this()->index] = ns;
	write_timer(ns);
	interrupts_restore(flags);
}

void
lapic_timer_disarm(void)
{
	uint64_t flags = interrupts_save();

	timer_wanted[cpu_this()->index] = NOT_ARMED;
	if (timer_deadline_mode)
		msr_write(MSR_TSC_DEADLINE, 0);
	else
		lapic_write(LAPIC_TIMER_INITIAL, 0);
	interrupts_restore(flags);
}

bool
lapic_timer_expired(void)
{
	uint64_t wanted = timer_wanted[cpu_this()->index];

	if (wanted == NOT_ARMED)
		return false;
	if (!clock_passed(wanted)) {
		write_timer(wanted);
		return false;
	}
	timer_wanted[cpu_this()->index] = NOT_ARMED;
	return true;
}
