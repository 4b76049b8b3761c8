/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Provokes what a checked build ends the run for: the fault that the command line names.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "kernel/base/assert.h"
#include "kernel/base/spinlock.h"
#include "kernel/memory/arena.h"
#include "kernel/memory/paging.h"
#include "libc/base/pool.h"

static struct spinlock fault_lock = SPINLOCK_INIT;
static struct pool fault_pool = {.size = 4 * sizeof(uint64_t)};

static void
lock_twice(void)
{
	spin_lock(&fault_lock);
	spin_lock(&fault_lock);
}

static void
unlock_free(void)
{
	spin_unlock(&fault_lock, spin_lock(&fault_lock));
	spin_unlock(&fault_lock, 0);
}

static void
without_lock(void)
{
	spin_assert_held(&fault_lock);
}

/* Runs on CPU 1, which then does nothing else: interrupts are off there. */
static void *
hold_for_ever(void *barrier)
{
	cpu_set_t set = {.__bits = {1 << 1}};

	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	spin_lock(&fault_lock);
	__atomic_store_n((volatile int *)barrier, 1, __ATOMIC_RELEASE);
	while (barrier)
		cpu_pause();
	return NULL;
}

static void
on_another_cpu(void)
{
	cpu_set_t set = {.__bits = {1 << 0}};
	volatile int held = 0;
	pthread_t thread;

	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	pthread_create(&thread, NULL, hold_for_ever, (void *)&held);
	while (!__atomic_load_n(&held, __ATOMIC_ACQUIRE))
		cpu_pause();
}

static void
unlock_foreign(void)
{
	on_another_cpu();
	spin_unlock(&fault_lock, 0);
}

static void
never_unlocked(void)
{
	on_another_cpu();
	spin_lock(&fault_lock);
}

static void
untrue(void)
{
	volatile int two = 2;

	assert_that(two + two == 5);
}

static void
object_twice(void)
{
	void *object = pool_take(&fault_pool);

	pool_give(&fault_pool, object);
	pool_give(&fault_pool, object);
}

static void
object_written(void)
{
	uint64_t *object = pool_take(&fault_pool);

	pool_give(&fault_pool, object);
	object[3] = 0x1234;
	pool_take(&fault_pool);
}

static void
page_written(void)
{
	char *page = arena_grant(PAGE_4K);

	arena_return(page, PAGE_4K);
	page[PAGE_4K - 1] = 0;
	for (;;)
		arena_grant(PAGE_4K); /* until it is that page again */
}

static const struct {
	const char *name;
	void (*provoke)(void);
} faults[] = {
	{"lock-twice", lock_twice},	  {"unlock-free", unlock_free},
	{"unlock-foreign", unlock_foreign}, {"without-lock", without_lock},
	{"never-unlocked", never_unlocked}, {"untrue", untrue},
	{"object-twice", object_twice},	  {"object-written", object_written},
	{"page-written", page_written},
};

int
main(int argc, char **argv)
{
	for (unsigned i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (argc > 1 && !strcmp(faults[i].name, argv[1]))
			faults[i].provoke();
	puts("nothing has happened");
	return 1;
}
