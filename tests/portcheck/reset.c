/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The device reset in the middle of everything, again and again, while the test outside sends
 * without a pause: each time frames come in after the start, frames are handed out and not waited
 * for, and the port is stopped and reset at another moment. No mbuf is lost.
 */
#include <stdio.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_ether.h>

#include "portcheck.h"

#define FRAMES_A_ROUND 20
#define ARRIVE_SECONDS 20
#define OUT_BYTES 100
#define STEP_US 700 /* by which each round lasts longer than the one before, modulo 16 */

static void
hand_out(void)
{
	struct rte_mbuf *burst[BURST];
	uint16_t sent;

	if (rte_pktmbuf_alloc_bulk(port_pool(), burst, BURST))
		fail("the pool is empty");
	for (unsigned n = 0; n < BURST; n++)
		memset(rte_pktmbuf_append(burst[n], OUT_BYTES), 0xff, OUT_BYTES);
	sent = rte_eth_tx_burst(0, 0, burst, BURST);
	rte_pktmbuf_free_bulk(burst + sent, BURST - sent);
}

static void
take_in(uint32_t round)
{
	uint64_t until = rte_get_timer_cycles() + ARRIVE_SECONDS * rte_get_timer_hz();
	struct rte_mbuf *burst[BURST];
	unsigned got = 0;

	while (got < FRAMES_A_ROUND) {
		uint16_t count = rte_eth_rx_burst(0, 0, burst, BURST);

		rte_pktmbuf_free_bulk(burst, count);
		got += count;
		if (rte_get_timer_cycles() > until)
			fail("round %u: %u frames have come", round, got);
	}
}

void
check_reset(unsigned rounds)
{
	const struct rte_eth_conf conf = {0};

	for (uint32_t round = 0; round < rounds; round++) {
		int status;

		port_start(0, 1, &conf);
		rte_eth_promiscuous_enable(0);
		port_wait_link(0);
		if (round == 0)
			printf("portcheck: ready\n");
		take_in(round);
		hand_out();
		rte_delay_us_block(round % 16 * STEP_US);
		port_stop(0);
		status = rte_eth_dev_reset(0);
		if (status)
			fail("round %u: the port is not reset: %s", round, rte_strerror(-status));
		if (rte_mempool_in_use_count(port_pool()))
			fail("round %u: %u mbufs are not back", round,
			     rte_mempool_in_use_count(port_pool()));
	}
}
