/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Forwarding: receive a burst, send it, count and free what does not go.
 */
#include <stdio.h>

#include <rte_branch_prediction.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "bridge.h"

/* Bytes of the VLAN tags of a frame, of which two at most are counted. */
static uint32_t
tags_size(const struct rte_mbuf *frame)
{
	const uint8_t *bytes = rte_pktmbuf_mtod(frame, const uint8_t *);
	uint32_t size = 0;

	while (size < VLAN_TAGS * RTE_VLAN_HLEN) {
		uint32_t at = 2 * RTE_ETHER_ADDR_LEN + size; /* of the type */
		uint16_t type = bytes[at] << 8 | bytes[at + 1];

		if (type != RTE_ETHER_TYPE_VLAN && type != RTE_ETHER_TYPE_QINQ)
			break;
		size += RTE_VLAN_HLEN;
	}
	return size;
}

/* Whether a frame exceeds the MTU. Tags are not counted. */
static bool
is_too_long(const struct bridge_way *way, const struct rte_mbuf *frame)
{
	uint32_t length = rte_pktmbuf_pkt_len(frame);

	return length > way->frame_max && length > way->frame_max + tags_size(frame);
}

/* The bytes of a burst, and of its longest frame. */
static inline uint64_t
burst_bytes(struct rte_mbuf **frames, uint16_t count, uint32_t *longest)
{
	uint64_t bytes = 0;

	*longest = 0;
	for (uint16_t i = 0; i < count; i++) {
		uint32_t length = rte_pktmbuf_pkt_len(frames[i]);

		bytes += length;
		*longest = RTE_MAX(*longest, length);
	}
	return bytes;
}

/* Frees what was not sent. Returns its bytes. */
static __attribute__((noinline)) uint64_t
burst_drop(struct bridge_way *way, struct rte_mbuf **frames, uint16_t count)
{
	uint32_t longest;
	uint64_t bytes = burst_bytes(frames, count, &longest);

	way->not_sent += count;
	rte_pktmbuf_free_bulk(frames, count);
	return bytes;
}

static inline void
burst_send(struct bridge_way *way, struct rte_mbuf **frames, uint16_t count, uint64_t bytes)
{
	uint16_t sent = rte_eth_tx_burst(way->tx_port, way->queue, frames, count);

	way->received += count;
	way->received_bytes += bytes;
	way->sent += sent;
	way->sent_bytes += bytes;
	if (unlikely(sent < count))
		way->sent_bytes -= burst_drop(way, frames + sent, count - sent);
}

/*
 * Sends a burst without the frames that are too long for the other side: a device may deliver them
 * in several mbufs whatever its MTU is.
 */
static __attribute__((noinline)) void
burst_send_cut(struct bridge_way *way, struct rte_mbuf **frames, uint16_t count)
{
	uint16_t kept = 0;
	uint32_t longest;

	for (uint16_t i = 0; i < count; i++) {
		if (is_too_long(way, frames[i])) {
			way->received++;
			way->received_bytes += rte_pktmbuf_pkt_len(frames[i]);
			way->too_long++;
			rte_pktmbuf_free(frames[i]);
		} else {
			frames[kept++] = frames[i];
		}
	}
	burst_send(way, frames, kept, burst_bytes(frames, kept, &longest));
}

static __rte_always_inline void
way_forward(struct bridge_way *way, uint16_t burst)
{
	struct rte_mbuf *frames[BURST_MAX];
	uint16_t count = rte_eth_rx_burst(way->rx_port, way->queue, frames, burst);

	if (likely(count == 0))
		return;
	uint32_t longest;
	uint64_t bytes = burst_bytes(frames, count, &longest);

	if (unlikely(longest > way->frame_max))
		burst_send_cut(way, frames, count);
	else
		burst_send(way, frames, count, bytes);
}

/* The same loop as below with a mark in each round: lcores that nobody watches pay nothing. */
static __rte_noinline void
forward_watched(unsigned number)
{
	unsigned step = bridge.forwarders, count = bridge.way_count;
	uint16_t burst = bridge.options.burst;

	while (!control_ended()) {
		keepalive_mark();
		for (unsigned i = number; i < count; i += step)
			way_forward(&bridge.ways[i], burst);
	}
}

int
forward_run(void *unused)
{
	unsigned number = 0, step = bridge.forwarders, count = bridge.way_count;
	uint16_t burst = bridge.options.burst;

	(void)unused; /* an lcore finds its work by its id */
	while (number < step && bridge.lcores[number] != rte_lcore_id())
		number++;
	if (number == step)
		return 0; /* one that has no way */
	if (keepalive_is_on())
		forward_watched(number);
	while (!control_ended())
		for (unsigned i = number; i < count; i += step)
			way_forward(&bridge.ways[i], burst);
	return 0;
}

/* -- The plan --------------------------------------------------------------------------------- */

void
forward_lcores(void)
{
	unsigned lcore;

	RTE_LCORE_FOREACH_WORKER(lcore)
		bridge.lcores[bridge.forwarders++] = lcore;
	if (bridge.forwarders == 0)
		bridge.lcores[bridge.forwarders++] = rte_get_main_lcore();
}

void
forward_plan(void)
{
	for (uint16_t queue = 0; queue < bridge.queues; queue++)
		for (unsigned i = 0; i < bridge.port_count - bridge.idle; i++) {
			struct bridge_way way = {
				.rx_port = bridge.ports[bridge.idle + i],
				.tx_port = bridge.ports[bridge.idle + (i ^ 1)],
				.queue = queue,
				.frame_max = RTE_ETHER_HDR_LEN + bridge.options.mtu,
			};

			printf("bridge: lcore %u: port %u to %u, queue %u\n",
			       bridge.lcores[bridge.way_count % bridge.forwarders], way.rx_port,
			       way.tx_port, queue);
			bridge.ways[bridge.way_count++] = way;
		}
}
