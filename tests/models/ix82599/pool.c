/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Pools (82599 data sheet §7.10.3): in virtualization mode a packet goes to the pools that have its
 * destination address, and of these to those that have its VLAN; to the default pool if none is
 * left. In each pool the user priority's traffic class, or RSS, chooses the queue (§7.1.2).
 *
 * Left out: switching between pools, mirroring, and filters that
 * choose a queue by what a packet carries.
 */
#include <string.h>

#include "model.h"
#include "parse.h"
#include "steer.h"

#define MAC_BYTES 6u
#define VLAN_ID_MASK 0xFFFu
#define VLAN_PRIORITY_SHIFT 13
#define ALL_POOLS (~0ull)

/* How MRQC.MRQE divides the 128 queues; rss, classes: what chooses among a pool's. */
static const struct layout {
	uint32_t mode;
	unsigned pools, queues;		/* of each pool */
	bool rss, classes;
} layouts[] = {
	{ IX_MRQC_MRQE_POOLS64, 64, 2, false, false },
	{ IX_MRQC_MRQE_POOLS64_RSS, 64, 2, true, false },
	{ IX_MRQC_MRQE_POOLS32_RSS, 32, 4, true, false },
	{ IX_MRQC_MRQE_POOLS32_TC4, 32, 4, false, true },
	{ IX_MRQC_MRQE_POOLS16_TC8, 16, 8, false, true },
};

static const struct layout *
layout_of(const struct ix *ix)
{
	uint32_t mode = ix->reg[IX_MRQC / 4] & IX_MRQC_MRQE_MASK;

	for (unsigned n = 0; n < sizeof(layouts) / sizeof(layouts[0]); n++)
		if (layouts[n].mode == mode)
			return &layouts[n];
	return NULL;
}

bool
ix_pools_on(const struct ix *ix)
{
	return ix->reg[IX_PFVTCTL / 4] & IX_PFVTCTL_VT_ENA;
}

/* The pair of words n of a table that has a bit for each pool. */
static uint64_t
pool_list(const struct ix *ix, uint32_t table, unsigned n)
{
	return ix->reg[table / 4 + 2 * n] | (uint64_t)ix->reg[table / 4 + 2 * n + 1] << 32;
}

static uint64_t
pools_that_accept(const struct ix *ix, uint32_t bit)
{
	uint64_t pools = 0;

	for (unsigned pool = 0; pool < IX_POOLS; pool++)
		if (ix->reg[IX_PFVML2FLT / 4 + pool] & bit)
			pools |= 1ull << pool;
	return pools;
}

static uint64_t
address_pools(const struct ix *ix, const uint8_t *mac)
{
	static const uint8_t broadcast[MAC_BYTES] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
	uint64_t pools = 0;

	if (!memcmp(mac, broadcast, MAC_BYTES))
		return pools_that_accept(ix, IX_PFVML2FLT_BAM);
	for (unsigned n = 0; n < IX_RA_COUNT; n++)
		if (ix_filter_address(ix, n, mac))
			pools |= pool_list(ix, IX_MPSAR, n);
	if (mac[0] & 1) {
		pools |= pools_that_accept(ix, IX_PFVML2FLT_MPE);
		if (ix_filter_hash(ix, IX_MTA, mac))
			pools |= pools_that_accept(ix, IX_PFVML2FLT_ROMPE);
	} else if (ix_filter_hash(ix, IX_PFUTA, mac)) {
		pools |= pools_that_accept(ix, IX_PFVML2FLT_ROPE);
	}
	return pools;
}

static uint64_t
vlan_pools(const struct ix *ix, const struct ix_packet *p)
{
	uint64_t pools = 0;

	if (!(ix->reg[IX_VLNCTRL / 4] & IX_VLNCTRL_VFE))
		return ALL_POOLS;
	if (!p->vlan)
		return pools_that_accept(ix, IX_PFVML2FLT_AUPE);
	for (unsigned n = 0; n < IX_PFVLVF_COUNT; n++) {
		uint32_t filter = ix->reg[IX_PFVLVF / 4 + n];

		if ((filter & IX_PFVLVF_VI_EN) &&
		    (filter & IX_PFVLVF_ID_MASK) == (p->tag & VLAN_ID_MASK))
			pools |= pool_list(ix, IX_PFVLVFB, n);
	}
	return pools;
}

uint64_t
ix_pools(struct ix *ix, const uint8_t *frame, size_t len)
{
	uint32_t control = ix->reg[IX_PFVTCTL / 4];
	const struct layout *layout = layout_of(ix);
	struct ix_packet p;
	uint64_t pools;

	if (!layout) {
		ix_mistake(ix, "§8.2.3.7.12", "PFVTCTL.VT_Ena without pools in MRQC.MRQE");
		return 0;
	}
	ix_parse(&p, frame, len, (uint16_t)(ix->reg[IX_VLNCTRL / 4] & IX_VLNCTRL_VET_MASK));
	pools = address_pools(ix, frame) & vlan_pools(ix, &p);
	if (!pools && !(control & IX_PFVTCTL_DIS_DEF_PL))
		pools = 1ull << (control >> IX_PFVTCTL_DEF_PL_SHIFT & IX_PFVTCTL_DEF_PL_MASK);
	pools &= pool_list(ix, IX_PFVFRE, 0);
	if (layout->pools < IX_POOLS)
		pools &= (1ull << layout->pools) - 1;
	if ((pools & (pools - 1)) && !(control & IX_PFVTCTL_RPL_EN))
		ix_mistake(ix, "§7.10.3.3", "a packet is for the pools 0x%llx: without "
			   "PFVTCTL.Rpl_En that is not modelled", (unsigned long long)pools);
	return pools;
}

unsigned
ix_pool_queue(const struct ix *ix, int pool, const struct ix_packet *p, unsigned rss)
{
	const struct layout *layout = layout_of(ix);
	unsigned priority = p->vlan ? p->tag >> VLAN_PRIORITY_SHIFT : 0, within = 0;

	if (!layout) /* the mode was left while the packet was in the buffer */
		return 0;
	if (layout->rss)
		within = rss;
	if (layout->classes)
		within = ix->reg[IX_RTRUP2TC / 4] >> (IX_RTRUP2TC_BITS * priority) &
			 IX_RTRUP2TC_MASK;
	return (unsigned)pool * layout->queues + within % layout->queues;
}
