/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads: the worker lcores', which sleep on a futex (their CPU in HLT) until they are given a
 * function, and names.
 *
 * The main thread raises `commands` and waits for `acks` to follow; the worker the other way
 * round. Each worker's words have a cache line of their own.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_debug.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_log.h>

#include "kernel/thread/futex.h"
#include "kernel/thread/thread.h"
#include "kernel/time/clock.h"

#include "eal_bare/compat.h"
#include "eal_bare/eal_bare.h"

/* Linux's futex operations, as in musl, which has no header for them. */
#define FUTEX_WAIT 0
#define FUTEX_PRIVATE 128

#define ACK_TIMEOUT_NS (10 * NS_PER_SECOND)

struct worker {
	uint32_t commands; /* given so far */
	uint32_t acks;	   /* taken so far */
	uint32_t placed;   /* it has tried to go to its CPUs */
	int error;	   /* why it could not */
	bool there;	   /* its thread takes commands */
	bool stop;
} __rte_cache_aligned;

static struct worker workers[RTE_MAX_LCORE];

void
eal_futex_wait(uint32_t *word, uint32_t expected, uint64_t deadline)
{
	struct timespec left, *timeout = NULL;

	if (deadline != NO_DEADLINE) {
		uint64_t now = clock_ns(), ns = deadline > now ? deadline - now : 0;

		left.tv_sec = ns / NS_PER_SECOND;
		left.tv_nsec = ns % NS_PER_SECOND;
		timeout = &left;
	}
	syscall(SYS_futex, word, FUTEX_WAIT | FUTEX_PRIVATE, expected, timeout);
}

/* -- Commands --------------------------------------------------------------------------------- */

static void
worker_command(struct worker *worker)
{
	__atomic_add_fetch(&worker->commands, 1, __ATOMIC_RELEASE);
	futex_wake(&worker->commands, 1);
}

int
eal_thread_wake_worker(unsigned lcore)
{
	struct worker *worker = &workers[lcore];
	uint32_t before = __atomic_load_n(&worker->acks, __ATOMIC_ACQUIRE);
	uint64_t deadline = clock_ns() + ACK_TIMEOUT_NS;

	worker_command(worker);
	while (__atomic_load_n(&worker->acks, __ATOMIC_ACQUIRE) == before) {
		if (clock_ns() >= deadline) {
			RTE_LOG(ERR, EAL, "lcore %u does not answer\n", lcore);
			return -ETIMEDOUT;
		}
		eal_futex_wait(&worker->acks, before, deadline);
	}
	return 0;
}

void
eal_thread_wait_command(void)
{
	struct worker *worker = &workers[rte_lcore_id()];
	uint32_t done = worker->acks; /* commands taken before; written by this thread alone */

	while (__atomic_load_n(&worker->commands, __ATOMIC_ACQUIRE) == done)
		eal_futex_wait(&worker->commands, done, NO_DEADLINE);
	if (worker->stop)
		pthread_exit(NULL);
	eal_memory_warm_up();
}

void
eal_thread_ack_command(void)
{
	struct worker *worker = &workers[rte_lcore_id()];

	__atomic_add_fetch(&worker->acks, 1, __ATOMIC_RELEASE);
	futex_wake(&worker->acks, 1);
}

/* -- Starting and ending ---------------------------------------------------------------------- */

/* A worker places itself on its CPUs, says so, and takes commands for ever. */
static void *
worker_main(void *argument)
{
	unsigned lcore = (uintptr_t)argument;
	struct worker *worker = &workers[lcore];

	worker->error = pthread_setaffinity_np(pthread_self(), sizeof(rte_cpuset_t),
					       &lcore_config[lcore].cpuset);
	thread_let_heirs_roam();
	__atomic_store_n(&worker->placed, 1, __ATOMIC_RELEASE);
	futex_wake(&worker->placed, 1);
	return worker->error == 0 ? compat_lcore_loop(argument) : NULL;
}

/* Returns 0 or an error number. */
static int
worker_create(unsigned lcore)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int error = pthread_attr_init(&attributes);

	if (error != 0)
		return error;
	error = pthread_attr_setstacksize(&attributes, eal_worker_stack_size());
	if (error == 0)
		error = pthread_create(&thread, &attributes, worker_main, (void *)(uintptr_t)lcore);
	pthread_attr_destroy(&attributes);
	if (error == 0)
		compat_lcore_thread_set(lcore, thread);
	return error;
}

/* Returns 0 or an error number. */
static int
worker_start(unsigned lcore)
{
	struct worker *worker = &workers[lcore];
	uint64_t deadline = clock_ns() + ACK_TIMEOUT_NS;
	char name[THREAD_NAME_SIZE];
	int error;

	*worker = (struct worker){0};
	error = worker_create(lcore);
	if (error != 0)
		return error;
	while (__atomic_load_n(&worker->placed, __ATOMIC_ACQUIRE) == 0) {
		if (clock_ns() >= deadline)
			return ETIMEDOUT;
		eal_futex_wait(&worker->placed, 0, deadline);
	}
	if (worker->error != 0) {
		pthread_join(compat_lcore_thread(lcore), NULL);
		return worker->error;
	}
	snprintf(name, sizeof(name), "dpdk-worker%u", lcore);
	if (pthread_setname_np(compat_lcore_thread(lcore), name) != 0)
		RTE_LOG(DEBUG, EAL, "Cannot set name for lcore thread\n");
	worker->there = true;
	return 0;
}

int
eal_workers_start(void)
{
	unsigned lcore;

	RTE_LCORE_FOREACH_WORKER(lcore) {
		int error;

		lcore_config[lcore].state = WAIT;
		error = worker_start(lcore);
		if (error != 0) {
			RTE_LOG(ERR, EAL, "Cannot start lcore %u: %s\n", lcore,
				rte_strerror(error));
			rte_errno = error;
			return -1;
		}
	}
	return 0;
}

bool
eal_workers_idle(void)
{
	bool idle = true;
	unsigned lcore;

	RTE_LCORE_FOREACH_WORKER(lcore) {
		if (!workers[lcore].there || rte_eal_get_lcore_state(lcore) == WAIT)
			continue;
		RTE_LOG(WARNING, EAL, "lcore %u still runs a function\n", lcore);
		idle = false;
	}
	return idle;
}

void
eal_workers_stop(void)
{
	unsigned lcore;

	RTE_LCORE_FOREACH_WORKER(lcore) {
		if (!workers[lcore].there)
			continue; /* the EAL was not set up as far as that */
		workers[lcore].stop = true;
		worker_command(&workers[lcore]);
		pthread_join(compat_lcore_thread(lcore), NULL);
		workers[lcore].there = false;
	}
}

/* -- Identity --------------------------------------------------------------------------------- */

int
rte_sys_gettid(void)
{
	return gettid();
}

#if DPDK_SINCE(23, 7)
void
rte_thread_set_name(rte_thread_t thread, const char *name)
{
	char cut[THREAD_NAME_SIZE];

	snprintf(cut, sizeof(cut), "%s", name);
	if (pthread_setname_np(compat_pthread(thread), cut) != 0)
		RTE_LOG(DEBUG, EAL, "Cannot set name for thread %s\n", cut);
}
#else
int
rte_thread_setname(pthread_t thread, const char *name)
{
	char cut[THREAD_NAME_SIZE];

	snprintf(cut, sizeof(cut), "%s", name);
	return -pthread_setname_np(thread, cut);
}

int
rte_thread_getname(pthread_t thread, char *name, size_t size)
{
	return -pthread_getname_np(thread, name, size);
}
#endif
