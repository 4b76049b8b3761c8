/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * By which rule threads run that share a CPU: those with a priority before all others, equals one
 * after another or in turns, the others by their niceness. So it is on Linux for a user who may.
 */
/* QEMU: -smp 2 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define THREADS 3
#define SPIN_MS 300

static void
pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK_EQ(pthread_setaffinity_np(pthread_self(), sizeof(set), &set), 0);
}

static int
set_policy(int policy, int priority)
{
	struct sched_param parameter = {.sched_priority = priority};

	/* (musl's own function refuses.) */
	return syscall(SYS_sched_setscheduler, 0, policy, &parameter) ? errno : 0;
}

static void
answers(void)
{
	struct sched_param parameter;
	struct timespec interval;

	CHECK_EQ(set_policy(SCHED_FIFO, 0), EINVAL);
	CHECK_EQ(set_policy(SCHED_FIFO, 100), EINVAL);
	CHECK_EQ(set_policy(SCHED_OTHER, 1), EINVAL);
	CHECK_EQ(set_policy(6, 0), EINVAL);
	CHECK_EQ(set_policy(77, 1), EINVAL);
	CHECK_EQ(set_policy(SCHED_RR, 7), 0);
	CHECK_EQ(syscall(SYS_sched_getscheduler, 0), SCHED_RR);
	CHECK_EQ(syscall(SYS_sched_getparam, 0, &parameter), 0);
	CHECK_EQ(parameter.sched_priority, 7);
	CHECK_EQ(syscall(SYS_sched_rr_get_interval, 0, &interval), 0);
	CHECK_EQ(interval.tv_nsec, 100000000);
	parameter.sched_priority = 8;
	CHECK_EQ(syscall(SYS_sched_setparam, 0, &parameter), 0);
	CHECK_EQ(set_policy(SCHED_OTHER, 0), 0);
	CHECK_EQ(syscall(SYS_sched_getscheduler, 99999), -1);
	CHECK_EQ(errno, ESRCH);
	errno = 0;
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), 0);
	CHECK_EQ(setpriority(PRIO_PROCESS, 0, 5), 0);
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), 5);
	CHECK_EQ(setpriority(PRIO_PROCESS, 0, -100), 0);
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), -20);
	CHECK_EQ(setpriority(PRIO_PROCESS, 0, 0), 0);
	CHECK_EQ(setpriority(3, 0, 0), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(setpriority(PRIO_PROCESS, 99999, 0), -1);
	CHECK_EQ(errno, ESRCH);
}

static uint32_t begun, ready; /* all are woken by one call: a barrier lets them go one by one */
static int order[THREADS], arrived, policy;

static void
await_begin(void)
{
	__atomic_fetch_add(&ready, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&begun, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &begun, 0, 0, NULL, NULL, 0);
}

/* Has all begin that are ready to. */
static void
begin(unsigned threads)
{
	while (__atomic_load_n(&ready, __ATOMIC_SEQ_CST) != threads)
		usleep(1000);
	ready = 0;
	__atomic_store_n(&begun, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &begun, 1, 99, NULL, NULL, 0);
}

/* Takes its place, waits for the start, and notes when its work is done. */
static void *
work(void *argument)
{
	int number = (int)(intptr_t)argument;
	uint64_t until;
	struct timespec now;

	pin(1);
	CHECK_EQ(set_policy(policy, 10 + number), 0);
	await_begin();
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	until = (uint64_t)now.tv_nsec + 20000000 + (uint64_t)now.tv_sec * 1000000000;
	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	while ((uint64_t)now.tv_nsec + (uint64_t)now.tv_sec * 1000000000 < until);
	order[__atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST)] = number;
	return NULL;
}

/* The highest priority ends first, however they began. */
static void
by_priority(int kind)
{
	pthread_t threads[THREADS];

	policy = kind;
	arrived = 0;
	begun = 0;
	for (intptr_t i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, work, (void *)i), 0);
	begin(THREADS);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(order[i], THREADS - 1 - i);
}

static volatile int stop;
static volatile unsigned long counts[2];

static void *
count(void *argument)
{
	uintptr_t number = (uintptr_t)argument;

	pin(1);
	CHECK_EQ(setpriority(PRIO_PROCESS, 0, number ? 10 : 0), 0);
	await_begin();
	while (!stop)
		counts[number]++;
	return NULL;
}

/* The nice one gets a tenth. */
static void
by_niceness(void)
{
	pthread_t threads[2];

	begun = 0;
	for (uintptr_t i = 0; i < 2; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, count, (void *)i), 0);
	begin(2);
	usleep(SPIN_MS * 1000);
	stop = 1;
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	CHECK(counts[1] > 0);
	CHECK(counts[0] > 3 * counts[1]);
}

int
main(void)
{
	pin(0);
	answers();
	by_priority(SCHED_FIFO);
	by_priority(SCHED_RR);
	by_niceness();
	return check_end();
}
