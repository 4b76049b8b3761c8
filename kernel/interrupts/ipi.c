/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A kick has a vector of its own; a stop is an NMI, which reaches a CPU whatever it does.
 */
#include "kernel/interrupts/ipi.h"

#include <stdint.h>

#include "kernel/base/cpu.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"

#define CPUS_STOP_NS (100 * NS_PER_MS)
#define FLUSH_NS (10 * NS_PER_SECOND)

static uint32_t ipi_stopping; /* ipi_stop_others() runs: the index + 1 of the CPU that does */
static uint32_t ipi_stopped;  /* CPUs that it has halted */

void
ipi_kick(unsigned cpu)
{
	const struct cpu *block = cpu_get(cpu);

	if (block && lapic_send(block->apic_id, LAPIC_DELIVER_FIXED, IRQ_KICK) != 0)
		log_error("ipi: no interrupt leaves to CPU %u", cpu);
}

/* This CPU's own TLB may be waited for by another that is here, too. */
static void
await_flush(unsigned cpu, uint64_t epoch)
{
	uint64_t deadline = clock_deadline_ns(FLUSH_NS);

	while (!paging_passed(cpu, epoch)) {
		paging_flush_stale();
		if (clock_passed(deadline))
			panic("ipi: CPU %u does not flush its TLB", cpu);
		cpu_pause();
	}
}

void
ipi_flush(uint64_t epoch)
{
	paging_flush_stale();
	for (unsigned i = 0; i < cpu_count(); i++)
		if (!paging_passed(i, epoch) &&
		    lapic_send(cpu_get(i)->apic_id, LAPIC_DELIVER_FIXED, IRQ_FLUSH) != 0)
			log_error("ipi: no interrupt leaves to CPU %u", i);
	for (unsigned i = 0; i < cpu_count(); i++)
		await_flush(i, epoch);
}

void
ipi_stop_here(void)
{
	if (!__atomic_load_n(&ipi_stopping, __ATOMIC_ACQUIRE))
		return;
	__atomic_fetch_add(&ipi_stopped, 1, __ATOMIC_ACQ_REL);
	cpu_halt_forever();
}

static void
sample_ask(struct cpu *cpu)
{
	cpu->sampled_rip = 0;
	__atomic_store_n(&cpu->is_sampled, true, __ATOMIC_SEQ_CST);
	lapic_send(cpu->apic_id, LAPIC_DELIVER_NMI | LAPIC_LEVEL_ASSERT, 0);
}

/* A CPU that has not answered before this has its time still answers, to nobody. */
static void
sample_await(const struct cpu *cpu, uint64_t deadline)
{
	while (__atomic_load_n(&cpu->is_sampled, __ATOMIC_ACQUIRE) && !clock_passed(deadline))
		cpu_pause();
}

void
ipi_sample(void)
{
	uint64_t deadline = clock_deadline_ns(CPUS_STOP_NS);

	for (unsigned i = 0; i < cpu_count(); i++)
		if (cpu_get(i) != cpu_this())
			sample_ask(cpu_get(i));
	for (unsigned i = 0; i < cpu_count(); i++)
		sample_await(cpu_get(i), deadline);
}

void
ipi_sample_cpu(unsigned cpu)
{
	sample_ask(cpu_get(cpu));
	sample_await(cpu_get(cpu), clock_deadline_ns(CPUS_STOP_NS));
}

bool
ipi_sample_here(uint64_t rip)
{
	struct cpu *cpu = cpu_this();

	if (!__atomic_load_n(&cpu->is_sampled, __ATOMIC_ACQUIRE))
		return false;
	cpu->sampled_rip = rip;
	__atomic_store_n(&cpu->is_sampled, false, __ATOMIC_RELEASE);
	return true;
}

void
ipi_stop_others(void)
{
	uint32_t self = cpu_this()->index + 1, stopper = 0;
	uint32_t others = 0;

	/* Of two CPUs that panic at once the second stops; one that panics in a panic goes on. */
	if (!__atomic_compare_exchange_n(&ipi_stopping, &stopper, self, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE)) {
		if (stopper != self)
			ipi_stop_here();
		return;
	}
	for (unsigned i = 0; i < cpu_count(); i++) {
		if (i == cpu_this()->index)
			continue;
		lapic_send(cpu_get(i)->apic_id, LAPIC_DELIVER_NMI | LAPIC_LEVEL_ASSERT, 0);
		others++;
	}
	uint64_t deadline = clock_deadline_ns(CPUS_STOP_NS);
	while (__atomic_load_n(&ipi_stopped, __ATOMIC_ACQUIRE) < others && !clock_passed(deadline))
		cpu_pause();
}
