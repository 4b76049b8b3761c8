/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a CPU's timer is armed for: the end of the running thread's turn, and the first deadline of
 * those that sleep on this CPU.
 */
#include "kernel/thread/cpu_timer.h"

#include "kernel/base/compiler.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/thread/run_queue.h"

void
cpu_timer_program(void)
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
cpu_timer_tighten(uint64_t at)
{
	struct run_queue *queue = cpu_this()->queue;

	if (at >= queue->timer_at)
		return;
	queue->timer_at = at;
	lapic_timer_arm(at);
}
