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
#define WAKE_OP 5
#define UNLOCK_PI 7
#define TRYLOCK_PI 8
#define WAIT_BITSET 9
#define WAKE_BITSET 10
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

static void *
bit_sleeper(void *bits)
{
	futex(&word, WAIT_BITSET, 0, NULL, NULL, (uint32_t)(uintptr_t)bits);
	__atomic_fetch_add(&woken, 1, __ATOMIC_SEQ_CST);
	return bits;
}

/* Only those wake that have a bit in common with the waker. */
static void
bits(void)
{
	pthread_t threads[3];

	woken = 0;
	for (uintptr_t i = 0; i < 3; i++) {
		CHECK_EQ(pthread_create(&threads[i], NULL, bit_sleeper, (void *)(1ul << i)), 0);
		while (sleepers_of(&word) != (long)i + 1)
			usleep(100);
	}
	CHECK_EQ(futex(&word, WAKE_BITSET, 99, NULL, NULL, 8), 0);
	CHECK_EQ(futex(&word, WAKE_BITSET, 99, NULL, NULL, 5), 2);
	CHECK_EQ(futex(&word, WAKE_BITSET, 99, NULL, NULL, 0), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(sleepers_of(&word), 1);
	CHECK_EQ(futex(&word, WAKE, 1, NULL, NULL, 0), 1);
	for (unsigned i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(woken, 3);
}

#define OPERATION(what, value, compare, with)                                                      \
	((uint32_t)(what) << 28 | (uint32_t)(compare) << 24 | ((value) & 0xfffu) << 12 |           \
	 ((with) & 0xfffu))

/* A word is changed, and sleepers are woken by what it was. */
static void
operating(void)
{
	pthread_t threads[SLEEPERS];

	start(threads);
	other = 5;
	CHECK_EQ(futex(&other, WAKE_OP, 1, (void *)2, &word, OPERATION(0, -1, 1, 0)), 0);
	CHECK_EQ(word, UINT32_MAX); /* set to -1; it was not unlike 0 */
	word = 0;
	CHECK_EQ(futex(&other, WAKE_OP, 1, (void *)2, &word, OPERATION(1, 7, 0, 0)), 2);
	CHECK_EQ(word, 7); /* added; it was 0 */
	CHECK_EQ(futex(&word, WAKE_OP, 1, (void *)99, &other, OPERATION(3, 4, 4, 4)), 1);
	CHECK_EQ(other, 1); /* a bit cleared; it was above 4, but nobody sleeps there */
	CHECK_EQ(futex(&word, WAKE_OP, 99, NULL, &other, OPERATION(2 | 8, 4, 2, -1)), 3);
	CHECK_EQ(other, 1 | 1 << 4); /* shifted */
	CHECK_EQ(futex(&word, WAKE_OP, 1, NULL, &other, OPERATION(7, 0, 0, 0)), -1);
	CHECK_EQ(errno, ENOSYS);
	for (unsigned i = 0; i < SLEEPERS; i++)
		pthread_join(threads[i], NULL);
	word = 0;
}

/* A lock that is taken if it is free. */
static void
trying(void)
{
	uint32_t lock = 0;

	CHECK_EQ(futex(&lock, TRYLOCK_PI, 0, NULL, NULL, 0), 0);
	CHECK_EQ(lock, (uint32_t)gettid());
	CHECK_EQ(futex(&lock, TRYLOCK_PI, 0, NULL, NULL, 0), -1);
	CHECK_EQ(errno, EDEADLK);
	CHECK_EQ(futex(&lock, UNLOCK_PI, 0, NULL, NULL, 0), 0);
	CHECK_EQ(lock, 0);
	CHECK_EQ(futex((uint32_t *)((char *)&lock + 1), NO_OPERATION, 0, NULL, NULL, 0), -1);
	CHECK_EQ(errno, ENOSYS);
}

int
main(void)
{
	answers();
	waking();
	requeuing();
	bits();
	operating();
	trying();
	return check_end();
}
