/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Run queues: order, fairness between threads that never sleep, and the place of those that do.
 */
/* SOURCES: kernel/thread/run_queue.c */
#include <stdlib.h>

#include "kernel/base/compiler.h"
#include "kernel/thread/run_queue.h"
#include "tests/unit/check.h"

#define THREADS 7
#define MS 1000000ULL

static struct thread threads[THREADS];

/* The queue is sorted, and its links and count agree. */
static void
check_list(const struct run_queue *queue)
{
	const struct thread *before = NULL;
	unsigned count = 0;

	for (const struct thread *t = queue->first; t; t = t->next) {
		CHECK(t->previous == before);
		CHECK(!before || before->virtual_time <= t->virtual_time);
		before = t;
		count++;
	}
	CHECK(queue->last == before);
	CHECK_EQ(queue->count, count);
}

static void
equal_times_keep_their_order(void)
{
	struct run_queue queue;

	run_queue_init(&queue, NULL);
	spin_lock(&queue.lock); /* as whoever calls has it */
	memset(threads, 0, sizeof(threads));
	for (unsigned i = 0; i < THREADS; i++)
		run_queue_insert(&queue, &threads[i]);
	check_list(&queue);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK(run_queue_pop(&queue) == &threads[i]);
	CHECK(run_queue_pop(&queue) == NULL);
}

/* Threads that always want the CPU get the same time, whatever their turns' lengths. */
static void
busy_threads_share(void)
{
	struct run_queue queue;
	uint64_t now = 0;

	run_queue_init(&queue, NULL);
	spin_lock(&queue.lock); /* as whoever calls has it */
	memset(threads, 0, sizeof(threads));
	for (unsigned i = 0; i < THREADS; i++)
		run_queue_insert(&queue, &threads[i]);
	for (unsigned turn = 0; turn < 10000; turn++) {
		struct thread *running = run_queue_pop(&queue);

		queue.started = now;
		now += MS + (uint64_t)rand() % (4 * MS);
		run_queue_account(&queue, running, now);
		running->virtual_time -= queue.time;
		run_queue_insert(&queue, running);
		check_list(&queue);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		CHECK(threads[i].run_time > now / THREADS - 6 * MS);
		CHECK(threads[i].run_time < now / THREADS + 6 * MS);
	}
}

/* A thread that slept long runs before one that is always busy, and at once; but not for ever. */
static void
sleep_earns_credit(void)
{
	struct run_queue queue;
	struct thread *busy = &threads[0], *sleeper = &threads[1];
	uint64_t now = 1000 * MS;

	run_queue_init(&queue, NULL);
	spin_lock(&queue.lock); /* as whoever calls has it */
	memset(threads, 0, sizeof(threads));
	busy->virtual_time = 0;
	queue.started = 0;
	run_queue_account(&queue, busy, now);

	run_queue_credit(sleeper, now);
	CHECK_EQ(sleeper->virtual_time, -RUN_CREDIT_NS);
	run_queue_insert(&queue, sleeper);
	CHECK(sleeper->virtual_time < busy->virtual_time);
	CHECK_EQ(run_queue_preempt_time(&queue, busy, sleeper, now), now);

	CHECK(run_queue_pop(&queue) == sleeper);
	queue.started = now;
	run_queue_account(&queue, sleeper, now + 10 * MS);
	CHECK(sleeper->virtual_time > busy->virtual_time);
}

/* One that hardly slept waits until the running one is ahead; never longer than a slice. */
static void
preemption_waits(void)
{
	struct run_queue queue;
	struct thread *running = &threads[0], *woken = &threads[1];

	run_queue_init(&queue, NULL);
	spin_lock(&queue.lock); /* as whoever calls has it */
	memset(threads, 0, sizeof(threads));
	queue.started = 100 * MS;
	run_queue_insert(&queue, woken);
	CHECK_EQ(run_queue_preempt_time(&queue, running, woken, 100 * MS),
		 100 * MS + RUN_GRAIN_NS);
	running->virtual_time = -1000 * (int64_t)MS;
	CHECK_EQ(run_queue_preempt_time(&queue, running, woken, 100 * MS),
		 100 * MS + RUN_SLICE_NS);
	CHECK_EQ(run_queue_preempt_time(&queue, running, woken, 200 * MS), 200 * MS);
}

static void
removal_keeps_the_list(void)
{
	struct run_queue queue;

	run_queue_init(&queue, NULL);
	spin_lock(&queue.lock); /* as whoever calls has it */
	memset(threads, 0, sizeof(threads));
	for (unsigned i = 0; i < THREADS; i++) {
		threads[i].virtual_time = (int64_t)(i * MS);
		run_queue_insert(&queue, &threads[i]);
	}
	run_queue_remove(&queue, &threads[3]);
	check_list(&queue);
	run_queue_remove(&queue, &threads[0]);
	check_list(&queue);
	run_queue_remove(&queue, &threads[THREADS - 1]);
	check_list(&queue);
	CHECK(run_queue_pop(&queue) == &threads[1]);
}

/* Priorities stand before all; equals in the order of their arrival. Who has one is not outrun. */
static void
priorities_come_first(void)
{
	const uint8_t priorities[] = {0, 5, 9, 5, 0, 9};
	const unsigned due[] = {2, 5, 1, 3, 0, 4};
	struct run_queue queue;

	run_queue_init(&queue, NULL);
	spin_lock(&queue.lock); /* as whoever calls has it */
	memset(threads, 0, sizeof(threads));
	for (unsigned i = 0; i < ARRAY_SIZE(priorities); i++) {
		threads[i].policy.priority = priorities[i];
		run_queue_insert(&queue, &threads[i]);
	}
	CHECK_EQ(run_queue_preempt_time(&queue, &threads[1], &threads[2], 7), 7);
	CHECK_EQ(run_queue_preempt_time(&queue, &threads[1], &threads[0], 7), THREAD_NO_DEADLINE);
	CHECK_EQ(run_queue_preempt_time(&queue, &threads[1], &threads[3], 7), THREAD_NO_DEADLINE);
	threads[1].policy.turns = true;
	CHECK_EQ(run_queue_preempt_time(&queue, &threads[1], &threads[3], 7), RUN_TURN_NS);
	for (unsigned i = 0; i < ARRAY_SIZE(due); i++)
		CHECK(run_queue_pop(&queue) == &threads[due[i]]);
	run_queue_account(&queue, &threads[2], 50 * MS);
	CHECK_EQ(threads[2].virtual_time, 0);
	CHECK_EQ(threads[2].run_time, 50 * MS);
	threads[0].policy.nice = 10;
	run_queue_account(&queue, &threads[0], 60 * MS);
	CHECK_EQ(threads[0].virtual_time, 10 * MS / 1024 * 9537);
}

int
main(void)
{
	equal_times_keep_their_order();
	busy_threads_share();
	sleep_earns_credit();
	preemption_waits();
	removal_keeps_the_list();
	priorities_come_first();
	return check_end();
}
