/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The port as an interface of lwIP's: frames each way, and how it comes by its addresses. A frame
 * is copied once: the port's buffers are back at once, whatever becomes of what was in them.
 */
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/nd6.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/nd6.h"
#include "netif/ethernet.h"

#include "net/lwip/hooks.h"
#include "net/net.h"
#include "net/net_port.h"

#define HOST_NAME "linuxless"
#define MAPPED_AT 12

struct netif net_link;
static uint16_t vlan;

/* -- Frames ------------------------------------------------------------------------------------ */

int
net_hook_vlan_check(const struct eth_vlan_hdr *tag)
{
	return vlan == VLAN_ID(tag);
}

s32_t
net_hook_vlan_set(void)
{
	return vlan ? vlan : -1;
}

static err_t
send_frame(struct netif *netif, struct pbuf *packet)
{
	void *frame, *bytes = net_port_room(&frame, packet->tot_len);

	(void)netif;
	if (!bytes) {
		LINK_STATS_INC(link.memerr);
		return ERR_MEM;
	}
	pbuf_copy_partial(packet, bytes, packet->tot_len, 0);
	LINK_STATS_INC(link.xmit);
	if (net_port_send(frame))
		return ERR_OK;
	LINK_STATS_INC(link.drop);
	return ERR_BUF;
}

/* With a tag configured, what has none is not for us. */
static bool
is_for_us(const uint8_t *frame, size_t length)
{
	const struct eth_hdr *header = (const struct eth_hdr *)frame;

	return length >= SIZEOF_ETH_HDR && (!vlan || header->type == PP_HTONS(ETHTYPE_VLAN));
}

static void
take_frame(const void *frame, size_t length)
{
	struct pbuf *packet;

	LINK_STATS_INC(link.recv);
	if (length > PBUF_POOL_BUFSIZE || !is_for_us(frame, length)) {
		LINK_STATS_INC(link.drop);
		return;
	}
	packet = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL);
	if (!packet) {
		LINK_STATS_INC(link.memerr);
		return;
	}
	pbuf_take(packet, frame, (u16_t)length);
	if (net_link.input(packet, &net_link) != ERR_OK)
		pbuf_free(packet);
}

unsigned
net_link_receive(void)
{
	return net_port_receive(take_frame);
}

/* -- The interface ----------------------------------------------------------------------------- */

static err_t
set_up(struct netif *netif)
{
	net_port_mac(netif->hwaddr);
	netif->hwaddr_len = ETH_HWADDR_LEN;
	netif->mtu = (u16_t)net_port_mtu();
	netif->mtu6 = netif->mtu;
	netif->name[0] = 'm';
	netif->name[1] = 'g';
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
		       NETIF_FLAG_MLD6;
	netif->output = etharp_output;
	netif->output_ip6 = ethip6_output;
	netif->linkoutput = send_frame;
	netif_set_hostname(netif, HOST_NAME);
	return ERR_OK;
}

static bool
is_given(const uint8_t address[16])
{
	static const uint8_t none[16];

	return memcmp(address, none, sizeof(none)) != 0;
}

static void
set_address6(const struct net_config *config)
{
	ip6_addr_t address;
	s8_t place = -1;

	memcpy(address.addr, config->address6, sizeof(config->address6));
	ip6_addr_clear_zone(&address);
	netif_add_ip6_address(&net_link, &address, &place);
	if (place >= 0)
		netif_ip6_addr_set_state(&net_link, place, IP6_ADDR_TENTATIVE);
}

void
net_link_begin(const struct net_config *config)
{
	ip4_addr_t address = {config->address4}, router = {config->router4}, mask;

	struct netif *link = &net_link; /* lwIP's macros look whether there is one */

	vlan = config->vlan;
	mask.addr = config->prefix4 ? lwip_htonl(UINT32_MAX << (32 - config->prefix4)) : 0;
	netif_add(&net_link, &address, &mask, &router, NULL, set_up, ethernet_input);
	netif_set_default(&net_link);
	netif_create_ip6_linklocal_address(&net_link, 1);
	netif_set_ip6_autoconfig_enabled(link, 1);
	netif_set_up(&net_link);
	netif_set_link_up(&net_link);
	if (is_given(config->address6))
		set_address6(config);
	if (config->dhcp)
		dhcp_start(&net_link);
}
