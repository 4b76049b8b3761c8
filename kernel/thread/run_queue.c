/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Those with a priority stand before the others, the highest first, in order of their arrival.
 * Behind them fair queueing in its simplest form: a sorted list, since few threads share a CPU. A
 * thread that is put back has run most and finds its place from the end at once; one that is woken
 * is near the front, so the search goes from the front for those that are behind the queue's time.
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

/* Whether a thread that is queued runs before one that comes now. */
static bool
is_before(const struct thread *queued, const struct thread *thread)
{
	if (queued->policy.priority != thread->policy.priority)
		return queued->policy.priority > thread->policy.priority;
	return thread->policy.priority || queued->virtual_time <= thread->virtual_time;
}

/* The thread before which one belongs; equals queue in order of arrival. */
static struct thread *
successor_of(const struct run_queue *queue, const struct thread *thread)
{
	struct thread *next;

	if (queue->last && is_before(queue->last, thread))
		return NULL;
	for (next = queue->first; next && is_before(next, thread); next = next->next)
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
	next = successor_of(queue, thread);
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
	assert_that(!thread->previous || is_before(thread->previous, thread));
	assert_that(!next || !is_before(next, thread));
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

/* What a nanosecond counts for, in 1024ths: 1.25 times as much with each step of niceness. */
static const uint32_t nice_factors[] = {
	12, 15, 18, 23, 29, 36, 45, 56, 70, 88, 110, 137, 172, 215, 268, 336, 419, 524, 655, 819,
	1024, 1280, 1600, 2000, 2500, 3125, 3906, 4883, 6104, 7629, 9537, 11921, 14901, 18626,
	23283, 29104, 36380, 45475, 56843, 71054,
};
_Static_assert(ARRAY_SIZE(nice_factors) == THREAD_NICE_MOST - THREAD_NICE_LEAST + 1, "all of them");

static uint64_t
weigh(uint64_t ns, int nice)
{
	if (nice == 0)
		return ns;
	return ns / 1024 * nice_factors[nice - THREAD_NICE_LEAST];
}

/* The first of those that share the time; NULL: none. */
static const struct thread *
first_fair(const struct run_queue *queue)
{
	const struct thread *thread = queue->first;

	while (thread && thread->policy.priority)
		thread = thread->next;
	return thread;
}

void
run_queue_account(struct run_queue *queue, struct thread *running, uint64_t now)
{
	uint64_t ran = now > queue->started ? now - queue->started : 0;
	const struct thread *fair = first_fair(queue);
	int64_t least;

	spin_assert_held(&queue->lock);
	queue->started = now;
	running->run_time += ran;
	if (running->policy.priority)
		return;
	running->virtual_time += (int64_t)weigh(ran, running->policy.nice);
	least = running->virtual_time;
	if (fair)
		least = MIN(least, fair->virtual_time);
	queue->time = MAX(queue->time, least);
}

void
run_queue_credit(struct thread *thread, uint64_t slept_ns)
{
	int64_t credit = (int64_t)MIN(slept_ns, (uint64_t)RUN_CREDIT_NS);

	thread->virtual_time = MAX(thread->virtual_time - credit, -RUN_CREDIT_NS);
}

uint64_t
run_queue_turn_end(const struct run_queue *queue, const struct thread *next, uint64_t now)
{
	if (!queue->count)
		return THREAD_NO_DEADLINE;
	if (!next->policy.priority)
		return now + RUN_SLICE_NS;
	return next->policy.turns && queue->first->policy.priority == next->policy.priority
		       ? now + RUN_TURN_NS
		       : THREAD_NO_DEADLINE;
}

uint64_t
run_queue_preempt_time(const struct run_queue *queue, const struct thread *running,
		       const struct thread *woken, uint64_t now)
{
	int64_t turn = woken->virtual_time + RUN_GRAIN_NS - running->virtual_time;
	unsigned own = running->policy.priority;

	if (woken->policy.priority > own)
		return now;
	if (own)
		return woken->policy.priority == own && running->policy.turns
			       ? MAX(queue->started + RUN_TURN_NS, now)
			       : THREAD_NO_DEADLINE;
	turn = MIN(MAX(turn, 0), RUN_SLICE_NS);
	return MAX(queue->started + (uint64_t)turn, now);
}

