/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Timers wait in the control CPU's heap of deadlines, among those of sleeping threads (sleep.c).
 */
#include "kernel/thread/timer.h"

#include "kernel/base/cpu.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/thread/cpu_timer.h"
#include "kernel/thread/run_queue.h"

void
timer_set(struct timer *timer, uint64_t at)
{
	struct run_queue *queue = run_queue_of(CONTROL_CPU);
	uint64_t flags = spin_lock(&queue->deadlines_lock);
	struct deadline *before = queue->deadlines.first;
	bool sooner;

	deadline_remove(&queue->deadlines, &timer->deadline);
	timer->deadline.at = at;
	timer->deadline.is_timer = true;
	if (at != THREAD_NO_DEADLINE)
		deadline_add(&queue->deadlines, &timer->deadline);
	sooner = queue->deadlines.first != before && queue->deadlines.first == &timer->deadline;
	spin_unlock(&queue->deadlines_lock, 0);
	if (queue->cpu == cpu_this())
		cpu_timer_program();
	else if (sooner)
		ipi_kick(CONTROL_CPU);
	interrupts_restore(flags);
}
