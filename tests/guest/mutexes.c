/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kinds of mutexes: those with priority inheritance, and those that outlive a thread that ended
 * without unlocking them.
 */
/* QEMU: -smp 4 */
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define THREADS 6
#define ROUNDS 5000

static pthread_mutex_t mutex;
static unsigned long count;

static void
make(int protocol, int robust)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	CHECK_EQ(pthread_mutexattr_setprotocol(&attributes, protocol), 0);
	CHECK_EQ(pthread_mutexattr_setrobust(&attributes, robust), 0);
	CHECK_EQ(pthread_mutex_init(&mutex, &attributes), 0);
}

static void *
add(void *argument)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&mutex);
		count++;
		if (i % 512 == 0)
			usleep(1); /* the others must wait */
		pthread_mutex_unlock(&mutex);
	}
	return argument;
}

static void
inheriting(void)
{
	pthread_t threads[THREADS];

	make(PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED);
	count = 0;
	for (unsigned i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, add, NULL), 0);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	CHECK_EQ(count, (unsigned long)THREADS * ROUNDS);
}

static void *
try_for_a_while(void *argument)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY);
	CHECK_EQ(pthread_mutex_timedlock(&mutex, &until), ETIMEDOUT);
	return argument;
}

static void
in_time(void)
{
	pthread_t thread;

	CHECK_EQ(pthread_mutex_lock(&mutex), 0);
	CHECK_EQ(pthread_create(&thread, NULL, try_for_a_while, NULL), 0);
	pthread_join(thread, NULL);
	CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
	CHECK_EQ(pthread_mutex_lock(&mutex), 0); /* though one has waited in vain */
	CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
}

static void *
lock_and_end(void *argument)
{
	pthread_mutex_lock(&mutex);
	usleep(20000); /* main waits meanwhile */
	return argument;
}

static void
outliving(int protocol)
{
	pthread_t thread;

	make(protocol, PTHREAD_MUTEX_ROBUST);
	CHECK_EQ(pthread_create(&thread, NULL, lock_and_end, NULL), 0);
	usleep(5000);
	CHECK_EQ(pthread_mutex_lock(&mutex), EOWNERDEAD);
	CHECK_EQ(pthread_mutex_consistent(&mutex), 0);
	CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
	CHECK_EQ(pthread_mutex_lock(&mutex), 0);
	CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
	pthread_join(thread, NULL);
}

int
main(void)
{
	inheriting();
	in_time();
	outliving(PTHREAD_PRIO_NONE);
	outliving(PTHREAD_PRIO_INHERIT);
	return check_end();
}
