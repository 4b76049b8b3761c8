/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread that an lcore makes may run on all CPUs, and goes to one where no lcore polls: while its
 * maker does, it has run elsewhere.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_pause.h>

#include "tests/ealcheck/heirs.h"
#include "tests/unit/check.h"

#define PATIENCE_SECONDS 5

struct heir {
	int cpu, allowed;
	bool ran;
};

static void *
look(void *argument)
{
	struct heir *heir = argument;
	cpu_set_t cpus;

	sched_getaffinity(0, sizeof(cpus), &cpus);
	heir->allowed = CPU_COUNT(&cpus);
	heir->cpu = sched_getcpu();
	__atomic_store_n(&heir->ran, true, __ATOMIC_RELEASE);
	return NULL;
}

/* On an lcore: makes a thread, and polls until that has run. Returns how it was. */
static int
make_heir(void *argument)
{
	struct heir *heir = argument;
	uint64_t end = rte_get_tsc_cycles() + PATIENCE_SECONDS * rte_get_tsc_hz();
	pthread_t thread;

	if (pthread_create(&thread, NULL, look, heir) != 0)
		return -1;
	while (!__atomic_load_n(&heir->ran, __ATOMIC_ACQUIRE) && rte_get_tsc_cycles() < end)
		rte_pause();
	return pthread_join(thread, NULL);
}

void
heirs_check(void)
{
	unsigned worker = rte_get_next_lcore(-1, 1, 0);
	struct heir of_worker = {.cpu = -1}, of_main = {.cpu = -1};
	int main_cpu = rte_lcore_to_cpu_id((int)rte_get_main_lcore());
	cpu_set_t own;

	CHECK_EQ(rte_eal_remote_launch(make_heir, &of_worker, worker), 0);
	CHECK_EQ(rte_eal_wait_lcore(worker), 0);
	CHECK(of_worker.ran);
	CHECK(of_worker.cpu != (int)rte_lcore_to_cpu_id((int)worker));
	CHECK_EQ(of_worker.allowed, sysconf(_SC_NPROCESSORS_ONLN));
	CHECK_EQ(make_heir(&of_main), 0);
	CHECK(of_main.ran);
	CHECK(of_main.cpu != main_cpu || main_cpu == 0); /* CPU 0 is everybody's */
	CHECK_EQ(of_main.allowed, sysconf(_SC_NPROCESSORS_ONLN));

	/* Who sets an affinity himself leaves it to his threads, as on Linux. */
	of_main.ran = false;
	CPU_ZERO(&own);
	CPU_SET((unsigned)main_cpu, &own);
	CHECK_EQ(sched_setaffinity(0, sizeof(own), &own), 0);
	CHECK_EQ(make_heir(&of_main), 0);
	CHECK_EQ(of_main.allowed, 1);
}
