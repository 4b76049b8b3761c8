/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statistics and link of port 0, a line a second, while frames are received and dropped. A callback
 * says each change of the link, where the driver gives link interrupts.
 */
#include <inttypes.h>
#include <stdio.h>

#include <rte_cycles.h>

#include "portcheck.h"

static int
link_changed(uint16_t port, enum rte_eth_event_type type, void *arg, void *ret)
{
	struct rte_eth_link link = {0};

	(void)type;
	(void)arg;
	(void)ret;
	if (rte_eth_link_get_nowait(port, &link) != 0)
		puts("portcheck: event: no link to be told");
	else
		printf("portcheck: event: link %s\n", link.link_status ? "up" : "down");
	return 0;
}

static void
drop_frames(uint64_t until)
{
	struct rte_mbuf *burst[BURST];

	while (rte_get_timer_cycles() < until)
		rte_pktmbuf_free_bulk(burst, rte_eth_rx_burst(0, 0, burst, BURST));
}

void
check_watch(unsigned seconds)
{
	struct rte_eth_conf conf = {0};
	struct rte_eth_dev_info info;
	uint64_t next = rte_get_timer_cycles();

	if (rte_eth_dev_info_get(0, &info))
		fail("there is no port");
	conf.intr_conf.lsc = info.dev_flags && (*info.dev_flags & RTE_ETH_DEV_INTR_LSC);
	rte_eth_dev_callback_register(0, RTE_ETH_EVENT_INTR_LSC, link_changed, NULL);
	port_start(0, 1, &conf);
	rte_eth_promiscuous_enable(0);
	for (unsigned second = 0; second < seconds; second++) {
		struct rte_eth_stats stats;
		struct rte_eth_link link;

		next += rte_get_timer_hz();
		drop_frames(next);
		if (rte_eth_stats_get(0, &stats) || rte_eth_link_get_nowait(0, &link))
			fail("statistics or link are not told");
		printf("portcheck: second %u: packets %" PRIu64 " bytes %" PRIu64 " missed %" PRIu64
		       " link %s\n",
		       second, stats.ipackets, stats.ibytes, stats.imissed,
		       link.link_status ? "up" : "down");
	}
	port_stop(0);
}
