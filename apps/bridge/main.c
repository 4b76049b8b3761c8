/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bridge [EAL options] -- [options]: forwards frames between each two ports, until q, Ctrl-C or
 * its time is over; then stops the ports and prints totals.
 *
 * With several lcores the workers forward and the main lcore waits; alone it forwards itself.
 * Exit status: 0, or 1 when something does not work or mbufs are lost, with a message.
 */
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "bridge.h"

struct bridge bridge;

/* Ports and pools, up to the point where frames can flow. Returns 0 or -1, said. */
static int
setup(void)
{
	forward_lcores();
	if (ports_find() != 0 || pools_create() != 0 || ports_start() != 0)
		return -1;
	forward_plan();
	return keepalive_start() != 0 ? -1 : control_start();
}

static void
forward(void)
{
	bool alone = rte_lcore_count() == 1;

	/* Tests and tools wait for this line. */
	printf("bridge: forwarding between %u ports on %u lcore%s, q or Ctrl-C ends\n",
	       bridge.port_count - bridge.idle, bridge.forwarders,
	       bridge.forwarders == 1 ? "" : "s");
	rte_eal_mp_remote_launch(forward_run, NULL, alone ? CALL_MAIN : SKIP_MAIN);
	if (!alone)
		control_wait();
	rte_eal_mp_wait_lcore();
}

int
main(int argc, char **argv)
{
	int used, result;

	setvbuf(stdout, NULL, _IOLBF, 0);
	rte_set_application_usage_hook(options_usage);
	used = rte_eal_init(argc, argv);
	if (used < 0) {
		fprintf(stderr, "bridge: DPDK does not start\n");
		return EXIT_FAILURE;
	}
	result = options_parse(argc - used, argv + used, &bridge.options);
	if (result == 0)
		result = setup();
	if (result == 0) {
		forward();
		control_stop();
		ports_stop();
		stats_totals();
		ports_close();
		result = pools_check();
		printf("bridge: ended\n");
	}
	rte_eal_cleanup();
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
