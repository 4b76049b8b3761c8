/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The 128 five-tuple filters (82599 data sheet §7.1.2.5, §8.2.3.7.16-19, -24): IPv4 addresses,
 * ports and protocol, each of which a filter may leave out; the filter with the highest priority
 * decides, among equals the first.
 */
#include "model.h"
#include "parse.h"
#include "steer.h"

#define FILTERS 128u
#define SAQF 0x0E000u			/* addresses and ports in network order */
#define DAQF 0x0E200u
#define SDPQF 0x0E400u			/* destination port << 16 | source port */
#define FTQF 0x0E600u
#define   FTQF_PROTOCOL_MASK 3u		/* TCP, UDP, SCTP, any other */
#define   FTQF_PRIORITY_SHIFT 2
#define   FTQF_PRIORITY_MASK 7u
#define   FTQF_ANY_SOURCE (1u << 25)
#define   FTQF_ANY_DESTINATION (1u << 26)
#define   FTQF_ANY_SOURCE_PORT (1u << 27)
#define   FTQF_ANY_DESTINATION_PORT (1u << 28)
#define   FTQF_ANY_PROTOCOL (1u << 29)
#define   FTQF_ENABLE (1u << 31)
#define L34TIMIR 0x0E800u
#define   L34TIMIR_QUEUE_SHIFT 21
#define   L34TIMIR_QUEUE_MASK 0x7Fu

static uint32_t
load_le(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t
protocol_of(const struct ix_packet *p)
{
	return p->tcp ? 0 : p->udp ? 1 : p->sctp ? 2 : 3;
}

static bool
matches(const struct ix *ix, unsigned n, const struct ix_packet *p)
{
	uint32_t ftqf = ix->reg[FTQF / 4 + n], ports = ix->reg[SDPQF / 4 + n];
	const uint8_t *ip = p->data + p->l3;
	bool has_ports = p->tcp || p->udp || p->sctp;
	uint8_t due[4] = { (uint8_t)ports, (uint8_t)(ports >> 8), (uint8_t)(ports >> 16),
			   (uint8_t)(ports >> 24) };

	if (!(ftqf & FTQF_ENABLE))
		return false;
	if (!(ftqf & FTQF_ANY_SOURCE) && load_le(ip + 12) != ix->reg[SAQF / 4 + n])
		return false;
	if (!(ftqf & FTQF_ANY_DESTINATION) && load_le(ip + 16) != ix->reg[DAQF / 4 + n])
		return false;
	if (!(ftqf & FTQF_ANY_PROTOCOL) && protocol_of(p) != (ftqf & FTQF_PROTOCOL_MASK))
		return false;
	if (!(ftqf & FTQF_ANY_SOURCE_PORT) && (!has_ports || p->src_port != ix_be16(due)))
		return false;
	return (ftqf & FTQF_ANY_DESTINATION_PORT) || (has_ports && p->dst_port == ix_be16(due + 2));
}

bool
ix_five_tuple(const struct ix *ix, const struct ix_packet *p, struct ix_steer *steer)
{
	int best = -1;

	if (!p->ipv4 || p->fragment)
		return false;
	for (unsigned n = 0; n < FILTERS; n++) {
		int priority = (int)(ix->reg[FTQF / 4 + n] >> FTQF_PRIORITY_SHIFT &
				     FTQF_PRIORITY_MASK);

		if (priority <= best || !matches(ix, n, p))
			continue;
		best = priority;
		steer->queue = ix->reg[L34TIMIR / 4 + n] >> L34TIMIR_QUEUE_SHIFT &
			       L34TIMIR_QUEUE_MASK;
	}
	return best >= 0;
}
