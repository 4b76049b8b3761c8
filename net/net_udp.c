/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Datagrams. Those that come are offered to the program's sockets first, and then to lwIP's own
 * clients, which answer what nobody wants (ICMP).
 */
#include <string.h>

#include "lwip/inet_chksum.h"
#include "lwip/prot/udp.h"
#include "lwip/raw.h"
#include "lwip/udp.h"

#include "net/net.h"

#define SENT_PER_TURN 64

static struct udp_pcb *sender;
static uint8_t bytes[FAR_DATAGRAM_MAX];

/* -- In ---------------------------------------------------------------------------------------- */

/* Whether the sum over a datagram, which the packet is, is right: RFC 768, RFC 8200 section 8.1. */
static bool
is_sound(struct pbuf *packet, const struct udp_hdr *header)
{
	if (!header->chksum)
		return !ip_current_is_v6();
	return !CHECKSUM_CHECK_UDP ||
	       ip_chksum_pseudo(packet, IP_PROTO_UDP, lwip_ntohs(header->len),
				ip_current_src_addr(), ip_current_dest_addr()) == 0;
}

static bool
deliver(struct pbuf *packet)
{
	struct far_datagram datagram = {.length = 0};
	struct udp_hdr header;
	const void *content;
	u16_t length;

	if (pbuf_copy_partial(packet, &header, sizeof(header), 0) != sizeof(header))
		return false;
	length = lwip_ntohs(header.len);
	if (length < sizeof(header) || length > packet->tot_len ||
	    length - sizeof(header) > FAR_DATAGRAM_MAX)
		return false;
	datagram.length = (uint16_t)(length - sizeof(header));
	if (length < packet->tot_len)
		pbuf_realloc(packet, length); /* what stands behind is no part of it */
	if (!is_sound(packet, &header))
		return false;
	datagram.local = net_end(ip_current_dest_addr(), lwip_ntohs(header.dest));
	datagram.remote = net_end(ip_current_src_addr(), lwip_ntohs(header.src));
	content = pbuf_get_contiguous(packet, bytes, sizeof(bytes), datagram.length,
				      sizeof(header));
	return (content || !datagram.length) && far_datagram_put(&datagram, content);
}

static u8_t
on_datagram(void *argument, struct raw_pcb *raw, struct pbuf *packet, const ip_addr_t *from)
{
	u16_t header = ip_current_header_tot_len();

	(void)argument;
	(void)raw;
	(void)from;
	if (pbuf_remove_header(packet, header))
		return 0;
	if (deliver(packet)) {
		pbuf_free(packet);
		return 1;
	}
	pbuf_add_header_force(packet, header);
	return 0;
}

/* -- Out --------------------------------------------------------------------------------------- */

static void
send_datagram(const struct far_datagram *datagram)
{
	ip_addr_t local = net_ip(datagram->local.address);
	ip_addr_t remote = net_ip(datagram->remote.address);
	struct pbuf *packet = pbuf_alloc(PBUF_TRANSPORT, datagram->length, PBUF_RAM);

	if (!packet)
		return;
	pbuf_take(packet, bytes, datagram->length);
	sender->local_port = lwip_ntohs(datagram->local.port);
	sender->ttl = datagram->time_to_live;
	sender->tos = datagram->type_of_service;
	udp_sendto_if_src(sender, packet, &remote, lwip_ntohs(datagram->remote.port), &net_link,
			  &local);
	pbuf_free(packet);
}

void
net_udp_serve(void)
{
	struct far_datagram datagram;

	for (unsigned i = 0; i < SENT_PER_TURN && far_datagram_take(&datagram, bytes); i++)
		send_datagram(&datagram);
}

void
net_udp_begin(void)
{
	struct raw_pcb *raw = raw_new_ip_type(IPADDR_TYPE_ANY, IP_PROTO_UDP);

	sender = udp_new_ip_type(IPADDR_TYPE_ANY); /* bound nowhere: it gets nothing */
	if (raw)
		raw_recv(raw, on_datagram, NULL);
}
