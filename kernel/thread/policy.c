/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Changing by which rule a thread runs. One that waits for its CPU finds its place anew; whoever
 * has the CPU gives way if it must.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/x86.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/thread/run_queue.h"
#include "kernel/thread/sched.h"
#include "kernel/time/clock.h"

void
thread_set_policy(struct thread *thread, const struct thread_policy *policy)
{
	uint64_t flags;
	struct run_queue *queue = run_queue_lock(thread, &flags);
	bool queued = thread->state == THREAD_READY, running = thread->state == THREAD_RUNNING;

	if (queued)
		run_queue_remove(queue, thread);
	else if (running)
		run_queue_account(queue, thread, clock_ns());
	if (thread->policy.priority || policy->priority)
		thread->virtual_time = running ? queue->time : 0;
	thread->policy = *policy;
	if (queued)
		run_queue_insert(queue, thread);
	queue->preempt_at = queue->count ? clock_ns() : THREAD_NO_DEADLINE;
	spin_unlock(&queue->lock, flags);
	if (queue->count && (queued || running))
		ipi_kick(queue->cpu->index);
}
