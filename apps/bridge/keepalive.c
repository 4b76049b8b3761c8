/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Keepalive: DPDK's own. The lcores that forward leave a mark in each round, a control thread looks
 * at the marks, and says which lcore has left none for too long, and when it goes on again.
 *
 * DPDK takes an lcore for dead at the third look after its last mark.
 */
#include <inttypes.h>
#include <stdio.h>

#include <rte_keepalive.h>

#include "bridge.h"

#define LOOKS 3

static struct rte_keepalive *keepalive;
static bool stands_still[RTE_KEEPALIVE_MAXCORES];

static void
lcore_failed(void *unused, const int lcore)
{
	(void)unused;
	stands_still[lcore] = true;
	printf("bridge: lcore %d stands still\n", lcore);
}

/* Called for each lcore at each look. */
static void
lcore_seen(void *unused, const int lcore, enum rte_keepalive_state state, uint64_t last_seen)
{
	(void)unused;
	(void)last_seen;
	if (!stands_still[lcore] || state != RTE_KA_STATE_MISSING)
		return; /* missing is who was there since the last look, until the next */
	stands_still[lcore] = false;
	printf("bridge: lcore %d goes on\n", lcore);
}

bool
keepalive_is_on(void)
{
	return keepalive != NULL;
}

void
keepalive_mark(void)
{
	rte_keepalive_mark_alive(keepalive);
}

int
keepalive_start(void)
{
	if (bridge.options.keepalive_ms == 0)
		return 0;
	keepalive = rte_keepalive_create(lcore_failed, NULL);
	if (keepalive == NULL) {
		fprintf(stderr, "bridge: no memory for the keepalive\n");
		return -1;
	}
	rte_keepalive_register_relay_callback(keepalive, lcore_seen, NULL);
	for (unsigned i = 0; i < bridge.forwarders; i++)
		rte_keepalive_register_core(keepalive, bridge.lcores[i]);
	return 0;
}

void
keepalive_run(void)
{
	while (!control_ended()) {
		control_sleep_ms(RTE_MAX(bridge.options.keepalive_ms / LOOKS, 1u));
		rte_keepalive_dispatch_pings(NULL, keepalive);
	}
}
