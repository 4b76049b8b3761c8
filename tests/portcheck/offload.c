/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the hardware is to finish: a UDP frame of which both checksums are to be filled in, the same
 * with a VLAN tag, and a TCP packet of 4000 bytes to be cut into segments of 1000. The test outside
 * looks at the frames. Then it sends frames, of which this side says what the hardware found:
 * "good", "bad" or "none" for IP and L4, and the tag it took off.
 */
#include <stdio.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "portcheck.h"

#define UDP_PAYLOAD 300
#define TCP_PAYLOAD 4000
#define SEGMENT 1000
#define TAG 0x2005

static uint8_t *
ip_packet(struct rte_mbuf *m, uint8_t protocol, uint16_t l4_len)
{
	struct rte_ether_hdr *ether;
	struct rte_ipv4_hdr *ip;
	uint8_t *l4;

	ether = (struct rte_ether_hdr *)rte_pktmbuf_append(m, sizeof(*ether) + sizeof(*ip));
	memset(&ether->dst_addr, 0xff, sizeof(ether->dst_addr));
	rte_eth_macaddr_get(0, &ether->src_addr);
	ether->ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
	ip = (struct rte_ipv4_hdr *)(ether + 1);
	memset(ip, 0, sizeof(*ip));
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16((uint16_t)(sizeof(*ip) + l4_len));
	ip->time_to_live = 64;
	ip->next_proto_id = protocol;
	ip->src_addr = rte_cpu_to_be_32(0x0a000002);
	ip->dst_addr = rte_cpu_to_be_32(0x0a000001);
	m->l2_len = sizeof(*ether);
	m->l3_len = sizeof(*ip);
	l4 = (uint8_t *)rte_pktmbuf_append(m, l4_len);
	for (unsigned n = 0; n < l4_len; n++)
		l4[n] = (uint8_t)n;
	return l4;
}

static struct rte_mbuf *
new_mbuf(void)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(port_pool());

	if (!m)
		fail("the pool is empty");
	return m;
}

static struct rte_mbuf *
udp_packet(void)
{
	struct rte_mbuf *m = new_mbuf();
	struct rte_udp_hdr *udp;

	udp = (struct rte_udp_hdr *)ip_packet(m, IPPROTO_UDP, sizeof(*udp) + UDP_PAYLOAD);
	udp->src_port = rte_cpu_to_be_16(7);
	udp->dst_port = rte_cpu_to_be_16(8);
	udp->dgram_len = rte_cpu_to_be_16(sizeof(*udp) + UDP_PAYLOAD);
	m->ol_flags = RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_UDP_CKSUM;
	udp->dgram_cksum = rte_ipv4_phdr_cksum((struct rte_ipv4_hdr *)udp - 1, m->ol_flags);
	return m;
}

/* The payload fills further mbufs. */
static struct rte_mbuf *
tcp_packet(void)
{
	struct rte_mbuf *m = new_mbuf(), *tail = m;
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)ip_packet(m, IPPROTO_TCP, sizeof(*tcp));
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)tcp - 1;

	memset(tcp, 0, sizeof(*tcp));
	tcp->src_port = rte_cpu_to_be_16(9);
	tcp->dst_port = rte_cpu_to_be_16(10);
	tcp->sent_seq = rte_cpu_to_be_32(1000000);
	tcp->data_off = sizeof(*tcp) / 4 << 4;
	tcp->tcp_flags = RTE_TCP_ACK_FLAG | RTE_TCP_PSH_FLAG;
	ip->total_length = rte_cpu_to_be_16(sizeof(*ip) + sizeof(*tcp) + TCP_PAYLOAD);
	m->l4_len = sizeof(*tcp);
	m->tso_segsz = SEGMENT;
	m->ol_flags = RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_TCP_SEG;
	tcp->cksum = rte_ipv4_phdr_cksum(ip, m->ol_flags);
	for (unsigned at = 0; at < TCP_PAYLOAD; at += SEGMENT) {
		struct rte_mbuf *part = new_mbuf();
		uint8_t *data = (uint8_t *)rte_pktmbuf_append(part, SEGMENT);

		for (unsigned n = 0; n < SEGMENT; n++)
			data[n] = (uint8_t)(at / SEGMENT + n);
		tail->next = part;
		tail = part;
		m->nb_segs++;
		m->pkt_len += SEGMENT;
	}
	return m;
}

static void
transmit(void)
{
	struct rte_mbuf *burst[3] = {udp_packet(), udp_packet(), tcp_packet()};
	uint16_t ready, sent = 0;

	burst[1]->ol_flags |= RTE_MBUF_F_TX_VLAN;
	burst[1]->vlan_tci = TAG;
	ready = rte_eth_tx_prepare(0, 0, burst, 3);
	if (ready < 3)
		fail("packet %u is not accepted: %s", ready, rte_strerror(rte_errno));
	for (unsigned tries = 0; sent < 3 && tries < 1000; tries++)
		sent += rte_eth_tx_burst(0, 0, burst + sent, (uint16_t)(3 - sent));
	if (sent < 3)
		fail("%u of 3 packets are sent", sent);
}

static const char *
found(uint64_t flags, uint64_t good, uint64_t bad)
{
	return flags & good ? "good" : flags & bad ? "bad" : "none";
}

static void
say(uint16_t queue, const struct rte_mbuf *m)
{
	uint64_t f = m->ol_flags;

	(void)queue;
	printf("portcheck: frame of %u bytes: ip %s, l4 %s, tag 0x%04x\n", m->pkt_len,
	       found(f & RTE_MBUF_F_RX_IP_CKSUM_MASK, RTE_MBUF_F_RX_IP_CKSUM_GOOD,
		     RTE_MBUF_F_RX_IP_CKSUM_BAD),
	       found(f & RTE_MBUF_F_RX_L4_CKSUM_MASK, RTE_MBUF_F_RX_L4_CKSUM_GOOD,
		     RTE_MBUF_F_RX_L4_CKSUM_BAD),
	       f & RTE_MBUF_F_RX_VLAN_STRIPPED ? m->vlan_tci : 0);
}

void
check_offload(void)
{
	const struct rte_eth_conf conf = {
		.rxmode = {.offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM | RTE_ETH_RX_OFFLOAD_VLAN_STRIP},
		.txmode = {.offloads = RTE_ETH_TX_OFFLOAD_IPV4_CKSUM |
				       RTE_ETH_TX_OFFLOAD_UDP_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_CKSUM |
				       RTE_ETH_TX_OFFLOAD_TCP_TSO | RTE_ETH_TX_OFFLOAD_VLAN_INSERT |
				       RTE_ETH_TX_OFFLOAD_MULTI_SEGS},
	};
	unsigned count = 0;

	port_start(0, 1, &conf);
	rte_eth_promiscuous_enable(0);
	port_wait_link(0);
	transmit();
	port_receive(1, say, &count);
	port_stop(0);
}
