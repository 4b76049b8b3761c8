/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where threads run: a mask is kept to, a pinned thread's CPU is its own, and it is not
 * interrupted there.
 */
/* QEMU: -smp 4 -m 256 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "kernel/interrupts/irq.h"
#include "tests/unit/check.h"

#define CPUS 4
#define OWNED 2

static volatile bool stop, stop_pinned;
static unsigned pinned_count;

static cpu_set_t
only(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return set;
}

static void
own_mask(void)
{
	cpu_set_t set, all;

	CHECK_EQ(sysconf(_SC_NPROCESSORS_ONLN), CPUS);
	CHECK_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
	CHECK_EQ(CPU_COUNT(&all), CPUS);
	for (int turn = 0; turn < 20; turn++) {
		set = only(turn % CPUS);
		CHECK_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
		CHECK_EQ(sched_getcpu(), turn % CPUS);
		CHECK_EQ(pthread_getaffinity_np(pthread_self(), sizeof(set), &set), 0);
		CHECK_EQ(CPU_COUNT(&set), 1);
		CHECK(CPU_ISSET(turn % CPUS, &set));
	}
	CPU_ZERO(&set);
	CHECK_EQ(sched_setaffinity(0, sizeof(set), &set), -1);
	CHECK_EQ(errno, EINVAL);
	CPU_SET(CPUS, &set);
	CHECK_EQ(sched_setaffinity(0, sizeof(set), &set), -1);
	CHECK_EQ(sched_setaffinity(99999, sizeof(all), &all), -1);
	CHECK_EQ(errno, ESRCH);
	CHECK_EQ(sched_setaffinity(0, sizeof(all), &all), 0);
}

/* Notes each CPU that it finds itself on. */
static void *
wander(void *argument)
{
	volatile uint64_t *seen = argument;

	while (!stop)
		*seen |= 1ULL << sched_getcpu();
	return NULL;
}

static void *
pinned(void *argument)
{
	cpu_set_t set = only((int)(intptr_t)argument);
	uint64_t seen = 0;

	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	__atomic_add_fetch(&pinned_count, 1, __ATOMIC_SEQ_CST);
	while (!stop_pinned)
		seen |= 1ULL << sched_getcpu();
	return (void *)(uintptr_t)seen;
}

static bool
all_seen(const volatile uint64_t *seen, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!seen[i])
			return false;
	return true;
}

/* Threads pinned to CPUs 1 to 3 stay there; others, however many, keep to CPU 0. */
static void
owned_cpus(void)
{
	pthread_t workers[CPUS], others[8];
	uint64_t seen[8] = {0};
	void *value;

	stop = false;
	for (intptr_t cpu = 1; cpu < CPUS; cpu++)
		CHECK_EQ(pthread_create(&workers[cpu], NULL, pinned, (void *)cpu), 0);
	while (__atomic_load_n(&pinned_count, __ATOMIC_SEQ_CST) != CPUS - 1)
		usleep(1000);
	for (unsigned i = 0; i < 8; i++)
		CHECK_EQ(pthread_create(&others[i], NULL, wander, &seen[i]), 0);
	for (unsigned i = 0; i < 30000 && !all_seen(seen, 8); i++)
		usleep(1000);
	stop = true;
	for (unsigned i = 0; i < 8; i++) {
		pthread_join(others[i], NULL);
		CHECK_EQ(seen[i], 1);
	}
	stop_pinned = true;
	for (intptr_t cpu = 1; cpu < CPUS; cpu++) {
		pthread_join(workers[cpu], &value);
		CHECK_EQ((uintptr_t)value, 1ULL << cpu);
	}
}

static volatile int last_cpu;
static volatile unsigned long turns;

static void *
say_where(void *argument)
{
	while (!stop) {
		last_cpu = sched_getcpu();
		turns++;
	}
	return argument;
}

/* A thread that runs is moved by another: when the call returns it has left the other CPUs. */
static void
moved_by_another(void)
{
	pthread_t thread;
	cpu_set_t set;

	stop = false;
	CHECK_EQ(pthread_create(&thread, NULL, say_where, NULL), 0);
	for (int turn = 0; turn < 12; turn++) {
		unsigned long before;

		set = only(turn % CPUS);
		CHECK_EQ(pthread_setaffinity_np(thread, sizeof(set), &set), 0);
		before = turns;
		for (unsigned i = 0; i < 30000 && turns < before + 2; i++)
			usleep(1000);
		CHECK_EQ(last_cpu, turn % CPUS);
	}
	stop = true;
	pthread_join(thread, NULL);
}

static uint64_t interrupts_meanwhile;

/* The longest time between two looks at the clock. */
static void *
look_at_clock(void *argument)
{
	cpu_set_t set = only(OWNED);
	struct timespec start, now;
	long elapsed = 0, last = 0, longest = 0;

	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	interrupts_meanwhile = irq_count(OWNED);
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (elapsed < 300000000L) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		elapsed = (now.tv_sec - start.tv_sec) * 1000000000L + now.tv_nsec - start.tv_nsec;
		if (elapsed - last > longest)
			longest = elapsed - last;
		last = elapsed;
	}
	interrupts_meanwhile = irq_count(OWNED) - interrupts_meanwhile;
	*(long *)argument = longest;
	return NULL;
}

/* A child begins with its parent's mask. */
static void *
get_mask(void *argument)
{
	sched_getaffinity(0, sizeof(cpu_set_t), argument);
	return NULL;
}

static void
inherited(void)
{
	cpu_set_t set = only(3), all, childs;
	pthread_t thread;

	CHECK_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
	CHECK_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
	CHECK_EQ(pthread_create(&thread, NULL, get_mask, &childs), 0);
	pthread_join(thread, NULL);
	CHECK(CPU_EQUAL(&set, &childs));
	CHECK_EQ(sched_setaffinity(0, sizeof(all), &all), 0);
}

int
main(void)
{
	pthread_t thread;
	long longest = 0;

	own_mask();
	inherited();
	moved_by_another();
	owned_cpus();
	CHECK_EQ(pthread_create(&thread, NULL, look_at_clock, &longest), 0);
	pthread_join(thread, NULL);
	printf("longest gap on a CPU of its own: %ld us\n", longest / 1000);
	CHECK_EQ(interrupts_meanwhile, 0);
	return check_end();
}
