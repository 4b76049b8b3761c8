/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pools of mbufs, one for the ports of each NUMA node. An mbuf holds the longest frame whole, so
 * no frame needs several.
 */
#include <stdio.h>

#include <rte_errno.h>
#include <rte_ether.h>
#include <rte_mbuf.h>

#include "bridge.h"

#define CACHE_SIZE 256

unsigned
port_node(uint16_t port)
{
	int node = rte_eth_dev_socket_id(port);

	return node < 0 || node >= NODES_MAX ? 0 : node;
}

/* Bytes of the longest frame: header, VLAN tags, payload, FCS where a device leaves it. */
static uint32_t
frame_size(uint16_t mtu)
{
	return RTE_ETHER_HDR_LEN + VLAN_TAGS * RTE_VLAN_HLEN + mtu + RTE_ETHER_CRC_LEN;
}

/* Room of an mbuf for the longest frame, in whole kilobytes as NICs want it, 2 at least. */
static uint16_t
room_size(void)
{
	uint32_t room = RTE_ALIGN_CEIL(frame_size(bridge.options.mtu), 1024);

	return RTE_MAX(room, (uint32_t)RTE_MBUF_DEFAULT_DATAROOM) + RTE_PKTMBUF_HEADROOM;
}

/* All that queues, bursts and caches can hold at a time. */
static uint32_t
mbufs_needed(unsigned ports)
{
	const struct bridge_options *options = &bridge.options;
	uint32_t held = ports * bridge.queues *
			(options->rx_descriptors + options->tx_descriptors + options->burst);

	held += (bridge.forwarders + 1) * CACHE_SIZE * 3 / 2; /* a cache is flushed at 1.5 */
	return rte_align32pow2(held) - 1;
}

static int
pool_create(unsigned node, unsigned ports)
{
	uint32_t count = bridge.options.mbufs != 0 ? bridge.options.mbufs : mbufs_needed(ports);
	uint32_t cache = RTE_MIN((uint32_t)CACHE_SIZE, count * 2 / 3);
	char name[RTE_MEMPOOL_NAMESIZE];

	snprintf(name, sizeof(name), "bridge-%u", node);
	bridge.pools[node] = rte_pktmbuf_pool_create(name, count, cache, 0, room_size(), node);
	if (bridge.pools[node] == NULL) /* memory of another node is better than none */
		bridge.pools[node] =
			rte_pktmbuf_pool_create(name, count, cache, 0, room_size(), SOCKET_ID_ANY);
	if (bridge.pools[node] == NULL) {
		fprintf(stderr, "bridge: no memory for a pool of %u mbufs of %u bytes: %s\n", count,
			room_size(), rte_strerror(rte_errno));
		return -1;
	}
	return 0;
}

int
pools_create(void)
{
	unsigned ports[NODES_MAX] = {0};

	for (unsigned i = 0; i < bridge.port_count; i++)
		ports[port_node(bridge.ports[i])]++;
	for (unsigned node = 0; node < NODES_MAX; node++)
		if (ports[node] > 0 && pool_create(node, ports[node]) != 0)
			return -1;
	return 0;
}

int
pools_check(void)
{
	int result = 0;

	for (unsigned node = 0; node < NODES_MAX; node++) {
		const struct rte_mempool *pool = bridge.pools[node];
		unsigned back;

		if (pool == NULL)
			continue;
		back = rte_mempool_avail_count(pool);
		printf("bridge: pool %s: %u of %u mbufs are back\n", pool->name, back, pool->size);
		if (back != pool->size)
			result = -1;
	}
	return result;
}
