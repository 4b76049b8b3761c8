/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The futex call itself: what it answers, how many it wakes, in which order, and where it moves
 * sleepers to.
 */
/* QEMU: -smp 2 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define WAIT 0
#define WAKE 1
#define REQUEUE 3
#define CMP_REQUEUE 4
#define WAIT_BITSET 9
#define NO_OPERATION 99
#define SLEEPERS 6

static uint32_t word, other;
static unsigned woken;
static unsigned order[SLEEPERS];

static long
futex(uint32_t *at, int operation, uint32_t value, const void *time, uint32_t *to, uint32_t last)
{
	return syscall(SYS_futex, at, operation, value, time, to, last);
}

static void *
sleeper(void *argument)
{
	futex(&word, WAIT, 0, NULL, NULL, 0);
	order[__atomic_fetch_add(&woken, 1, __ATOMIC_SEQ_CST)] = (unsigned)(intptr_t)argument;
	return argument;
}

/* Moves all sleepers of a word to the same word, which changes nothing and tells their number. */
static long
sleepers_of(uint32_t *at)
{
	return futex(at, REQUEUE, 0, (void *)99, at, 0);
}

/* Starts sleepers one after the other, so that they queue in that order. */
static void
start(pthread_t *threads)
{
	woken = 0;
	for (intptr_t i = 0; i < SLEEPERS; i++) {
		CHECK_EQ(pthread_create(&threads[i], NULL, sleeper, (void *)i), 0);
		while (sleepers_of(&word) != i + 1)
			usleep(100);
	}
	CHECK_EQ(woken, 0);
}

/* Waits until a number of sleepers has been woken, and a little for one too many. */
static void
expect_woken(unsigned due)
{
	for (unsigned i = 0; i < 30000 && __atomic_load_n(&woken, __ATOMIC_SEQ_CST) < due; i++)
		usleep(1000);
	usleep(5000);
	CHECK_EQ(woken, due);
}

static void
answers(void)
{
	struct timespec short_time = {0, 5000000}, bad = {0, 1000000000};
	struct timespec past = {0, 1};

	word = 1;
	CHECK_EQ(futex(&word, WAIT, 0, NULL, NULL, 0), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(futex(&word, WAIT, 1, &short_time, NULL, 0), -1);
	CHECK_EQ(errno, ETIMEDOUT);
	CHECK_EQ(futex(&word, WAIT, 1, &bad, NULL, 0), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(futex(&word, WAIT_BITSET, 1, &past, NULL, 0xffffffff), -1);
	CHECK_EQ(errno, ETIMEDOUT);
	CHECK_EQ(futex(&word, WAKE, 10, NULL, NULL, 0), 0);
	CHECK_EQ(futex(&word, NO_OPERATION, 0, NULL, NULL, 0), -1);
	CHECK_EQ(errno, ENOSYS);
}

static void
waking(void)
{
	pthread_t threads[SLEEPERS];

	word = 0;
	start(threads);
	CHECK_EQ(futex(&word, WAKE, 1, NULL, NULL, 0), 1);
	expect_woken(1);
	CHECK_EQ(order[0], 0);
	CHECK_EQ(futex(&word, WAKE, 2, NULL, NULL, 0), 2);
	expect_woken(3);
	CHECK_EQ(futex(&other, WAKE, 99, NULL, NULL, 0), 0);
	CHECK_EQ(futex(&word, WAKE, 99, NULL, NULL, 0), SLEEPERS - 3);
	expect_woken(SLEEPERS);
	for (unsigned i = 0; i < SLEEPERS; i++)
		pthread_join(threads[i], NULL);
}

static void
requeuing(void)
{
	pthread_t threads[SLEEPERS];

	word = 0;
	start(threads);
	CHECK_EQ(futex(&word, CMP_REQUEUE, 1, (void *)99, &other, 5), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(futex(&word, CMP_REQUEUE, 1, (void *)2, &other, 0), 3);
	expect_woken(1);
	CHECK_EQ(futex(&other, WAKE, 99, NULL, NULL, 0), 2);
	expect_woken(3);
	CHECK_EQ(futex(&word, REQUEUE, 0, (void *)99, &other, 0), 3);
	CHECK_EQ(futex(&word, WAKE, 99, NULL, NULL, 0), 0);
	CHECK_EQ(futex(&other, WAKE, 99, NULL, NULL, 0), 3);
	expect_woken(SLEEPERS);
	for (unsigned i = 0; i < SLEEPERS; i++)
		pthread_join(threads[i], NULL);
}

int
main(void)
{
	answers();
	waking();
	requeuing();
	return check_end();
}
