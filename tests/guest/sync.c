/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What POSIX threads wait for each other with, under load from more threads than CPUs: mutexes,
 * conditions, barriers, read-write locks, semaphores; and each one's timed wait.
 */
/* QEMU: -smp 4 -m 256 */
/* SECONDS: 120 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define THREADS 12
#define TURNS 1000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t semaphore;
static volatile unsigned count, inside, wrong, turn;

/* Runs a function in all threads, and waits for them. */
static void
in_all(void *(*function)(void *argument))
{
	pthread_t threads[THREADS];

	count = wrong = turn = inside = 0;
	for (intptr_t i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, function, (void *)i), 0);
	for (intptr_t i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	CHECK_EQ(wrong, 0);
}

static void *
with_mutex(void *argument)
{
	for (unsigned i = 0; i < TURNS; i++) {
		pthread_mutex_lock(&mutex);
		wrong += inside++ != 0;
		count++;
		inside--;
		pthread_mutex_unlock(&mutex);
	}
	return argument;
}

/* Each thread waits for its turn, so every hand-over is a broadcast and a sleep. */
static void *
with_condition(void *argument)
{
	unsigned self = (unsigned)(intptr_t)argument;

	for (unsigned i = 0; i < 30; i++) {
		pthread_mutex_lock(&mutex);
		while (turn % THREADS != self)
			pthread_cond_wait(&condition, &mutex);
		turn++;
		count++;
		pthread_cond_broadcast(&condition);
		pthread_mutex_unlock(&mutex);
	}
	return argument;
}

static void *
with_barrier(void *argument)
{
	for (unsigned i = 0; i < 50; i++) {
		__atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
		pthread_barrier_wait(&barrier);
		if (count != (i + 1) * THREADS)
			__atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
		pthread_barrier_wait(&barrier);
	}
	return argument;
}

static void *
with_rwlock(void *argument)
{
	for (unsigned i = 0; i < TURNS; i++) {
		if (i % 8) {
			pthread_rwlock_rdlock(&rwlock);
			wrong += inside != 0;
		} else {
			pthread_rwlock_wrlock(&rwlock);
			wrong += inside++ != 0;
			count++;
			inside--;
		}
		pthread_rwlock_unlock(&rwlock);
	}
	return argument;
}

/* At most three are inside at a time. */
static void *
with_semaphore(void *argument)
{
	for (unsigned i = 0; i < 30; i++) {
		sem_wait(&semaphore);
		if (__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) > 3)
			__atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
		sched_yield();
		__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
		sem_post(&semaphore);
	}
	return argument;
}

static struct timespec
in_ms(unsigned ms)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_nsec += ms * 1000000L;
	time.tv_sec += time.tv_nsec / 1000000000L;
	time.tv_nsec %= 1000000000L;
	return time;
}

static double
seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* A wait with a deadline that nobody ends: not before it, and not very long after. */
static void
timed_waits(void)
{
	struct timespec start, until;
	pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
	double took;

	clock_gettime(CLOCK_MONOTONIC, &start);
	until = in_ms(20);
	pthread_mutex_lock(&mutex);
	CHECK_EQ(pthread_cond_timedwait(&condition, &mutex, &until), ETIMEDOUT);
	pthread_mutex_unlock(&mutex);

	pthread_mutex_lock(&held);
	until = in_ms(20);
	CHECK_EQ(pthread_mutex_timedlock(&held, &until), ETIMEDOUT);

	sem_init(&semaphore, 0, 0);
	until = in_ms(20);
	CHECK_EQ(sem_timedwait(&semaphore, &until), -1);
	CHECK_EQ(errno, ETIMEDOUT);

	took = seconds_since(&start);
	CHECK(took >= 0.06);
	CHECK(took < 60);
}

int
main(void)
{
	in_all(with_mutex);
	CHECK_EQ(count, THREADS * TURNS);
	in_all(with_condition);
	CHECK_EQ(count, THREADS * 30);
	pthread_barrier_init(&barrier, NULL, THREADS);
	in_all(with_barrier);
	in_all(with_rwlock);
	CHECK_EQ(count, THREADS * TURNS / 8);
	sem_init(&semaphore, 0, 3);
	in_all(with_semaphore);
	timed_waits();
	return check_end();
}
