// SPDX-License-Identifier: BSD-3-Clause
#include "responder.hh"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include <rte_arp.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_tcp.h>

namespace
{

constexpr uint16_t ether_end = 0x88b5; // the test is over
constexpr uint32_t first_sequence = 1000;
constexpr size_t segment_most = 1400, answer_most = 60000;
constexpr uint16_t burst = 32;

Responder *responders[16];

rte_mbuf *
take_mbuf(rte_mempool *pool)
{
	rte_mbuf *mbuf = rte_pktmbuf_alloc(pool);

	if (mbuf == nullptr)
		throw std::runtime_error("no mbuf is left");
	return mbuf;
}

void
give_block(void *, void *block)
{
	Space::give(block, Shard::here().index);
}

uint16_t
fold(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return static_cast<uint16_t>(~sum);
}

} // namespace

// What is known of a segment, in the order of the machine's bytes where it is computed with.
struct Responder::Segment {
	rte_ether_hdr ether;
	rte_ipv4_hdr ip;
	rte_tcp_hdr tcp;
	uint32_t sequence, asked;
	size_t length; // of what it carries
};

Responder::Responder(Shard &shard, unsigned count, Port &port)
    : shard(shard), count(count), port(port)
{
	responders[shard.index] = this;
}

Responder::~Responder()
{
	for (rte_mbuf *mbuf : waiting)
		rte_pktmbuf_free(mbuf);
}

bool
Responder::poll()
{
	rte_mbuf *frames[burst];

	if (shard.index >= port.queues)
		return false;
	uint16_t received = rte_eth_rx_burst(0, static_cast<uint16_t>(shard.index), frames, burst);
	for (uint16_t i = 0; i < received; i++) {
		receive(frames[i]);
		rte_pktmbuf_free(frames[i]);
	}
	auto due = static_cast<uint16_t>(std::min<size_t>(waiting.size(), burst));
	std::copy_n(waiting.begin(), due, frames);
	uint16_t sent = rte_eth_tx_burst(0, static_cast<uint16_t>(shard.index), frames, due);
	waiting.erase(waiting.begin(), waiting.begin() + sent);
	return received != 0 || sent != 0;
}

void
Responder::receive(const rte_mbuf *mbuf)
{
	const auto *bytes = rte_pktmbuf_mtod(mbuf, const char *);
	Segment segment;
	char text[20] = {};

	std::memcpy(&segment.ether, bytes, sizeof(segment.ether));
	switch (rte_be_to_cpu_16(segment.ether.ether_type)) {
	case ether_end:
		for (unsigned i = 0; i < count; i++)
			shard.send(i, [] { Shard::here().stop(); });
		return;
	case RTE_ETHER_TYPE_ARP:
		return arp(mbuf);
	case RTE_ETHER_TYPE_IPV4:
		break;
	default:
		return;
	}
	bytes += sizeof(segment.ether);
	std::memcpy(&segment.ip, bytes, sizeof(segment.ip));
	if (segment.ip.next_proto_id != IPPROTO_TCP)
		return;
	std::memcpy(&segment.tcp, bytes + sizeof(segment.ip), sizeof(segment.tcp));
	size_t headers = sizeof(segment.ip) + (segment.tcp.data_off >> 4) * 4;
	segment.length = rte_be_to_cpu_16(segment.ip.total_length) - headers;
	segment.sequence = rte_be_to_cpu_32(segment.tcp.sent_seq);
	std::memcpy(text, bytes + headers, std::min(segment.length, sizeof(text) - 1));
	segment.asked = static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
	route(segment);
}

void
Responder::arp(const rte_mbuf *mbuf)
{
	rte_mbuf *answer = rte_pktmbuf_copy(mbuf, port.pool, 0, UINT32_MAX);

	if (answer == nullptr)
		throw std::runtime_error("no mbuf is left");
	auto *ether = rte_pktmbuf_mtod(answer, rte_ether_hdr *);
	auto *arp = reinterpret_cast<rte_arp_hdr *>(ether + 1);
	rte_be32_t asker = arp->arp_data.arp_sip;
	arp->arp_data.arp_sip = arp->arp_data.arp_tip;
	arp->arp_data.arp_tip = asker;
	arp->arp_data.arp_tha = arp->arp_data.arp_sha;
	rte_eth_macaddr_get(0, &arp->arp_data.arp_sha);
	arp->arp_opcode = rte_cpu_to_be_16(RTE_ARP_OP_REPLY);
	ether->dst_addr = ether->src_addr;
	ether->src_addr = arp->arp_data.arp_sha;
	waiting.push_back(answer);
}

void
Responder::route(const Segment &segment)
{
	unsigned owner = port.queues == count ? shard.index
					      : rte_be_to_cpu_16(segment.tcp.src_port) % count;
	unsigned from = shard.index;

	if (owner == from)
		return queue(answer(segment));
	passed_on++;
	shard.send(owner, [segment, from] {
		Responder *self = responders[Shard::here().index];
		Frames frames = self->answer(segment);

		self->shard.send(from, [from, frames] { responders[from]->queue(frames); });
	});
}

Responder::Frames
Responder::answer(const Segment &segment)
{
	bool finished = segment.tcp.tcp_flags & RTE_TCP_FIN_FLAG;
	size_t whole = std::min<size_t>(segment.asked, answer_most);
	Frames frames;

	if (segment.tcp.tcp_flags & RTE_TCP_SYN_FLAG) {
		connections++;
		return {reply(segment, RTE_TCP_SYN_FLAG | RTE_TCP_ACK_FLAG, first_sequence,
			      nullptr)};
	}
	if (finished)
		return {reply(segment, RTE_TCP_ACK_FLAG,
			      rte_be_to_cpu_32(segment.tcp.recv_ack), nullptr)};
	for (size_t at = 0; segment.length != 0 && at < whole; at += segment_most) {
		size_t length = std::min(segment_most, whole - at);
		uint8_t last = at + length == whole ? RTE_TCP_FIN_FLAG | RTE_TCP_PSH_FLAG : 0;

		frames.push_back(reply(segment, RTE_TCP_ACK_FLAG | last,
				       first_sequence + 1 + static_cast<uint32_t>(at),
				       data_of(segment, at, length)));
	}
	return frames;
}

// A part of the answer, where the device fetches it: each byte tells shard, port and place.
rte_mbuf *
Responder::data_of(const Segment &segment, size_t from, size_t length)
{
	auto *block = static_cast<char *>(shard.space.take());
	unsigned seed = shard.index + rte_be_to_cpu_16(segment.tcp.src_port);
	uint16_t room = block_size;

	for (size_t i = 0; i < length; i++)
		block[i] = static_cast<char>(from + i == 0 ? shard.index : seed + (from + i) * 7);
	rte_mbuf_ext_shared_info *shared =
		rte_pktmbuf_ext_shinfo_init_helper(block, &room, give_block, block);
	rte_iova_t iova = rte_mem_virt2iova(block);
	if (iova == RTE_BAD_IOVA)
		throw std::runtime_error("memory without an address for devices");
	rte_mbuf *mbuf = take_mbuf(port.pool);
	rte_pktmbuf_attach_extbuf(mbuf, block, iova, room, shared);
	mbuf->data_len = static_cast<uint16_t>(length);
	mbuf->pkt_len = static_cast<uint32_t>(length);
	in_place++;
	return mbuf;
}

rte_mbuf *
Responder::reply(const Segment &to, uint8_t flags, uint32_t sequence, rte_mbuf *data)
{
	size_t length = data == nullptr ? 0 : data->data_len;
	uint32_t taken = static_cast<uint32_t>(to.length) +
			 ((to.tcp.tcp_flags & (RTE_TCP_SYN_FLAG | RTE_TCP_FIN_FLAG)) != 0);
	rte_mbuf *mbuf = take_mbuf(port.pool);
	auto *ether = reinterpret_cast<rte_ether_hdr *>(rte_pktmbuf_append(
		mbuf, sizeof(rte_ether_hdr) + sizeof(rte_ipv4_hdr) + sizeof(rte_tcp_hdr)));
	auto *ip = reinterpret_cast<rte_ipv4_hdr *>(ether + 1);
	auto *tcp = reinterpret_cast<rte_tcp_hdr *>(ip + 1);

	*ether = {to.ether.src_addr, to.ether.dst_addr, to.ether.ether_type};
	*ip = to.ip;
	ip->src_addr = to.ip.dst_addr;
	ip->dst_addr = to.ip.src_addr;
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16(
		static_cast<uint16_t>(sizeof(*ip) + sizeof(*tcp) + length));
	ip->hdr_checksum = 0;
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	*tcp = {};
	tcp->src_port = to.tcp.dst_port;
	tcp->dst_port = to.tcp.src_port;
	tcp->sent_seq = rte_cpu_to_be_32(sequence);
	tcp->recv_ack = rte_cpu_to_be_32(to.sequence + taken);
	tcp->data_off = sizeof(*tcp) / 4 << 4;
	tcp->tcp_flags = flags;
	tcp->rx_win = UINT16_MAX;
	uint32_t sum = rte_ipv4_phdr_cksum(ip, 0) + rte_raw_cksum(tcp, sizeof(*tcp));
	if (data != nullptr) {
		sum += rte_raw_cksum(rte_pktmbuf_mtod(data, const void *), length);
		rte_pktmbuf_chain(mbuf, data);
	}
	tcp->cksum = fold(sum);
	return mbuf;
}
