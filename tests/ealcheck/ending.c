/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How a program ends while a worker runs a function that does not.
 */
#include "tests/ealcheck/ending.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_debug.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>

static volatile int quit;

static int
spin(void *argument)
{
	(void)argument;
	while (!quit)
		;
	return 7;
}

static int
leave(void *argument)
{
	(void)argument;
	rte_exit(6, "the worker leaves\n");
}

/* Refused while it runs, done when it has ended. */
static int
clean_up(unsigned worker)
{
	int result = rte_eal_cleanup();

	printf("cleanup: %d, busy %d\n", result, rte_errno == EBUSY);
	quit = 1;
	result = rte_eal_wait_lcore(worker);
	printf("worker %d, cleanup: %d\n", result, rte_eal_cleanup());
	return 4;
}

int
ending_try(const char *way)
{
	unsigned worker = rte_get_next_lcore(-1, 1, 0);
	bool leaves = strcmp(way, "worker-exits") == 0;

	rte_eal_remote_launch(leaves ? leave : spin, NULL, worker);
	if (leaves) {
		rte_eal_mp_wait_lcore();
		return -1;
	}
	if (strcmp(way, "cleanup") == 0)
		return clean_up(worker);
	return strcmp(way, "return") == 0 ? 5 : -1;
}
