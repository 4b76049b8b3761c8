/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pools of mbufs, one for the ports of each NUMA node. An mbuf holds the longest frame whole, so
 * no frame needs several.
 *
 * A pool holds as many mbufs as queues, bursts and caches can keep, so that none ever waits for
 * another. Where there is no memory for that many, queues are made shorter, with caches to match.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include <rte_errno.h>
#include <rte_ether.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "bridge.h"

#define CACHE_SIZE 256
#define CACHE_PART 2	       /* of a receive queue: shorter queues have smaller caches */
#define DESCRIPTORS_LEAST 32   /* of a queue: a burst of the vector drivers */
#define PORT_SPARE (64u << 10) /* bytes of memory that are left to the driver, for each port */

unsigned
port_node(uint16_t port)
{
	int told = rte_eth_dev_socket_id(port);
	unsigned node = told < 0 ? rte_socket_id() : (unsigned)told;

	return node < NODES_MAX ? node : 0;
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

static uint32_t
cache_size(void)
{
	uint32_t part = bridge.options.rx_descriptors / CACHE_PART;

	return RTE_MIN(part, (uint32_t)CACHE_SIZE);
}

/* All that queues, bursts and caches can hold at a time. */
static uint32_t
mbufs_needed(unsigned ports)
{
	const struct bridge_options *options = &bridge.options;
	uint32_t held = ports * bridge.queues *
			(options->rx_descriptors + options->tx_descriptors + options->burst);

	held += (bridge.forwarders + 1) * cache_size() * 3 / 2; /* a cache is flushed at 1.5 */
	return held;
}

/* Halves the queues. Returns whether they are still long enough. */
static bool
queues_shorten(void)
{
	struct bridge_options *options = &bridge.options;

	if (options->rx_descriptors / 2 < DESCRIPTORS_LEAST ||
	    options->tx_descriptors / 2 < DESCRIPTORS_LEAST)
		return false;
	options->rx_descriptors /= 2;
	options->tx_descriptors /= 2;
	return true;
}

static struct rte_mempool *
pool_make(unsigned node, uint32_t count)
{
	uint32_t cache = RTE_MIN(cache_size(), count * 2 / 3);
	char name[RTE_MEMPOOL_NAMESIZE];
	struct rte_mempool *pool;

	snprintf(name, sizeof(name), "bridge-%u", node);
	pool = rte_pktmbuf_pool_create(name, count, cache, 0, room_size(), node);
	if (pool == NULL) /* memory of another node is better than none */
		pool = rte_pktmbuf_pool_create(name, count, cache, 0, room_size(), SOCKET_ID_ANY);
	return pool;
}

/*
 * A pool beside which the ports' drivers find memory for their queues, or NULL. That is tried and
 * not computed: on Linux the heap grows as it is asked.
 */
static struct rte_mempool *
pool_try(unsigned node, uint32_t count, unsigned ports)
{
	struct rte_mempool *pool = pool_make(node, count);
	void *spare = rte_malloc(NULL, ports * PORT_SPARE, 0);

	if (spare == NULL) {
		rte_mempool_free(pool);
		return NULL;
	}
	rte_free(spare);
	return pool;
}

/*
 * As many mbufs as --mbufs says: the queues are shortened until they cannot hold all of them, for
 * then no frame would ever get through again.
 */
static int
pool_create_asked(unsigned node, unsigned ports)
{
	uint32_t count = bridge.options.mbufs;
	uint16_t asked = bridge.options.rx_descriptors;

	while (mbufs_needed(ports) > count)
		if (!queues_shorten()) {
			fprintf(stderr, "bridge: --mbufs %u: %u ports on node %u need %u\n", count,
				ports, node, mbufs_needed(ports));
			return -1;
		}
	if (bridge.options.rx_descriptors != asked)
		printf("bridge: --mbufs %u: queues of %u and %u descriptors\n", count,
		       bridge.options.rx_descriptors, bridge.options.tx_descriptors);
	bridge.pools[node] = pool_make(node, count);
	if (bridge.pools[node] != NULL)
		return 0;
	fprintf(stderr, "bridge: no memory for a pool of %u mbufs of %u bytes: %s\n", count,
		room_size(), rte_strerror(rte_errno));
	return -1;
}

static int
pool_create(unsigned node, unsigned ports)
{
	uint16_t asked = bridge.options.rx_descriptors;
	uint32_t count;

	if (bridge.options.mbufs != 0)
		return pool_create_asked(node, ports);
	do {
		count = mbufs_needed(ports);
		rte_errno = ENOMEM;
		bridge.pools[node] = pool_try(node, count, ports);
	} while (bridge.pools[node] == NULL && queues_shorten());
	if (bridge.pools[node] == NULL) {
		fprintf(stderr, "bridge: no memory for a pool of %u mbufs of %u bytes: %s\n", count,
			room_size(), rte_strerror(rte_errno));
		return -1;
	}
	if (bridge.options.rx_descriptors != asked)
		printf("bridge: memory is short: %u mbufs, queues of %u and %u descriptors\n",
		       count, bridge.options.rx_descriptors, bridge.options.tx_descriptors);
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
