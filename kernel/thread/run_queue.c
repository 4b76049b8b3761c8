/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fair queueing in its simplest form: a sorted list, since few threads share a CPU. A thread that
 * is put back has run most and finds its place from the end at once; one that is woken is near
 * the front, so the search goes from the front for those that are behind the queue's time.
 */
#include <stddef.h>

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/thread/run_queue.h"

void
run_queue_init(struct run_queue *queue, struct cpu *cpu)
{
	*queue = (struct run_queue){
		.cpu = cpu,
		.preempt_at = THREAD_NO_DEADLINE,
		.timer_at = THREAD_NO_DEADLINE,
	};
}

/* The thread before which one with this virtual time belongs; equals queue in order of arrival. */
static struct thread *
successor_of(const struct run_queue *queue, int64_t time)
{
	struct thread *next;

	if (queue->last && queue->last->virtual_time <= time)
		return NULL;
	for (next = queue->first; next && next->virtual_time <= time; next = next->next)
		;
	return next;
}

void
run_queue_insert(struct run_queue *queue, struct thread *thread)
{
	struct thread *next;

	assert_that(thread->state == THREAD_READY && thread->cpu == queue->cpu->index);
	spin_assert_held(&queue->lock);
	thread->virtual_time += queue->time;
	next = successor_of(queue, thread->virtual_time);
	thread->next = next;
	thread->previous = next ? next->previous : queue->last;
	if (thread->previous)
		thread->previous->next = thread;
	else
		queue->first = thread;
	if (next)
		next->previous = thread;
	else
		queue->last = thread;
	WRITE_ONCE(queue->count, queue->count + 1);
	assert_that(!thread->previous || thread->previous->virtual_time <= thread->virtual_time);
	assert_that(!next || next->virtual_time > thread->virtual_time);
}

static void
unlink_thread(struct run_queue *queue, struct thread *thread)
{
	assert_that(queue->count > 0);
	spin_assert_held(&queue->lock);
	if (thread->previous)
		thread->previous->next = thread->next;
	else
		queue->first = thread->next;
	if (thread->next)
		thread->next->previous = thread->previous;
	else
		queue->last = thread->previous;
	thread->next = NULL;
	thread->previous = NULL;
	WRITE_ONCE(queue->count, queue->count - 1);
	assert_that((queue->count == 0) == (queue->first == NULL));
}

void
run_queue_remove(struct run_queue *queue, struct thread *thread)
{
	unlink_thread(queue, thread);
	thread->virtual_time -= queue->time;
}

struct thread *
run_queue_pop(struct run_queue *queue)
{
	struct thread *thread = queue->first;

	if (thread)
		unlink_thread(queue, thread);
	return thread;
}

void
run_queue_account(struct run_queue *queue, struct thread *running, uint64_t now)
{
	uint64_t ran = now > queue->started ? now - queue->started : 0;
	int64_t least = running->virtual_time + (int64_t)ran;

	spin_assert_held(&queue->lock);
	queue->started = now;
	running->virtual_time += (int64_t)ran;
	running->run_time += ran;
	if (queue->first)
		least = MIN(least, queue->first->virtual_time);
	queue->time = MAX(queue->time, least);
}

void
run_queue_credit(struct thread *thread, uint64_t slept_ns)
{
	int64_t credit = (int64_t)MIN(slept_ns, (uint64_t)RUN_CREDIT_NS);

	thread->virtual_time = MAX(thread->virtual_time - credit, -RUN_CREDIT_NS);
}

uint64_t
run_queue_preempt_time(const struct run_queue *queue, const struct thread *running,
		       const struct thread *woken, uint64_t now)
{
	int64_t turn = woken->virtual_time + RUN_GRAIN_NS - running->virtual_time;

	turn = MIN(MAX(turn, 0), RUN_SLICE_NS);
	return MAX(queue->started + (uint64_t)turn, now);
}

