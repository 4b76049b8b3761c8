/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What rte_keepalive finds dead is shown: which thread the lcore's CPU runs, in which function,
 * and who called that. The linker leads rte_keepalive_create() here (--wrap), and the callback that
 * DPDK gets reports before it calls the program's. A program that watches nothing has nothing of
 * this.
 */
#include <sched.h>
#include <stdlib.h>

#include <rte_keepalive.h>
#include <rte_lcore.h>
#include <rte_log.h>

#include "kernel/base/cpu.h"
#include "kernel/end/watchdog.h"

#include <eal_private.h>

struct failure {
	rte_keepalive_failure_callback_t callback; /* the program's */
	void *data;
};

struct rte_keepalive *__real_rte_keepalive_create(rte_keepalive_failure_callback_t callback,
						  void *data);
struct rte_keepalive *__wrap_rte_keepalive_create(rte_keepalive_failure_callback_t callback,
						  void *data);

/* Called by who dispatches the pings: a control thread, an alarm or an lcore. */
static void
lcore_died(void *data, const int lcore)
{
	const struct failure *failure = data;
	const rte_cpuset_t *cpus = &lcore_config[lcore].cpuset;

	RTE_LOG(WARNING, EAL, "lcore %d stands still, on:\n", lcore);
	for (unsigned cpu = 0; cpu < cpu_count(); cpu++)
		if (CPU_ISSET(cpu, cpus))
			watchdog_report_cpu(cpu);
	if (failure->callback)
		failure->callback(failure->data, lcore);
}

/* Keeps the program's callback for as long as DPDK keeps the rest: for ever. */
struct rte_keepalive *
__wrap_rte_keepalive_create(rte_keepalive_failure_callback_t callback, void *data)
{
	struct failure *failure = malloc(sizeof(*failure));
	struct rte_keepalive *keepalive;

	if (!failure)
		return NULL;
	*failure = (struct failure){callback, data};
	keepalive = __real_rte_keepalive_create(lcore_died, failure);
	if (!keepalive)
		free(failure);
	return keepalive;
}
