/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks and sleeping: time goes forward on all CPUs, sleeps are not short, and absolute and
 * relative ones agree.
 */
/* QEMU: -smp 4 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define CPUS 4
#define TWO_THOUSAND_TWENTY 1577836800

static int64_t
now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void
clocks(void)
{
	struct timespec value;
	struct timeval day;
	int64_t realtime = now(CLOCK_REALTIME);

	CHECK_EQ(clock_getres(CLOCK_MONOTONIC, &value), 0);
	CHECK(value.tv_sec == 0 && value.tv_nsec > 0 && value.tv_nsec <= 1000);
	CHECK_EQ(clock_gettime(99, &value), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK(realtime / 1000000000 > TWO_THOUSAND_TWENTY);
	CHECK_EQ(gettimeofday(&day, NULL), 0);
	CHECK(day.tv_sec - realtime / 1000000000 <= 60);
	CHECK(labs(time(NULL) - (long)(realtime / 1000000000)) <= 60);
}

static void
sleeps(void)
{
	const long spans[] = {1000, 10000, 100000, 1000000, 20000000};

	for (unsigned i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct timespec span = {0, spans[i]}, until;
		int64_t start = now(CLOCK_MONOTONIC), took;

		CHECK_EQ(nanosleep(&span, NULL), 0);
		took = now(CLOCK_MONOTONIC) - start;
		printf("sleep of %ld us took %ld us\n", spans[i] / 1000, (long)took / 1000);
		CHECK(took >= spans[i]);
		CHECK(took < spans[i] + 30000000000);

		start = now(CLOCK_MONOTONIC);
		until = (struct timespec){(start + spans[i]) / 1000000000,
					  (start + spans[i]) % 1000000000};
		CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL), 0);
		CHECK(now(CLOCK_MONOTONIC) - start >= spans[i]);
	}
	CHECK_EQ(nanosleep(&(struct timespec){0, 1000000000}, NULL), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL), 0);
}

/* One after the other, on all CPUs, time never goes back. */
static void
forward_on_all(void)
{
	int64_t last = 0;
	unsigned back = 0;

	for (unsigned turn = 0; turn < 400; turn++) {
		cpu_set_t set;
		int64_t time;

		CPU_ZERO(&set);
		CPU_SET(turn % CPUS, &set);
		sched_setaffinity(0, sizeof(set), &set);
		time = now(CLOCK_MONOTONIC);
		back += time < last;
		last = time;
	}
	CHECK_EQ(back, 0);
}

static void *
work(void *argument)
{
	int64_t start = now(CLOCK_MONOTONIC);

	while (now(CLOCK_MONOTONIC) - start < 50000000)
		;
	*(int64_t *)argument = now(CLOCK_THREAD_CPUTIME_ID);
	return NULL;
}

static void
run_time(void)
{
	pthread_t thread;
	int64_t worked = 0, before = now(CLOCK_PROCESS_CPUTIME_ID);
	int64_t own = now(CLOCK_THREAD_CPUTIME_ID);

	CHECK_EQ(pthread_create(&thread, NULL, work, &worked), 0);
	usleep(500000);
	CHECK(now(CLOCK_PROCESS_CPUTIME_ID) - before > 0);
	pthread_join(thread, NULL);
	CHECK(worked > 0);
	CHECK(now(CLOCK_THREAD_CPUTIME_ID) - own < 450000000); /* sleeping is not running */
}

/* Clocks of CPU time by their numbers, which glibc uses: of the calling process, and thread. */
#define PROCESS_0 ((clockid_t)-6)
#define THREAD_0 ((clockid_t)-2)

static void
on_alarm(int signal)
{
	(void)signal;
}

/* The longest sleep there is, by a clock of CPU time too: only a signal ends it. */
static void
longest(void)
{
	const clockid_t clocks[] = {CLOCK_PROCESS_CPUTIME_ID, PROCESS_0, CLOCK_MONOTONIC};
	struct sigaction action = {.sa_handler = on_alarm};

	CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
	for (unsigned i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		ualarm(20000, 0);
		CHECK_EQ(clock_nanosleep(clocks[i], 0, &(struct timespec){INT64_MAX, 0}, NULL),
			 EINTR);
	}
	CHECK_EQ(clock_nanosleep(THREAD_0, 0, &(struct timespec){0, 1}, NULL), EINVAL);
}

static void
setting(void)
{
	struct timespec time = {2000000000, 0}, last = {INT64_MAX, 0};
	int64_t monotonic = now(CLOCK_MONOTONIC);

	CHECK_EQ(clock_settime(CLOCK_REALTIME, &last), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(clock_settime(CLOCK_MONOTONIC, &time), -1);
	CHECK_EQ(clock_settime(CLOCK_REALTIME, &time), 0);
	CHECK(now(CLOCK_REALTIME) / 1000000000 - 2000000000 <= 60);
	CHECK(now(CLOCK_MONOTONIC) - monotonic < 60000000000);
}

int
main(void)
{
	clocks();
	sleeps();
	forward_on_all();
	run_time();
	longest();
	setting();
	return check_end();
}
