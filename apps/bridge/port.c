/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ports: found, configured alike, started, stopped.
 */
#include <stdio.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ether.h>

#include "bridge.h"

#define VIRTIO_RING 256 /* descriptors: a virtual machine's usual ring, whatever is asked for */
#define VIRTIO_BURST 32

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
	unsigned paired = bridge.port_count - bridge.idle;

	if (bridge.options.queues > available) {
		fprintf(stderr, "bridge: --queues %u: the ports have only %u\n",
			bridge.options.queues, available);
		return -1;
	}
	bridge.queues = bridge.options.queues;
	if (bridge.queues == 0)
		bridge.queues =
			RTE_MAX(RTE_MIN(available, bridge.forwarders / paired), 1u);
	/* More lcores than ways have nothing to do. */
	bridge.forwarders = RTE_MIN(bridge.forwarders, paired * bridge.queues);
	return 0;
}

/* All ports have the MTU of the one that can do least: what one takes the other can send. */
static void
mtu_limit(void)
{
	for (unsigned i = 0; i < bridge.port_count; i++) {
		uint16_t port = bridge.ports[i];
		struct rte_eth_dev_info info;

		if (rte_eth_dev_info_get(port, &info) != 0 || info.max_mtu == 0 ||
		    bridge.options.mtu <= info.max_mtu)
			continue;
		printf("bridge: port %u takes an MTU of %u at most, not %u: so do all now\n", port,
		       info.max_mtu, bridge.options.mtu);
		bridge.options.mtu = info.max_mtu;
	}
}

/* First the ports that no pair names: a virtual function's port may need its NIC's. */
static int
pairs_find(void)
{
	const struct bridge_options *options = &bridge.options;

	for (unsigned i = 0; i < options->pair_ports; i++) {
		unsigned at = 0;

		while (at < bridge.port_count && bridge.ports[at] != options->pairs[i])
			at++;
		if (at == bridge.port_count) {
			fprintf(stderr, "bridge: --pairs: there is no port %u\n",
				options->pairs[i]);
			return -1;
		}
		for (; at + 1 < bridge.port_count; at++)
			bridge.ports[at] = bridge.ports[at + 1];
		bridge.ports[at] = options->pairs[i];
	}
	bridge.idle = options->pair_ports ? bridge.port_count - options->pair_ports : 0;
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
	if (pairs_find() != 0)
		return -1;
	if (bridge.options.pair_ports == 0 && bridge.port_count % 2 != 0) {
		fprintf(stderr, "bridge: %u port%s: an even number is needed\n", bridge.port_count,
			bridge.port_count == 1 ? "" : "s");
		return -1;
	}
	mtu_limit();
	return queues_choose();
}

/* -- Starting ------------------------------------------------------------------------------- */

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
			info->flow_type_rss_offloads &
			(RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP);
	}
	if (conf.intr_conf.lsc)
		rte_eth_dev_callback_register(port, RTE_ETH_EVENT_INTR_LSC, link_changed, NULL);
	return rte_eth_dev_configure(port, bridge.queues, bridge.queues, &conf);
}

static bool
port_is_virtio(uint16_t port)
{
	struct rte_eth_dev_info info;

	return rte_eth_dev_info_get(port, &info) == 0 && info.driver_name &&
	       strcmp(info.driver_name, "net_virtio") == 0;
}

/*
 * virtio is told to look after sent frames whenever less than the whole ring is free, so that mbufs
 * are used again while the cache has them: 5 % of the cycles where the device's other end is on
 * another CPU, more on CPUs with smaller caches (docs/performance.md). Its default waits until the
 * ring is nearly full. A device with a shorter ring refuses, and gets the default.
 */
static int
tx_queue_setup(uint16_t port, uint16_t queue, uint16_t descriptors,
	       const struct rte_eth_txconf *usual)
{
	struct rte_eth_txconf early = *usual;
	int socket = rte_eth_dev_socket_id(port);

	early.tx_free_thresh = VIRTIO_RING - VIRTIO_BURST;
	if (descriptors >= VIRTIO_RING && port_is_virtio(port) &&
	    rte_eth_tx_queue_setup(port, queue, descriptors, socket, &early) == 0)
		return 0;
	return rte_eth_tx_queue_setup(port, queue, descriptors, socket, usual);
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
			error = tx_queue_setup(port, queue, tx, &txconf);
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

	if (rte_eth_dev_get_name_by_port(port, name) != 0 ||
	    rte_eth_macaddr_get(port, &address) != 0)
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
		links_begin(bridge.ports[i]);
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
