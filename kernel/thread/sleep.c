/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread that is pinned to one CPU sleeps on that CPU's timer, all others on the control CPU's:
 * so no deadline of theirs ever interrupts a CPU that a pinned thread owns.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/thread/sched.h"
#include "kernel/thread/sleep.h"
#include "kernel/time/clock.h"

#define CONTROL_CPU 0

static struct thread *
thread_of(struct deadline *deadline)
{
	return CONTAINER_OF(deadline, struct thread, deadline);
}

void
sleep_program_timer(void)
{
	struct run_queue *queue = cpu_this()->queue;
	uint64_t at = READ_ONCE(queue->preempt_at);
	uint64_t flags = spin_lock(&queue->deadlines_lock);

	if (queue->deadlines.first)
		at = MIN(at, queue->deadlines.first->at);
	spin_unlock(&queue->deadlines_lock, flags);
	if (at == queue->timer_at)
		return;
	queue->timer_at = at;
	if (at == THREAD_NO_DEADLINE)
		lapic_timer_disarm();
	else
		lapic_timer_arm(at);
}

void
sleep_tighten_timer(uint64_t at)
{
	struct run_queue *queue = cpu_this()->queue;

	if (at >= queue->timer_at)
		return;
	queue->timer_at = at;
	lapic_timer_arm(at);
}

void
sleep_begin(struct thread *self, uint64_t deadline, struct sleep_place *place)
{
	uint32_t cpu = self->only_cpu == THREAD_NO_CPU ? CONTROL_CPU : self->only_cpu;
	struct run_queue *queue = sched_queue(cpu);
	uint64_t flags = spin_lock(&queue->deadlines_lock);
	bool first;

	place->queue = queue;
	self->deadline.at = deadline;
	deadline_add(&queue->deadlines, &self->deadline);
	first = queue->deadlines.first == &self->deadline;
	spin_unlock(&queue->deadlines_lock, flags);
	if (first && queue->cpu != cpu_this())
		ipi_kick(cpu);
}

void
sleep_end(struct thread *self, const struct sleep_place *place)
{
	uint64_t flags = spin_lock(&place->queue->deadlines_lock);

	deadline_remove(&place->queue->deadlines, &self->deadline);
	spin_unlock(&place->queue->deadlines_lock, flags);
	if (place->queue->cpu == cpu_this())
		sleep_program_timer();
}

/* The lock is held over thread_unpark(): a sleeper cannot end before it is through sleep_end(). */
void
sleep_expire(void)
{
	struct run_queue *queue = cpu_this()->queue;
	uint64_t flags = spin_lock(&queue->deadlines_lock);
	struct deadline *first;

	queue->timer_at = 0; /* it is off, but may have been set anew since it fired */
	while ((first = queue->deadlines.first) && clock_passed(first->at)) {
		deadline_remove(&queue->deadlines, first);
		thread_unpark(thread_of(first));
	}
	spin_unlock(&queue->deadlines_lock, flags);
}
