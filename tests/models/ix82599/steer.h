/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Which queue a received packet goes to (82599 data sheet §7.1.2), and what its descriptor says
 * about that.
 */
#ifndef IX82599_STEER_H
#define IX82599_STEER_H

#include <stdbool.h>
#include <stdint.h>

struct ix;
struct ix_packet;

struct ix_steer {
	unsigned queue;
	bool drop;
	bool fdir_match;
	uint32_t rss_type;		/* 0: no hash */
	uint32_t hash;			/* RSS hash; or flow director's (hash << 16 | id) */
	int etqf;			/* EtherType filter, -1: none */
};

/* EtherType filters, then five-tuple filters, then flow director, then RSS; queue 0 if none
 * decides. In a pool (not IX_NO_POOL) its traffic class or RSS alone choose among its queues. */
void ix_steer(struct ix *ix, const struct ix_packet *packet, int pool, struct ix_steer *steer);
/* The queue of a pool; rss: what the redirection table has for the packet. (pool.c) */
unsigned ix_pool_queue(const struct ix *ix, int pool, const struct ix_packet *packet, unsigned rss);
/* Toeplitz hash of the packet's fields as MRQC asks; false if the packet has none. (rss.c) */
bool ix_rss(const struct ix *ix, const struct ix_packet *packet, uint32_t *hash, uint32_t *type);
/* False: no filter matches. (fivetuple.c, fdir.c) */
bool ix_five_tuple(const struct ix *ix, const struct ix_packet *packet, struct ix_steer *steer);
bool ix_fdir_match(struct ix *ix, const struct ix_packet *packet, struct ix_steer *steer);
/* The hash of §7.1.2.7.5 over 42 bytes: the bucket hash with FDIRHKEY, the signature with
 * FDIRSKEY. words: 11 words, the first holds pool, flow type and VLAN. (fdir_hash.c) */
uint32_t ix_fdir_hash(const uint32_t words[11], uint32_t key);

#endif
