/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames: IPv4 and UDP, so that a router takes them as well as a bridge. Addresses are those of
 * RFC 2544's test networks as DPDK's l3fwd routes them: 198.18.N.0/24 is behind port N.
 *
 * vhost copies what is sent into the guest, so the same mbufs are sent again and again; a
 * reference is kept.
 */
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

#include "load.h"

#define NETWORK(n) RTE_IPV4(198, 18, (n), 1)
#define TTL 64
#define MAGIC 0x4c696e75784c6573ULL

struct frame {
	struct rte_ether_hdr ether;
	struct rte_ipv4_hdr ip;
	struct rte_udp_hdr udp;
	uint64_t magic; /* tells own frames from those that a guest makes */
} __attribute__((packed, aligned(2)));

_Static_assert(sizeof(struct frame) <= RTE_ETHER_MIN_LEN - RTE_ETHER_CRC_LEN, "shortest frame");

static struct rte_mbuf *frames[LOAD_PORTS][LOAD_BURST];

static void
frame_fill(struct frame *frame, uint16_t port, unsigned length)
{
	unsigned ip_length = length - sizeof(frame->ether);

	memset(frame, 0, length);
	frame->ether.dst_addr.addr_bytes[0] = frame->ether.src_addr.addr_bytes[0] =
		RTE_ETHER_LOCAL_ADMIN_ADDR;
	frame->ether.dst_addr.addr_bytes[5] = port ^ 1;
	frame->ether.src_addr.addr_bytes[5] = port;
	frame->ether.src_addr.addr_bytes[4] = 1; /* the two are never the same */
	frame->ether.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
	frame->ip.version_ihl = RTE_IPV4_VHL_DEF;
	frame->ip.total_length = rte_cpu_to_be_16(ip_length);
	frame->ip.time_to_live = TTL;
	frame->ip.next_proto_id = IPPROTO_UDP;
	frame->ip.src_addr = rte_cpu_to_be_32(NETWORK(port));
	frame->ip.dst_addr = rte_cpu_to_be_32(NETWORK(port ^ 1));
	frame->ip.hdr_checksum = rte_ipv4_cksum(&frame->ip);
	frame->udp.src_port = frame->udp.dst_port = rte_cpu_to_be_16(9); /* discard */
	frame->udp.dgram_len = rte_cpu_to_be_16(ip_length - sizeof(frame->ip));
	frame->magic = MAGIC;
}

static bool
is_own(const struct rte_mbuf *mbuf)
{
	const struct frame *frame = rte_pktmbuf_mtod(mbuf, const struct frame *);

	return rte_pktmbuf_data_len(mbuf) >= sizeof(*frame) && frame->magic == MAGIC;
}

void
frames_make(struct rte_mempool *pool, unsigned size)
{
	unsigned length = size - RTE_ETHER_CRC_LEN;

	for (uint16_t port = 0; port < load_ports; port++)
		for (unsigned i = 0; i < LOAD_BURST; i++) {
			rte_pktmbuf_free(frames[port][i]);
			frames[port][i] = rte_pktmbuf_alloc(pool);
			if (frames[port][i] == NULL)
				load_die("no mbufs");
			frame_fill((void *)rte_pktmbuf_append(frames[port][i], length), port,
				   length);
		}
}

unsigned
frames_send(uint16_t port, unsigned count)
{
	unsigned sent;

	for (unsigned i = 0; i < count; i++)
		rte_mbuf_refcnt_update(frames[port][i], 1);
	sent = rte_eth_tx_burst(port, 0, frames[port], count);
	for (unsigned i = sent; i < count; i++)
		rte_mbuf_refcnt_update(frames[port][i], -1);
	load_counters->sent[port] += sent;
	return sent;
}

unsigned
frames_receive(uint16_t port)
{
	struct rte_mbuf *burst[LOAD_BURST];
	uint16_t count = rte_eth_rx_burst(port, 0, burst, LOAD_BURST);
	unsigned own = 0;

	for (uint16_t i = 0; i < count; i++)
		own += is_own(burst[i]);
	rte_pktmbuf_free_bulk(burst, count);
	load_counters->received[port] += own;
	return own;
}
