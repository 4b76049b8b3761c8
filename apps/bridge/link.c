/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Links: told by the drivers' interrupts, or read again and again where a driver has none.
 */
#include <stdio.h>

#include "bridge.h"

void
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

/* By port: whether its link is read again and again, and how it was. */
static struct {
	bool watched;
	uint16_t status;
} links[RTE_MAX_ETHPORTS];

void
links_begin(uint16_t port)
{
	struct rte_eth_dev_info info;
	struct rte_eth_link link;

	if (rte_eth_dev_info_get(port, &info) != 0 || *info.dev_flags & RTE_ETH_DEV_INTR_LSC ||
	    rte_eth_link_get_nowait(port, &link) != 0)
		return;
	links[port].watched = true;
	links[port].status = link.link_status;
}

bool
links_watched(void)
{
	for (unsigned i = 0; i < bridge.port_count; i++)
		if (links[bridge.ports[i]].watched)
			return true;
	return false;
}

void
links_watch(void)
{
	for (unsigned i = 0; i < bridge.port_count; i++) {
		uint16_t port = bridge.ports[i];
		struct rte_eth_link link;

		if (!links[port].watched || rte_eth_link_get_nowait(port, &link) != 0 ||
		    link.link_status == links[port].status)
			continue;
		links[port].status = link.link_status;
		link_print(port);
	}
}

int
link_changed(uint16_t port, enum rte_eth_event_type event, void *argument, void *result)
{
	(void)event; /* registered for one event */
	(void)argument;
	(void)result;
	link_print(port);
	return 0;
}
