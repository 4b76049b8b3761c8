/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Receive side scaling (82599 data sheet §7.1.2.8): the Toeplitz hash over addresses and ports,
 * and the redirection table. And the order of the queue deciders.
 */
#include <string.h>

#include "model.h"
#include "parse.h"
#include "steer.h"

enum { /* §7.1.6.2, RSS type */
       RSS_TCP_IPV4 = 1,
       RSS_IPV4 = 2,
       RSS_TCP_IPV6 = 3,
       RSS_IPV6 = 5,
       RSS_UDP_IPV4 = 7,
       RSS_UDP_IPV6 = 8,
};

#define RSS_INPUT_MAX 36u

static uint8_t
key_byte(const struct ix *ix, unsigned n)
{
	return n < IX_RSSRK_BYTES ? (uint8_t)(ix->reg[IX_RSSRK / 4 + n / 4] >> (8 * (n % 4))) : 0;
}

static uint32_t
toeplitz(const struct ix *ix, const uint8_t *input, size_t len)
{
	uint32_t hash = 0, window = 0;

	for (unsigned n = 0; n < 4; n++)
		window = window << 8 | key_byte(ix, n);
	for (unsigned n = 0; n < len; n++) {
		uint8_t next = key_byte(ix, n + 4);

		for (unsigned bit = 0; bit < 8; bit++) {
			if (input[n] & (0x80 >> bit))
				hash ^= window;
			window = window << 1 | (next >> (7 - bit) & 1);
		}
	}
	return hash;
}

static uint32_t
hash_type(uint32_t mrqc, const struct ix_packet *p)
{
	if (p->ipv4) {
		if (p->tcp && (mrqc & IX_MRQC_TCP_IPV4))
			return RSS_TCP_IPV4;
		if (p->udp && (mrqc & IX_MRQC_UDP_IPV4))
			return RSS_UDP_IPV4;
		return mrqc & IX_MRQC_IPV4 ? RSS_IPV4 : 0;
	}
	if (p->ipv6) {
		if (p->tcp && (mrqc & IX_MRQC_TCP_IPV6))
			return RSS_TCP_IPV6;
		if (p->udp && (mrqc & IX_MRQC_UDP_IPV6))
			return RSS_UDP_IPV6;
		return mrqc & IX_MRQC_IPV6 ? RSS_IPV6 : 0;
	}
	return 0;
}

static bool
hash_wanted(uint32_t mode)
{
	return mode == IX_MRQC_MRQE_RSS || mode == IX_MRQC_MRQE_POOLS32_RSS ||
	       mode == IX_MRQC_MRQE_POOLS64_RSS;
}

bool
ix_rss(const struct ix *ix, const struct ix_packet *p, uint32_t *hash, uint32_t *type)
{
	uint32_t mrqc = ix->reg[IX_MRQC / 4];
	size_t addresses = p->ipv4 ? 8 : 32;
	uint8_t input[RSS_INPUT_MAX];

	if (!hash_wanted(mrqc & IX_MRQC_MRQE_MASK))
		return false;
	*type = hash_type(mrqc, p);
	if (!*type)
		return false;
	memcpy(input, p->data + p->l3 + (p->ipv4 ? 12 : 8), addresses);
	if (*type != RSS_IPV4 && *type != RSS_IPV6) {
		ix_put16(input + addresses, p->src_port);
		ix_put16(input + addresses + 2, p->dst_port);
		addresses += 4;
	}
	*hash = toeplitz(ix, input, addresses);
	return true;
}

/* §7.1.2.3: index of the filter that takes the packet's EtherType, -1 if none. */
static int
ethertype_filter(const struct ix *ix, const struct ix_packet *p)
{
	for (unsigned n = 0; n < IX_ETQ_COUNT; n++) {
		uint32_t etqf = ix->reg[IX_ETQF / 4 + n];

		if ((etqf & IX_ETQF_ENABLE) && (etqf & 0xFFFF) == p->type)
			return (int)n;
	}
	return -1;
}

static void
redirect(const struct ix *ix, struct ix_steer *steer)
{
	uint32_t entry = steer->hash % IX_RETA_ENTRIES;

	steer->queue = ix->reg[IX_RETA / 4 + entry / 4] >> (8 * (entry % 4)) & IX_RETA_QUEUE_MASK;
}

void
ix_steer(struct ix *ix, const struct ix_packet *p, int pool, struct ix_steer *steer)
{
	*steer = (struct ix_steer){.etqf = ethertype_filter(ix, p)};
	if (ix_rss(ix, p, &steer->hash, &steer->rss_type))
		redirect(ix, steer);
	if (pool != IX_NO_POOL) {
		steer->queue = ix_pool_queue(ix, pool, p, steer->queue);
		return;
	}
	if (steer->etqf >= 0) {
		uint32_t etqs = ix->reg[IX_ETQS / 4 + steer->etqf];

		if (etqs & IX_ETQS_QUEUE_EN)
			steer->queue = etqs >> IX_ETQS_QUEUE_SHIFT & IX_ETQS_QUEUE_MASK;
		return;
	}
	if (!ix_five_tuple(ix, p, steer))
		ix_fdir_match(ix, p, steer);
}
