/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the receive path knows of a frame's headers (82599 data sheet §7.1.6.2, table 7-13), and
 * the sums that receive and transmit compute.
 */
#ifndef IX82599_PARSE_H
#define IX82599_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ETH_HEADER 14u
#define ETH_TYPE_AT 12u
#define ETH_IPV4 0x0800u
#define ETH_IPV6 0x86DDu
#define VLAN_BYTES 4u
#define IP_TCP 6u
#define IP_UDP 17u
#define IP_SCTP 132u
#define TCP_CSUM_AT 16u
#define UDP_CSUM_AT 6u
#define SCTP_CSUM_AT 8u

struct ix_packet {
	const uint8_t *data;
	size_t len;
	bool vlan;			/* the tag at byte 12 */
	uint16_t tag;			/* priority, CFI, id */
	uint16_t type;			/* EtherType behind the tag */
	size_t l3;
	bool ipv4, ipv6, options, extensions, fragment;
	bool tcp, udp, sctp;		/* header complete, first fragment or none */
	size_t l4, l4_len;		/* l4_len: by the IP header's length, within the frame */
	uint16_t src_port, dst_port;
};

static inline uint16_t
ix_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
ix_be32(const uint8_t *p)
{
	return (uint32_t)ix_be16(p) << 16 | ix_be16(p + 2);
}

static inline void
ix_put16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void
ix_put32(uint8_t *p, uint32_t value)
{
	ix_put16(p, (uint16_t)(value >> 16));
	ix_put16(p + 2, (uint16_t)value);
}

/* vlan_type: EtherType of a tag (VLNCTRL.VET). A frame of any length and content is taken. */
void ix_parse(struct ix_packet *packet, const uint8_t *data, size_t len, uint16_t vlan_type);

/* Ones' complement sum of big-endian words, not folded; an odd last byte counts as the high one. */
uint32_t ix_sum(const uint8_t *data, size_t len, uint32_t start);
/* Folded and inverted: the checksum field's value. */
uint16_t ix_sum_final(uint32_t sum);
/* Sum of the pseudo header of the packet's IP header. */
uint32_t ix_sum_pseudo(const struct ix_packet *packet, uint8_t protocol);
/* Ethernet's FCS, as its little-endian word */
uint32_t ix_crc32(const uint8_t *data, size_t len);
uint32_t ix_crc32c(const uint8_t *data, size_t len);	/* SCTP, RFC 9260 appendix A */

#endif
