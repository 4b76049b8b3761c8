/* SPDX-License-Identifier: BSD-3-Clause */
/* Ports: start, stop, link. */
#include <stdbool.h>
#include <stdio.h>

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_ether.h>

#include "portcheck.h"

#define MBUFS 8191
#define LINK_POLL_MS 20

struct rte_mempool *
port_pool(void)
{
	static struct rte_mempool *pool;

	if (!pool)
		pool = rte_pktmbuf_pool_create("portcheck", MBUFS, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
					       SOCKET_ID_ANY);
	if (!pool)
		fail("no memory for the pool: %s", rte_strerror(rte_errno));
	return pool;
}

void
port_start(uint16_t port, uint16_t queues, const struct rte_eth_conf *conf)
{
	struct rte_eth_dev_info info;
	int status = rte_eth_dev_info_get(port, &info);

	if (!status)
		status = rte_eth_dev_configure(port, queues, 1, conf);
	if (status)
		fail("port %u is not configured: %s", port, rte_strerror(-status));
	for (uint16_t queue = 0; queue < queues && !status; queue++) {
		struct rte_eth_rxconf rx = info.default_rxconf;

		rx.offloads = conf->rxmode.offloads;
		status = rte_eth_rx_queue_setup(port, queue, RING_DESCRIPTORS, SOCKET_ID_ANY, &rx,
						port_pool());
	}
	if (!status) {
		struct rte_eth_txconf tx = info.default_txconf;

		tx.offloads = conf->txmode.offloads;
		status = rte_eth_tx_queue_setup(port, 0, RING_DESCRIPTORS, SOCKET_ID_ANY, &tx);
	}
	if (!status)
		status = rte_eth_dev_start(port);
	if (status)
		fail("port %u does not start: %s", port, rte_strerror(-status));
}

void
port_stop(uint16_t port)
{
	int status = rte_eth_dev_stop(port);

	if (status)
		fail("port %u does not stop: %s", port, rte_strerror(-status));
}

void
port_wait_link(uint16_t port)
{
	struct rte_eth_link link;

	for (unsigned ms = 0; ms < LINK_SECONDS * 1000; ms += LINK_POLL_MS) {
		if (rte_eth_link_get_nowait(port, &link) == 0 && link.link_status)
			return;
		rte_delay_ms(LINK_POLL_MS);
	}
	fail("port %u: no link for %u s", port, LINK_SECONDS);
}

static bool
is_end(const struct rte_mbuf *m)
{
	const struct rte_ether_hdr *ether = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);

	return ether->ether_type == rte_cpu_to_be_16(END_TYPE);
}

/* One burst of a queue; gives the number of frames, and notes the last one. */
static uint16_t
receive_burst(uint16_t queue, void (*judge)(uint16_t, const struct rte_mbuf *), unsigned *count,
	      bool *ended)
{
	struct rte_mbuf *burst[BURST];
	uint16_t got = rte_eth_rx_burst(0, queue, burst, BURST);

	for (uint16_t n = 0; n < got; n++) {
		if (is_end(burst[n])) {
			*ended = true;
		} else {
			judge(queue, burst[n]);
			count[queue]++;
		}
		rte_pktmbuf_free(burst[n]);
	}
	return got;
}

void
port_receive(unsigned queues, void (*judge)(uint16_t queue, const struct rte_mbuf *m),
	     unsigned *count)
{
	uint64_t until = rte_get_timer_cycles() + END_SECONDS * rte_get_timer_hz();
	bool ended = false;

	printf("portcheck: ready\n");
	while (rte_get_timer_cycles() < until) {
		bool was_ended = ended;
		unsigned got = 0;

		for (uint16_t queue = 0; queue < queues; queue++)
			got += receive_burst(queue, judge, count, &ended);
		/* What was sent before the last frame is there when that has come. */
		if (was_ended && !got)
			return;
	}
	fail("the last frame has not come within %u s", END_SECONDS);
}
