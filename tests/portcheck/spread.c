/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Receive side scaling: each frame has the hash that software computes of it, and is on the queue
 * that the redirection table names. And flow rules: each frame is on its rule's queue, with its
 * rule's mark.
 */
#include <stdio.h>
#include <string.h>

#include <rte_ip.h>
#include <rte_flow.h>
#include <rte_thash.h>
#include <rte_udp.h>

#include "portcheck.h"

#define KEY_BYTES 40
#define FLOW_PORT 5000 /* destination port of the first rule */
#define MARKED_PORT 6000
#define MARK 0x100u

struct headers {
	struct rte_ether_hdr ether;
	struct rte_ipv4_hdr ip;
	struct rte_udp_hdr udp;
} __attribute__((packed, aligned(2)));

static void
receive(unsigned queues, void (*judge)(uint16_t queue, const struct rte_mbuf *m))
{
	unsigned count[QUEUES_MAX] = {0};

	port_receive(queues, judge, count);
	for (unsigned queue = 0; queue < queues; queue++)
		printf("portcheck: queue %u: %u frames\n", queue, count[queue]);
}

static uint8_t key[KEY_BYTES];
static struct rte_eth_rss_reta_entry64 reta[2];

static void
judge_hash(uint16_t queue, const struct rte_mbuf *m)
{
	const struct headers *h = rte_pktmbuf_mtod(m, const struct headers *);
	uint32_t tuple[3] = {
		rte_be_to_cpu_32(h->ip.src_addr),
		rte_be_to_cpu_32(h->ip.dst_addr),
		(uint32_t)rte_be_to_cpu_16(h->udp.src_port) << 16 |
			rte_be_to_cpu_16(h->udp.dst_port),
	};
	uint32_t due = rte_softrss(tuple, 3, key);
	unsigned entry = due % 128;

	if (!(m->ol_flags & RTE_MBUF_F_RX_RSS_HASH))
		fail("a frame has no hash");
	if (m->hash.rss != due)
		fail("hash 0x%08x, due 0x%08x", m->hash.rss, due);
	if (queue != reta[entry / RTE_ETH_RETA_GROUP_SIZE].reta[entry % RTE_ETH_RETA_GROUP_SIZE])
		fail("hash 0x%08x is on queue %u", due, queue);
}

void
check_spread(unsigned queues)
{
	struct rte_eth_conf conf = {
		.rxmode = {.mq_mode = RTE_ETH_MQ_RX_RSS, .offloads = RTE_ETH_RX_OFFLOAD_RSS_HASH},
		.rx_adv_conf = {.rss_conf = {.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP}},
	};
	struct rte_eth_rss_conf rss = {.rss_key = key, .rss_key_len = sizeof(key)};

	if (queues > QUEUES_MAX)
		fail("at most %u queues", QUEUES_MAX);
	port_start(0, (uint16_t)queues, &conf);
	rte_eth_promiscuous_enable(0);
	reta[0].mask = reta[1].mask = ~0ull;
	if (rte_eth_dev_rss_hash_conf_get(0, &rss) ||
	    rte_eth_dev_rss_reta_query(0, reta, 2 * RTE_ETH_RETA_GROUP_SIZE))
		fail("the RSS settings are not told");
	port_wait_link(0);
	receive(queues, judge_hash);
	port_stop(0);
}

/* A rule for UDP from 10.0.0.1:1000 to 10.0.0.2 and a port. */
static struct rte_flow *
add_rule(uint16_t port, uint16_t queue, uint32_t mark)
{
	const struct rte_flow_attr attr = {.ingress = 1};
	struct rte_flow_item_ipv4 ip = {.hdr = {.src_addr = rte_cpu_to_be_32(0x0a000001),
						.dst_addr = rte_cpu_to_be_32(0x0a000002),
						.next_proto_id = mark ? 0 : 17}};
	struct rte_flow_item_ipv4 ip_mask = {
		.hdr = {.src_addr = ~0u, .dst_addr = ~0u, .next_proto_id = mark ? 0 : 0xff}};
	struct rte_flow_item_udp udp = {
		.hdr = {.src_port = rte_cpu_to_be_16(1000), .dst_port = rte_cpu_to_be_16(port)}};
	struct rte_flow_item_udp udp_mask = {.hdr = {.src_port = 0xffff, .dst_port = 0xffff}};
	const struct rte_flow_item pattern[] = {
		{.type = RTE_FLOW_ITEM_TYPE_IPV4, .spec = &ip, .mask = &ip_mask},
		{.type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &udp, .mask = &udp_mask},
		{.type = RTE_FLOW_ITEM_TYPE_END},
	};
	const struct rte_flow_action_queue to = {.index = queue};
	const struct rte_flow_action_mark with = {.id = mark};
	const struct rte_flow_action actions[] = {
		{.type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &to},
		{.type = mark ? RTE_FLOW_ACTION_TYPE_MARK : RTE_FLOW_ACTION_TYPE_END,
		 .conf = mark ? &with : NULL},
		{.type = RTE_FLOW_ACTION_TYPE_END},
	};
	struct rte_flow_error error = {0};
	struct rte_flow *flow = rte_flow_create(0, &attr, pattern, actions, &error);

	if (!flow)
		fail("no rule for port %u: %s", port, error.message ? error.message : "no reason");
	return flow;
}

/* Unmarked rules send port FLOW_PORT + q to queue q, marked ones MARKED_PORT + q, with MARK + q. A
 * driver need not deliver the mark (ixgbe of DPDK 22.11 leaves the hardware's report off), but not
 * a wrong one. */
static void
judge_flow(uint16_t queue, const struct rte_mbuf *m)
{
	const struct headers *h = rte_pktmbuf_mtod(m, const struct headers *);
	unsigned port = rte_be_to_cpu_16(h->udp.dst_port);
	bool marked = m->ol_flags & RTE_MBUF_F_RX_FDIR;

	if (port < FLOW_PORT) {
		if (queue || marked)
			fail("port %u has no rule and is on queue %u", port, queue);
		return;
	}
	if (queue != port % 1000)
		fail("port %u is on queue %u", port, queue);
	if (marked && (port < MARKED_PORT || m->hash.fdir.id != MARK + queue))
		fail("port %u has mark 0x%x", port, m->hash.fdir.id);
}

void
check_flow(unsigned queues)
{
	struct rte_eth_conf conf = {.rxmode = {.mq_mode = RTE_ETH_MQ_RX_NONE}};
	struct rte_flow_error error;
	struct rte_flow *gone;

	if (queues > QUEUES_MAX)
		fail("at most %u queues", QUEUES_MAX);
	port_start(0, (uint16_t)queues, &conf);
	rte_eth_promiscuous_enable(0);
	for (uint16_t queue = 0; queue < queues; queue++) {
		add_rule((uint16_t)(FLOW_PORT + queue), queue, 0);
		add_rule((uint16_t)(MARKED_PORT + queue), queue, MARK + queue);
	}
	/* One rule more, and away with it: its frames go to queue 0. */
	gone = add_rule(4000, (uint16_t)(queues - 1), MARK + 99);
	if (rte_flow_destroy(0, gone, &error))
		fail("a rule is not taken away: %s", error.message ? error.message : "no reason");
	port_wait_link(0);
	receive(queues, judge_flow);
	port_stop(0);
}
