/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt vectors: who has which, and what happens when one arrives.
 *
 * A device's handler is found without a lock. To give a vector back its handler is taken away
 * first, then a handler that is still running is waited for: the dispatcher counts itself in
 * before it looks.
 */
#include "kernel/interrupts/irq.h"

#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/spinlock.h"
#include "kernel/base/x86.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"

/* MSI address and data, Intel SDM vol. 3 §10.11: physical destination, fixed delivery, edge. */
#define MSI_WINDOW 0xfee00000u
#define MSI_DESTINATION_SHIFT 12
#define MSI_DESTINATION_MASK 0xff

#define IRQ_DEVICE_VECTORS (IRQ_LAST_DEVICE - IRQ_FIRST_DEVICE + 1)
#define IRQ_FREE_NS NS_PER_SECOND

struct irq_line {
	void (*handler)(void *argument); /* NULL: nobody's */
	void *argument;
	const char *name; /* NULL: free */
	uint32_t running; /* dispatchers that are looking at it */
	bool complained;  /* an interrupt without a handler has been reported */
};

static struct irq_line irq_lines[IRQ_DEVICE_VECTORS];
static struct spinlock irq_lock = SPINLOCK_INIT;
static void (*irq_timer_handler)(void), (*irq_kick_handler)(void);

static struct irq_line *
irq_line_of(int vector)
{
	if (vector < IRQ_FIRST_DEVICE || vector > IRQ_LAST_DEVICE)
		return NULL;
	return &irq_lines[vector - IRQ_FIRST_DEVICE];
}

int
irq_alloc(void (*handler)(void *argument), void *argument, const char *name)
{
	int vector = -ENOSPC;

	if (!handler)
		return -EINVAL;
	uint64_t flags = spin_lock(&irq_lock);
	for (int i = 0; i < IRQ_DEVICE_VECTORS; i++) {
		struct irq_line *line = &irq_lines[i];

		if (line->name)
			continue;
		line->name = name ? name : "unnamed";
		line->argument = argument;
		line->complained = false;
		__atomic_store_n(&line->handler, handler, __ATOMIC_RELEASE);
		vector = IRQ_FIRST_DEVICE + i;
		break;
	}
	spin_unlock(&irq_lock, flags);
	return vector;
}

void
irq_free(int vector)
{
	struct irq_line *line = irq_line_of(vector);
	uint64_t deadline = clock_deadline_ns(IRQ_FREE_NS);

	if (!line)
		return;
	__atomic_store_n(&line->handler, NULL, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&line->running, __ATOMIC_SEQ_CST)) {
		if (clock_passed(deadline))
			panic("irq: the handler of vector %d (%s) does not end", vector,
			      line->name);
		cpu_pause();
	}
	__atomic_store_n(&line->name, NULL, __ATOMIC_RELEASE);
}

void
irq_claim(enum irq_vector vector, void (*handler)(void))
{
	if (vector == IRQ_TIMER)
		irq_timer_handler = handler;
	else if (vector == IRQ_KICK)
		irq_kick_handler = handler;
	else
		panic("irq: vector %d cannot be claimed", vector);
}

uint64_t
irq_msi_address(void)
{
	return MSI_WINDOW | (cpu_get(0)->apic_id & MSI_DESTINATION_MASK) << MSI_DESTINATION_SHIFT;
}

uint32_t
irq_msi_data(int vector)
{
	return (uint32_t)vector;
}

static void
irq_dispatch_device(unsigned vector)
{
	struct irq_line *line = irq_line_of((int)vector);

	__atomic_fetch_add(&line->running, 1, __ATOMIC_SEQ_CST);
	void (*handler)(void *) = __atomic_load_n(&line->handler, __ATOMIC_SEQ_CST);
	if (handler) {
		handler(line->argument);
	} else if (!line->complained) {
		line->complained = true;
		log_warning("irq: vector %u came, and is nobody's", vector);
	}
	__atomic_fetch_sub(&line->running, 1, __ATOMIC_SEQ_CST);
	lapic_end_of_interrupt();
}

/*
 * Timer and kick end their interrupt first: the scheduler may switch to another thread, and
 * come back here much later. A spurious interrupt, the APIC's or an 8259's, has no end.
 */
void
irq_dispatch(unsigned vector)
{
	cpu_this()->interrupts++;
	switch (vector) {
	case IRQ_TIMER:
		lapic_end_of_interrupt();
		if (lapic_timer_expired())
			irq_timer_handler();
		break;
	case IRQ_KICK:
		lapic_end_of_interrupt();
		irq_kick_handler();
		break;
	case IRQ_RELEASE:
		lapic_end_of_interrupt();
		break;
	case IRQ_FLUSH:
		lapic_end_of_interrupt();
		paging_flush_stale();
		break;
	default:
		if (irq_line_of((int)vector))
			irq_dispatch_device(vector);
		else
			log_debug("irq: spurious vector %u", vector);
	}
}

uint64_t
irq_count(unsigned cpu)
{
	struct cpu *block = cpu_get(cpu);

	return block ? block->interrupts : 0;
}
