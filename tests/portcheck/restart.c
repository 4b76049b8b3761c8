/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Start and stop, again and again: each time numbered frames go both ways over the cable between
 * ports 0 and 1, all arrive, and no mbuf is lost.
 */
#include <stdio.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_ether.h>

#include "portcheck.h"

#define FRAMES 64
#define FRAME_BYTES 200
#define ARRIVE_SECONDS 20

static void
send_frames(uint16_t port, uint32_t round)
{
	struct rte_mbuf *burst[FRAMES];
	uint16_t sent = 0;
	uint64_t until = rte_get_timer_cycles() + ARRIVE_SECONDS * rte_get_timer_hz();

	for (uint32_t n = 0; n < FRAMES; n++) {
		uint8_t *data;

		burst[n] = rte_pktmbuf_alloc(port_pool());
		if (!burst[n])
			fail("round %u: the pool is empty", round);
		data = (uint8_t *)rte_pktmbuf_append(burst[n], FRAME_BYTES);
		memset(data, (int)n, FRAME_BYTES);
		memset(data, 0xff, RTE_ETHER_ADDR_LEN);
		data[12] = 0x88;
		data[13] = 0xb5;
		memcpy(data + 14, &round, sizeof(round));
		memcpy(data + 18, &n, sizeof(n));
	}
	while (sent < FRAMES && rte_get_timer_cycles() < until)
		sent += rte_eth_tx_burst(port, 0, burst + sent, (uint16_t)(FRAMES - sent));
	if (sent < FRAMES)
		fail("round %u: port %u took %u of %u frames", round, port, sent, FRAMES);
}

static void
check_frame(const struct rte_mbuf *m, uint32_t round, uint32_t n)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);

	if (rte_pktmbuf_pkt_len(m) != FRAME_BYTES || memcmp(data + 14, &round, sizeof(round)) ||
	    memcmp(data + 18, &n, sizeof(n)) || data[FRAME_BYTES - 1] != (uint8_t)n)
		fail("round %u: frame %u has come wrong", round, n);
}

static void
receive_frames(uint16_t port, uint32_t round)
{
	uint64_t until = rte_get_timer_cycles() + ARRIVE_SECONDS * rte_get_timer_hz();
	struct rte_mbuf *burst[BURST];
	uint32_t got = 0;

	while (got < FRAMES && rte_get_timer_cycles() < until) {
		uint16_t count = rte_eth_rx_burst(port, 0, burst, BURST);

		for (uint16_t n = 0; n < count; n++) {
			check_frame(burst[n], round, got++);
			rte_pktmbuf_free(burst[n]);
		}
	}
	if (got < FRAMES)
		fail("round %u: %u of %u frames came to port %u", round, got, FRAMES, port);
}

void
check_restart(unsigned rounds)
{
	const struct rte_eth_conf conf = {0};

	for (uint32_t round = 0; round < rounds; round++) {
		for (uint16_t port = 0; port < 2; port++)
			port_start(port, 1, &conf);
		for (uint16_t port = 0; port < 2; port++)
			port_wait_link(port);
		for (uint16_t port = 0; port < 2; port++) {
			send_frames(port, round);
			receive_frames((uint16_t)(1 - port), round);
		}
		for (uint16_t port = 0; port < 2; port++)
			port_stop(port);
		if (rte_mempool_in_use_count(port_pool()))
			fail("round %u: %u mbufs are not back", round,
			     rte_mempool_in_use_count(port_pool()));
		if (round % 10 == 9)
			printf("portcheck: %u rounds\n", round + 1);
	}
}
