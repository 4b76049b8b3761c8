/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Header recognition: Ethernet, one VLAN tag, IPv4 with options, IPv6 with extension headers, TCP,
 * UDP, SCTP. Nothing is believed that lies outside the frame.
 */
#include "parse.h"

#define IPV4_MIN 20u
#define IPV4_FRAGMENT_MASK 0x3FFFu /* more fragments, or an offset */
#define IPV6_HEADER 40u
#define IPV6_HOP_BY_HOP 0u
#define IPV6_ROUTING 43u
#define IPV6_FRAGMENT 44u
#define IPV6_DESTINATION 60u
#define TCP_MIN 20u
#define UDP_MIN 8u
#define SCTP_MIN 12u

static void
parse_l4(struct ix_packet *p, uint8_t protocol)
{
	const uint8_t *l4 = p->data + p->l4;

	p->tcp = protocol == IP_TCP && p->l4_len >= TCP_MIN;
	p->udp = protocol == IP_UDP && p->l4_len >= UDP_MIN;
	p->sctp = protocol == IP_SCTP && p->l4_len >= SCTP_MIN;
	if (p->tcp || p->udp || p->sctp) {
		p->src_port = ix_be16(l4);
		p->dst_port = ix_be16(l4 + 2);
	}
}

static void
parse_ipv4(struct ix_packet *p)
{
	const uint8_t *ip = p->data + p->l3;
	size_t room = p->len - p->l3, header, total;

	if (room < IPV4_MIN || ip[0] >> 4 != 4)
		return;
	header = 4u * (ip[0] & 0xF);
	total = ix_be16(ip + 2);
	if (header < IPV4_MIN || total < header || total > room)
		return;
	p->ipv4 = true;
	p->options = header > IPV4_MIN;
	p->fragment = ix_be16(ip + 6) & IPV4_FRAGMENT_MASK;
	p->l4 = p->l3 + header;
	p->l4_len = total - header;
	if (!p->fragment)
		parse_l4(p, ip[9]);
}

static bool
is_extension(uint8_t next)
{
	return next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING || next == IPV6_FRAGMENT ||
	       next == IPV6_DESTINATION;
}

static void
parse_ipv6(struct ix_packet *p)
{
	const uint8_t *ip = p->data + p->l3;
	size_t room = p->len - p->l3;
	uint8_t next;

	if (room < IPV6_HEADER || ip[0] >> 4 != 6 || ix_be16(ip + 4) > room - IPV6_HEADER)
		return;
	p->ipv6 = true;
	p->l4 = p->l3 + IPV6_HEADER;
	p->l4_len = ix_be16(ip + 4);
	for (next = ip[6]; is_extension(next);) {
		const uint8_t *ext = p->data + p->l4;
		size_t bytes;

		p->extensions = true;
		if (next == IPV6_FRAGMENT)
			p->fragment = true;
		if (p->l4_len < 8)
			return;
		bytes = next == IPV6_FRAGMENT ? 8 : 8u * (1u + ext[1]);
		if (bytes > p->l4_len)
			return;
		next = ext[0];
		p->l4 += bytes;
		p->l4_len -= bytes;
	}
	if (!p->fragment)
		parse_l4(p, next);
}

void
ix_parse(struct ix_packet *p, const uint8_t *data, size_t len, uint16_t vlan_type)
{
	*p = (struct ix_packet){.data = data, .len = len, .l3 = ETH_HEADER};
	if (len < ETH_HEADER)
		return;
	p->type = ix_be16(data + ETH_TYPE_AT);
	if (p->type == vlan_type && len >= ETH_HEADER + VLAN_BYTES) {
		p->vlan = true;
		p->tag = ix_be16(data + ETH_TYPE_AT + 2);
		p->type = ix_be16(data + ETH_TYPE_AT + VLAN_BYTES);
		p->l3 += VLAN_BYTES;
	}
	if (p->type == ETH_IPV4)
		parse_ipv4(p);
	else if (p->type == ETH_IPV6)
		parse_ipv6(p);
}
