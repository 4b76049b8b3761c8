/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a priority does for a thread that waits: of those that wait for one futex the highest is
 * woken first, moved to another or not, and it runs before whoever woke it goes on. The same on
 * Linux as root (musl-gcc -static -D_GNU_SOURCE -I.).
 */
/* QEMU: -smp 2 */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define WAIT 0
#define WAKE 1
#define REQUEUE 3
#define THREADS 5
#define ROUNDS 200

static uint32_t word, other;
static unsigned woken;
static int order[THREADS];

static long
futex(uint32_t *at, int operation, uint32_t value, uintptr_t more, uint32_t *to)
{
	return syscall(SYS_futex, at, operation, value, more, to, 0);
}

static void
set_priority(int priority)
{
	struct sched_param parameter = {.sched_priority = priority};

	CHECK_EQ(syscall(SYS_sched_setscheduler, 0, priority ? SCHED_FIFO : SCHED_OTHER,
			 &parameter), 0);
}

/* Moves all sleepers of a word to the same word, which changes nothing and tells their number. */
static long
sleepers_of(uint32_t *at)
{
	return futex(at, REQUEUE, 0, INT_MAX, at);
}

static void *
sleeper(void *argument)
{
	set_priority((int)(intptr_t)argument);
	futex(&word, WAIT, 0, 0, NULL);
	order[__atomic_fetch_add(&woken, 1, __ATOMIC_SEQ_CST)] = (int)(intptr_t)argument;
	return NULL;
}

/* They begin to wait one after the other; those without a priority, and equals, keep that order. */
static void
woken_in_order(uint32_t *at)
{
	static const int priorities[THREADS] = {0, 5, 10, 20, 10}, sorted[] = {20, 10, 10, 5, 0};
	pthread_t threads[THREADS];

	woken = 0;
	for (int i = 0; i < THREADS; i++) {
		CHECK_EQ(pthread_create(&threads[i], NULL, sleeper,
					(void *)(intptr_t)priorities[i]), 0);
		while (sleepers_of(&word) != i + 1)
			usleep(1000);
	}
	if (at != &word)
		CHECK_EQ(futex(&word, REQUEUE, 0, INT_MAX, at), THREADS);
	for (unsigned i = 0; i < THREADS; i++) {
		CHECK_EQ(futex(at, WAKE, 1, 0, NULL), 1);
		while (__atomic_load_n(&woken, __ATOMIC_SEQ_CST) != i + 1)
			usleep(1000);
		CHECK_EQ(order[i], sorted[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static volatile unsigned answered;

static void *
answer(void *argument)
{
	set_priority(20);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		while (__atomic_load_n(&word, __ATOMIC_SEQ_CST) == round)
			futex(&word, WAIT, round, 0, NULL);
		answered = round + 1;
	}
	return argument;
}

/* Both on one CPU: when the call that wakes is done, the other has run, and waits again. */
static void
runs_at_once(void)
{
	unsigned late = 0;
	pthread_t thread;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	CHECK_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
	CHECK_EQ(pthread_create(&thread, NULL, answer, NULL), 0);
	while (!sleepers_of(&word))
		usleep(1000);
	set_priority(1);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		__atomic_store_n(&word, round + 1, __ATOMIC_SEQ_CST);
		futex(&word, WAKE, 1, 0, NULL);
		late += answered != round + 1;
	}
	set_priority(0);
	CHECK_EQ(late, 0);
	pthread_join(thread, NULL);
}

int
main(void)
{
	woken_in_order(&word);
	woken_in_order(&other);
	runs_at_once();
	return check_end();
}
