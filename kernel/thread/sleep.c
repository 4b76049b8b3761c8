/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread that is pinned to one CPU sleeps on that CPU's timer, all others on the control CPU's:
 * so no deadline of theirs ever interrupts a CPU that a pinned thread owns.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/thread/cpu_timer.h"
#include "kernel/thread/sched.h"
#include "kernel/thread/sleep.h"
#include "kernel/thread/timer.h"
#include "kernel/time/clock.h"

static struct thread *
thread_of(struct deadline *deadline)
{
	return CONTAINER_OF(deadline, struct thread, deadline);
}

static struct timer *
timer_of_deadline(struct deadline *deadline)
{
	return CONTAINER_OF(deadline, struct timer, deadline);
}

void
sleep_begin(struct thread *self, uint64_t deadline, struct sleep_place *place)
{
	uint32_t cpu = self->only_cpu == THREAD_NO_CPU ? CONTROL_CPU : self->only_cpu;
	struct run_queue *queue = run_queue_of(cpu);
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
		cpu_timer_program();
}

void
thread_park(uint64_t deadline)
{
	struct thread *self = thread_current();
	struct sleep_place place;
	struct run_queue *queue;
	uint64_t flags;

	if (deadline != THREAD_NO_DEADLINE)
		sleep_begin(self, deadline, &place);
	queue = run_queue_lock(self, &flags);
	if (self->unparked) {
		self->unparked = false;
		spin_unlock(&queue->lock, flags);
	} else {
		self->left_at = clock_ns();
		sched_leave(queue, THREAD_BLOCKED);
	}
	if (deadline != THREAD_NO_DEADLINE)
		sleep_end(self, &place);
}

/*
 * The lock is held over thread_unpark(): a sleeper cannot end before it is through sleep_end(). A
 * timer is called without it.
 */
static void
sleep_expire(void)
{
	struct run_queue *queue = cpu_this()->queue;
	uint64_t flags = spin_lock(&queue->deadlines_lock);
	struct deadline *first;

	queue->timer_at = 0; /* it is off, but may have been set anew since it fired */
	while ((first = queue->deadlines.first) && clock_passed(first->at)) {
		deadline_remove(&queue->deadlines, first);
		if (!first->is_timer) {
			thread_unpark(thread_of(first));
			continue;
		}
		spin_unlock(&queue->deadlines_lock, 0);
		timer_of_deadline(first)->expire(timer_of_deadline(first));
		spin_lock(&queue->deadlines_lock);
	}
	spin_unlock(&queue->deadlines_lock, flags);
}

void
sleep_timer_interrupt(void)
{
	sleep_expire();
	sched_kick_interrupt();
}
