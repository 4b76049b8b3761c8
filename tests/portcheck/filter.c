/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which frames a port takes: one of its own address and a second one, one multicast group, VLAN 5;
 * then all multicast, then everything, then everything of every VLAN. The test outside sends the
 * same frames in each phase, each with its number behind the Ethertype; the numbers that came are
 * said in a line.
 */
#include <stdio.h>

#include <rte_errno.h>
#include <rte_ether.h>

#include "portcheck.h"

#define VLAN 5
#define NUMBERS 32
#define VLAN_TAG_BYTES 4

static const struct rte_ether_addr second = {{0x02, 0, 0, 0, 0, 0x77}};
static const struct rte_ether_addr group = {{0x01, 0, 0x5e, 0, 0, 0x07}};

static uint32_t came; /* bit n: the frame with number n */

static void
note(uint16_t queue, const struct rte_mbuf *m)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	bool tagged = data[12] == 0x81 && data[13] == 0;
	uint8_t number = data[RTE_ETHER_HDR_LEN + (tagged ? VLAN_TAG_BYTES : 0)];

	(void)queue;
	if (number >= NUMBERS)
		fail("a frame with the number %u", number);
	came |= 1u << number;
}

static void
phase(const char *name)
{
	unsigned count = 0;

	came = 0;
	port_receive(1, note, &count);
	printf("portcheck: %s:", name);
	for (unsigned n = 0; n < NUMBERS; n++)
		if (came >> n & 1)
			printf(" %u", n);
	printf("\n");
}

static void
must(const char *what, int status)
{
	if (status)
		fail("%s: %s", what, rte_strerror(-status));
}

void
check_filter(void)
{
	const struct rte_eth_conf conf = {.rxmode = {.offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER}};
	struct rte_ether_addr address = second, groups = group;

	port_start(0, 1, &conf);
	must("a second address", rte_eth_dev_mac_addr_add(0, &address, 0));
	must("a multicast group", rte_eth_dev_set_mc_addr_list(0, &groups, 1));
	must("a VLAN", rte_eth_dev_vlan_filter(0, VLAN, 1));
	port_wait_link(0);
	phase("filtered");
	must("all multicast", rte_eth_allmulticast_enable(0));
	phase("all multicast");
	must("promiscuous", rte_eth_promiscuous_enable(0));
	phase("promiscuous");
	must("all VLANs", rte_eth_dev_set_vlan_offload(0, 0));
	phase("all VLANs");
	must("not promiscuous", rte_eth_promiscuous_disable(0));
	must("not all multicast", rte_eth_allmulticast_disable(0));
	must("a VLAN no more", rte_eth_dev_mac_addr_remove(0, &address));
	phase("one address");
	port_stop(0);
}
