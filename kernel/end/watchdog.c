/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The HPET's third comparator is led to the control CPU as an NMI, which comes even while
 * interrupts are off. A timer of the control CPU's, an interrupt, sets it further on again and
 * again: as long as that comes, the NMI does not.
 */
#include "kernel/end/watchdog.h"

#include <stddef.h>

#include "kernel/base/cpu.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/spinlock.h"
#include "kernel/console/console.h"
#include "kernel/cpu/trap.h"
#include "kernel/end/backtrace.h"
#include "kernel/end/panic_report.h"
#include "kernel/end/symbols.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/loader/settings.h"
#include "kernel/thread/thread_internal.h"
#include "kernel/thread/timer.h"
#include "kernel/time/clock.h"
#include "kernel/time/hpet.h"

#define SET_AGAIN 4 /* times in the time that it may take */
#define CLOCKS_APART (20 * NS_PER_MS) /* the HPET and clock_ns(), in the longest wait */

static struct timer timer;
static unsigned input;
static uint64_t patience;  /* ns */
static uint64_t last_beat, due; /* clock_ns(): the control CPU was there, the NMI comes */

/* watchdog_report_cpu()'s. A CPU looks at its own stack: nobody can unmap that meanwhile. */
static struct spinlock asked_lock = SPINLOCK_INIT;
static uint32_t asked; /* the CPU's index + 1 */
static struct backtrace asked_trace;

static void
arm_comparator(uint64_t ns)
{
	uint64_t now = clock_ns();

	__atomic_store_n(&due, now + hpet_timer_start(input, ns), __ATOMIC_RELEASE);
}

static void
set_further(struct timer *again)
{
	uint64_t now = clock_ns();

	__atomic_store_n(&last_beat, now, __ATOMIC_RELEASE);
	arm_comparator(patience);
	timer_set(again, now + patience / SET_AGAIN);
}

/* An NMI; the watchdog's if it is time for it. Perhaps only a part of a long time has passed. */
static bool
expired(struct trap_frame *frame)
{
	uint64_t now = clock_ns() + CLOCKS_APART;
	uint64_t stood = now - __atomic_load_n(&last_beat, __ATOMIC_ACQUIRE);

	if (cpu_this()->index != CONTROL_CPU || now < __atomic_load_n(&due, __ATOMIC_ACQUIRE))
		return false;
	if (stood < patience) {
		arm_comparator(patience - stood);
		return true;
	}
	settings.panic = END_REBOOT;
	settings.panic_seconds = 0;
	panic_print("\n*** watchdog: the control CPU has stood still for %u s: the machine starts "
		    "again\n",
		    settings.watchdog);
	panic_trap(frame);
}

static bool
watchdog_nmi(struct trap_frame *frame)
{
	if (__atomic_load_n(&asked, __ATOMIC_ACQUIRE) == cpu_this()->index + 1)
		backtrace_collect(&asked_trace, frame->rip, frame->rsp, frame->rbp);
	return __atomic_load_n(&patience, __ATOMIC_ACQUIRE) && expired(frame);
}

void
watchdog_start(void)
{
	uint32_t inputs = hpet_timer_inputs();

	console_set_status_handler(watchdog_report_cpus);
	trap_set_nmi_hook(watchdog_nmi);
	if (!settings.watchdog)
		return;
	while (inputs) { /* the highest first: the lowest are ISA's */
		input = 31 - (unsigned)__builtin_clz(inputs);
		if (ioapic_route_nmi(input) == 0)
			break;
		inputs &= ~(1u << input);
	}
	if (!inputs) {
		log_warning("watchdog: no HPET whose timer reaches an IO-APIC: there is none");
		return;
	}
	last_beat = clock_ns();
	__atomic_store_n(&patience, settings.watchdog * NS_PER_SECOND, __ATOMIC_RELEASE);
	timer.expire = set_further;
	set_further(&timer);
	log_info("watchdog: %u s, by the HPET through GSI %u", settings.watchdog, input);
}

static void
report_cpu(const struct cpu *cpu)
{
	const struct thread *thread = cpu->current;
	const char *name = thread->fpu ? thread->name : "idle";
	char function[SYMBOLS_NAME_MAX];
	uint64_t offset;

	if (cpu == cpu_this())
		log_info("CPU %u: %s, takes this key", cpu->index, name);
	else if (!cpu->sampled_rip)
		log_info("CPU %u: %s, does not answer", cpu->index, name);
	else if (!thread->fpu)
		log_info("CPU %u: idle", cpu->index);
	else if (backtrace_symbol(cpu->sampled_rip, function, &offset))
		log_info("CPU %u: %s, in %s+%#lx", cpu->index, name, function, offset);
	else
		log_info("CPU %u: %s, at %#lx", cpu->index, name, cpu->sampled_rip);
}

void
watchdog_report_cpus(void)
{
	ipi_sample();
	for (unsigned i = 0; i < cpu_count(); i++)
		report_cpu(cpu_get(i));
}

void
watchdog_report_cpu(unsigned cpu)
{
	struct backtrace trace = {0};
	uint64_t flags;

	if (cpu != cpu_this()->index) {
		flags = spin_lock(&asked_lock);
		asked_trace.count = 0;
		__atomic_store_n(&asked, cpu + 1, __ATOMIC_RELEASE);
		ipi_sample_cpu(cpu);
		__atomic_store_n(&asked, 0, __ATOMIC_RELEASE);
		if (cpu_get(cpu)->sampled_rip)
			trace = asked_trace;
		spin_unlock(&asked_lock, flags);
	}
	report_cpu(cpu_get(cpu));
	if (cpu_get(cpu)->current->fpu)
		backtrace_log(&trace);
}
