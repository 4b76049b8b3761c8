/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * That a packet of ours could not be delivered: whoever has sent it is told by an error, as Linux
 * tells it (udp(7): only what will not change by itself). lwIP looks at none of it. Answering pings
 * and what belongs to finding neighbours stays lwIP's.
 */
#include <errno.h>
#include <string.h>

#include "lwip/icmp.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/raw.h"

#include "net/net.h"

#define ICMP_HEADER 8 /* of both: type, code, checksum and four bytes more */

/* The two ports are where TCP and UDP begin. */
struct ports {
	u16_t source, target;
};

/* What is said of a packet of ours, which is quoted from `at` on. */
struct complaint {
	int error;
	bool lasting; /* UDP: it will not change by itself */
	u16_t at;
	uint8_t protocol;
	ip_addr_t local, remote;
};

static void
tell(const struct pbuf *packet, const struct complaint *complaint)
{
	struct far_end local, remote;
	struct ports ports;

	if (pbuf_copy_partial(packet, &ports, sizeof(ports), complaint->at) != sizeof(ports))
		return;
	local = net_end(&complaint->local, lwip_ntohs(ports.source));
	remote = net_end(&complaint->remote, lwip_ntohs(ports.target));
	if (complaint->protocol == IP_PROTO_UDP && complaint->lasting)
		far_datagram_fail(&local, &remote, complaint->error);
	else if (complaint->protocol == IP_PROTO_TCP)
		net_tcp_unreachable(&local, &remote, complaint->error);
}

/* -- IPv4: RFC 792 ----------------------------------------------------------------------------- */

static int
error4(uint8_t code)
{
	switch (code) {
	case ICMP_DUR_NET:
		return ENETUNREACH;
	case ICMP_DUR_PROTO:
		return ENOPROTOOPT;
	case ICMP_DUR_PORT:
		return ECONNREFUSED;
	default:
		return EHOSTUNREACH;
	}
}

static u8_t
on_icmp4(void *argument, struct raw_pcb *raw, struct pbuf *packet, const ip_addr_t *from)
{
	u16_t at = ip_current_header_tot_len();
	struct icmp_echo_hdr header; /* its first fields are in all */
	struct ip_hdr quoted;
	struct complaint complaint = {.error = 0};

	(void)argument;
	(void)raw;
	(void)from;
	if (pbuf_copy_partial(packet, &header, sizeof(header), at) != sizeof(header) ||
	    header.type != ICMP_DUR || header.code == ICMP_DUR_FRAG ||
	    pbuf_copy_partial(packet, &quoted, sizeof(quoted), at + ICMP_HEADER) != sizeof(quoted))
		return 0;
	complaint.error = error4(header.code);
	complaint.lasting = header.code == ICMP_DUR_PROTO || header.code == ICMP_DUR_PORT;
	complaint.at = at + ICMP_HEADER + IPH_HL_BYTES(&quoted);
	complaint.protocol = IPH_PROTO(&quoted);
	ip_addr_copy_from_ip4(complaint.local, quoted.src);
	ip_addr_copy_from_ip4(complaint.remote, quoted.dest);
	tell(packet, &complaint);
	return 0;
}

/* -- IPv6: RFC 4443 section 3.1 ---------------------------------------------------------------- */

static int
error6(uint8_t code)
{
	switch (code) {
	case ICMP6_DUR_NO_ROUTE:
		return ENETUNREACH;
	case ICMP6_DUR_PROHIBITED:
		return EACCES;
	case ICMP6_DUR_PORT:
		return ECONNREFUSED;
	default:
		return EHOSTUNREACH;
	}
}

static u8_t
on_icmp6(void *argument, struct raw_pcb *raw, struct pbuf *packet, const ip_addr_t *from)
{
	u16_t at = ip_current_header_tot_len();
	struct icmp6_hdr header;
	struct ip6_hdr quoted;
	struct complaint complaint = {.error = 0};

	(void)argument;
	(void)raw;
	(void)from;
	if (pbuf_copy_partial(packet, &header, sizeof(header), at) != sizeof(header) ||
	    header.type != ICMP6_TYPE_DUR ||
	    pbuf_copy_partial(packet, &quoted, sizeof(quoted), at + ICMP_HEADER) != sizeof(quoted))
		return 0;
	complaint.error = error6(header.code);
	complaint.lasting = header.code == ICMP6_DUR_PORT;
	complaint.at = at + ICMP_HEADER + sizeof(quoted);
	complaint.protocol = IP6H_NEXTH(&quoted);
	ip_addr_copy_from_ip6_packed(complaint.local, quoted.src);
	ip_addr_copy_from_ip6_packed(complaint.remote, quoted.dest);
	tell(packet, &complaint);
	return 0;
}

void
net_icmp_begin(void)
{
	struct raw_pcb *four = raw_new_ip_type(IPADDR_TYPE_V4, IP_PROTO_ICMP);
	struct raw_pcb *six = raw_new_ip_type(IPADDR_TYPE_V6, IP6_NEXTH_ICMP6);

	if (four)
		raw_recv(four, on_icmp4, NULL);
	if (six)
		raw_recv(six, on_icmp6, NULL);
}
