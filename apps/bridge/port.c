/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ports: found, configured alike, started, stopped. One pool of mbufs for the ports of each NUMA
 * node. An mbuf holds the longest frame whole, so no frame needs several.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ether.h>
#include <rte_mbuf.h>

#include "bridge.h"

#define CACHE_SIZE 256

/* -- Finding -------------------------------------------------------------------------------- */

/* How many queues all ports have, on both sides. */
static uint16_t
queues_available(void)
{
	uint16_t queues = QUEUES_MAX;

	for (unsigned i = 0; i < bridge.port_count; i++) {
		struct rte_eth_dev_info info;

		if (rte_eth_dev_info_get(bridge.ports[i], &info) != 0)
			return 1;
		queues = RTE_MIN(queues, RTE_MIN(info.max_rx_queues, info.max_tx_queues));
	}
	return RTE_MAX(queues, 1);
}

static int
queues_choose(void)
{
	uint16_t available = queues_available();

	if (bridge.options.queues > available) {
		fprintf(stderr, "bridge: --queues %u: the ports have only %u\n",
			bridge.options.queues, available);
		return -1;
	}
	bridge.queues = bridge.options.queues;
	if (bridge.queues == 0)
		bridge.queues = RTE_MAX(RTE_MIN(available, bridge.forwarders / bridge.port_count), 1u);
	return 0;
}

int
ports_find(void)
{
	uint16_t port;

	RTE_ETH_FOREACH_DEV(port)
		bridge.ports[bridge.port_count++] = port;
	if (bridge.port_count == 0) {
		fprintf(stderr, "bridge: no port: no network device that DPDK has a driver for\n");
		return -1;
	}
	if (bridge.port_count % 2 != 0) {
		fprintf(stderr, "bridge: %u port%s: an even number is needed\n", bridge.port_count,
			bridge.port_count == 1 ? "" : "s");
		return -1;
	}
	return queues_choose();
}

/* -- Pools ---------------------------------------------------------------------------------- */

/* The node of a port's pool; ports that do not tell have node 0's. */
static unsigned
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
		bridge.pools[node] = rte_pktmbuf_pool_create(name, count, cache, 0, room_size(),
							     SOCKET_ID_ANY);
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

/* -- Starting ------------------------------------------------------------------------------- */

static void
link_print(uint16_t port)
{
	struct rte_eth_link link;

	if (rte_eth_link_get_nowait(port, &link) != 0)
		return;
	if (link.link_status == RTE_ETH_LINK_DOWN)
		printf("port %u: link down\n", port);
	else if (link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN)
		printf("port %u: link up\n", port);
	else
		printf("port %u: link up, %u Mbit/s\n", port, link.link_speed);
}

/* Called by the interrupt thread. */
static int
link_changed(uint16_t port, enum rte_eth_event_type event, void *argument, void *result)
{
	(void)event; /* registered for one event */
	(void)argument;
	(void)result;
	link_print(port);
	return 0;
}

/* What of the wanted offloads the device has. */
static uint64_t
tx_offloads(const struct rte_eth_dev_info *info)
{
	uint64_t wanted = bridge.options.mtu > RTE_ETHER_MTU ? RTE_ETH_TX_OFFLOAD_MULTI_SEGS
							     : RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;

	return info->tx_offload_capa & wanted;
}

static int
port_configure(uint16_t port, const struct rte_eth_dev_info *info)
{
	struct rte_eth_conf conf = {0};

	conf.rxmode.mtu = bridge.options.mtu;
	conf.txmode.offloads = tx_offloads(info);
	conf.intr_conf.lsc = *info->dev_flags & RTE_ETH_DEV_INTR_LSC ? 1 : 0;
	if (bridge.queues > 1 && info->flow_type_rss_offloads != 0) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf =
			info->flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP |
							RTE_ETH_RSS_UDP);
	}
	if (conf.intr_conf.lsc)
		rte_eth_dev_callback_register(port, RTE_ETH_EVENT_INTR_LSC, link_changed, NULL);
	return rte_eth_dev_configure(port, bridge.queues, bridge.queues, &conf);
}

static int
queues_setup(uint16_t port, const struct rte_eth_dev_info *info)
{
	uint16_t rx = bridge.options.rx_descriptors, tx = bridge.options.tx_descriptors;
	struct rte_eth_txconf txconf = info->default_txconf;
	int socket = rte_eth_dev_socket_id(port);
	int error = rte_eth_dev_adjust_nb_rx_tx_desc(port, &rx, &tx);

	txconf.offloads = tx_offloads(info);
	for (uint16_t queue = 0; error == 0 && queue < bridge.queues; queue++) {
		error = rte_eth_rx_queue_setup(port, queue, rx, socket, NULL,
					       bridge.pools[port_node(port)]);
		if (error == 0)
			error = rte_eth_tx_queue_setup(port, queue, tx, socket, &txconf);
	}
	return error;
}

/* Returns 0 or a negative error. */
static int
port_start(uint16_t port)
{
	struct rte_eth_dev_info info;
	int error = rte_eth_dev_info_get(port, &info);

	if (error == 0)
		error = port_configure(port, &info);
	if (error == 0)
		error = queues_setup(port, &info);
	if (error == 0)
		error = rte_eth_dev_start(port);
	if (error == 0 && bridge.options.promiscuous && rte_eth_promiscuous_enable(port) != 0)
		fprintf(stderr, "bridge: port %u: cannot be promiscuous, receives its own only\n",
			port);
	return error;
}

static void
port_print(uint16_t port)
{
	char name[RTE_ETH_NAME_MAX_LEN], text[RTE_ETHER_ADDR_FMT_SIZE];
	struct rte_ether_addr address;

	if (rte_eth_dev_get_name_by_port(port, name) != 0 || rte_eth_macaddr_get(port, &address) != 0)
		return;
	rte_ether_format_addr(text, sizeof(text), &address);
	printf("port %u: %s, %s, %u queue%s\n", port, name, text, bridge.queues,
	       bridge.queues == 1 ? "" : "s");
	link_print(port);
}

int
ports_start(void)
{
	for (unsigned i = 0; i < bridge.port_count; i++) {
		int error = port_start(bridge.ports[i]);

		if (error != 0) {
			fprintf(stderr, "bridge: port %u does not start: %s\n", bridge.ports[i],
				rte_strerror(-error));
			return -1;
		}
		port_print(bridge.ports[i]);
	}
	return 0;
}

void
ports_stop(void)
{
	for (unsigned i = 0; i < bridge.port_count; i++) {
		int error = rte_eth_dev_stop(bridge.ports[i]);

		if (error != 0)
			fprintf(stderr, "bridge: port %u does not stop: %s\n", bridge.ports[i],
				rte_strerror(-error));
	}
}

void
ports_close(void)
{
	for (unsigned i = 0; i < bridge.port_count; i++)
		rte_eth_dev_close(bridge.ports[i]);
}
