/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Checksum insertion (82599 data sheet §7.2.5) and TCP segmentation (§7.2.4). For a checksum the
 * driver has put the pseudo header's sum into the field; for segmentation that sum lacks the
 * length, which differs from segment to segment.
 */
#include <string.h>

#include "model.h"
#include "offload.h"
#include "parse.h"

#define IPV4_MIN 20u
#define IPV4_CSUM_AT 10u
#define IPV6_HEADER 40u
#define TCP_MIN 20u
#define TCP_SEQ_AT 4u
#define TCP_FLAGS_AT 12u /* data offset and flags: 12 bits of flags */
#define TCP_FLAGS_MASK 0xFFFu

static size_t
l4_field(const struct ix_offload *o)
{
	switch (o->l4_type) {
	case IX_TXC_L4T_UDP:
		return UDP_CSUM_AT;
	case IX_TXC_L4T_TCP:
		return TCP_CSUM_AT;
	default:
		return SCTP_CSUM_AT;
	}
}

/* The IP version matters to segmentation and to the IP checksum only: for an L4 checksum alone
 * Linux says IPv6 of everything. The L4 type matters to an L4 checksum only: for an IP checksum
 * alone DPDK says 3, which is reserved. */
static bool
headers_fit(struct ix *ix, unsigned queue, const struct ix_offload *o, const uint8_t *data,
	    size_t len)
{
	size_t l4 = o->l2_len + o->l3_len;
	size_t field_end = l4 + l4_field(o) + (o->l4_type == IX_TXC_L4T_SCTP ? 4 : 2);
	bool version_counts = o->ip_checksum || o->segment;
	size_t ip_min = version_counts && !o->ipv4 ? IPV6_HEADER : IPV4_MIN;
	bool ip_ok = o->l2_len >= ETH_HEADER && l4 <= len && o->l3_len >= ip_min;
	bool l4_ok = !o->l4_checksum || (o->l4_type <= IX_TXC_L4T_SCTP && field_end <= len);

	if (ip_ok && version_counts && data[o->l2_len] >> 4 != (o->ipv4 ? 4 : 6))
		ip_ok = false;
	if (ip_ok && l4_ok)
		return true;
	ix_mistake(ix, "§7.2.3.2.3",
		   "transmit queue %u: context (MACLEN %zu, IPLEN %zu, IPv%c, L4T "
		   "%u) does not fit the packet of %zu bytes",
		   queue, o->l2_len, o->l3_len, o->ipv4 ? '4' : '6', o->l4_type, len);
	return false;
}

static void
insert_ip(const struct ix_offload *o, uint8_t *data)
{
	uint8_t *ip = data + o->l2_len;

	ix_put16(ip + IPV4_CSUM_AT, 0);
	ix_put16(ip + IPV4_CSUM_AT, ix_sum_final(ix_sum(ip, o->l3_len, 0)));
}

/* The field's content is part of the sum, so the pseudo header comes in by itself. The sum goes to
 * the packet's end. */
static void
insert_l4(const struct ix_offload *o, uint8_t *data, size_t len)
{
	size_t start = o->l2_len + o->l3_len;
	uint8_t *l4 = data + start, *field = l4 + l4_field(o);
	uint16_t value;

	if (o->l4_type == IX_TXC_L4T_SCTP) {
		uint32_t crc;

		memset(field, 0, 4);
		crc = ix_crc32c(l4, len - start);
		for (unsigned i = 0; i < 4; i++)
			field[i] = (uint8_t)(crc >> (8 * i));
		return;
	}
	value = ix_sum_final(ix_sum(l4, len - start, 0));
	if (o->l4_type == IX_TXC_L4T_UDP && !value)
		value = 0xFFFF;
	ix_put16(field, value);
}

bool
ix_tx_checksums(struct ix *ix, unsigned queue, const struct ix_offload *o, uint8_t *data,
		size_t len)
{
	if (!o->ip_checksum && !o->l4_checksum)
		return true;
	if (!headers_fit(ix, queue, o, data, len))
		return false;
	if (o->ip_checksum && !o->ipv4)
		ix_mistake(ix, "§7.2.3.2.4", "transmit queue %u: IXSM for an IPv6 packet", queue);
	if (o->ip_checksum && o->ipv4)
		insert_ip(o, data);
	if (o->l4_checksum)
		insert_l4(o, data, len);
	return true;
}

static bool
segmentation_possible(struct ix *ix, unsigned queue, const struct ix_offload *o,
		      const uint8_t *data, size_t len)
{
	size_t headers = o->l2_len + o->l3_len + o->l4_len;

	if (!headers_fit(ix, queue, o, data, len))
		return false;
	if (o->l4_type == IX_TXC_L4T_TCP && o->l4_len >= TCP_MIN && o->mss && headers < len &&
	    headers + o->mss + VLAN_BYTES <= IX_FRAME_MAX && o->l4_checksum &&
	    (!o->ipv4 || o->ip_checksum))
		return true;
	ix_mistake(ix, "§7.2.4",
		   "transmit queue %u: segmentation of %zu bytes with L4T %u, L4LEN "
		   "%zu, MSS %zu, IXSM %d, TXSM %d",
		   queue, len, o->l4_type, o->l4_len, o->mss, o->ip_checksum, o->l4_checksum);
	return false;
}

/* §7.2.4.6: flags of the first, middle and last segment are masked by DTXTCPFLGL and H. */
static void
mask_flags(const struct ix *ix, uint8_t *tcp, bool first, bool last)
{
	uint32_t low = ix->reg[IX_DTXTCPFLGL / 4], high = ix->reg[IX_DTXTCPFLGH / 4];
	uint32_t mask = last ? high : first ? low : low >> IX_TCPFLG_MIDDLE_SHIFT;
	uint16_t word = ix_be16(tcp + TCP_FLAGS_AT);

	if (first && last)
		return;
	ix_put16(tcp + TCP_FLAGS_AT,
		 (uint16_t)(word & (~TCP_FLAGS_MASK | (mask & IX_TCPFLG_FIRST_MASK))));
}

static void
segment_ip(const struct ix_offload *o, uint8_t *ip, size_t payload, unsigned number)
{
	size_t after_ip = o->l4_len + payload;

	if (!o->ipv4) {
		ix_put16(ip + 4, (uint16_t)(o->l3_len - IPV6_HEADER + after_ip));
		return;
	}
	ix_put16(ip + 2, (uint16_t)(o->l3_len + after_ip));
	ix_put16(ip + 4, (uint16_t)(ix_be16(ip + 4) + number));
}

void
ix_tx_segments(struct ix *ix, unsigned queue, const struct ix_offload *o, const uint8_t *data,
	       size_t len)
{
	size_t headers = o->l2_len + o->l3_len + o->l4_len, sent = 0, total = len - headers;
	uint8_t frame[IX_FRAME_MAX];

	if (!segmentation_possible(ix, queue, o, data, len))
		return;
	for (unsigned number = 0; sent < total; number++) {
		size_t payload = total - sent < o->mss ? total - sent : o->mss;
		uint8_t *tcp = frame + o->l2_len + o->l3_len;
		uint16_t partial;

		memcpy(frame, data, headers);
		memcpy(frame + headers, data + headers + sent, payload);
		segment_ip(o, frame + o->l2_len, payload, number);
		ix_put32(tcp + TCP_SEQ_AT, ix_be32(tcp + TCP_SEQ_AT) + (uint32_t)sent);
		mask_flags(ix, tcp, sent == 0, sent + payload == total);
		partial = (uint16_t)~ix_sum_final(ix_be16(tcp + TCP_CSUM_AT) +
						  (uint32_t)(o->l4_len + payload));
		ix_put16(tcp + TCP_CSUM_AT, partial);
		if (!ix_tx_checksums(ix, queue, o, frame, headers + payload))
			return;
		ix_tx_frame(ix, queue, o, frame, headers + payload);
		sent += payload;
	}
}
