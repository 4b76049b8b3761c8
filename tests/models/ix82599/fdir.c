/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Flow director (82599 data sheet §7.1.2.7): perfect filters (IPv4) and signature filters, written
 * through FDIRCMD. A perfect filter's bucket hash is computed by the driver; if it is not the one
 * that the hardware would compute, the filter could never match, and that is reported.
 */
#include <string.h>

#include "access.h"
#include "model.h"
#include "parse.h"
#include "steer.h"

#define PERFECT_HASH_MASK_64K 0x7FFu /* buckets by PBALLOC: doubled with each step */
#define SIGNATURE_HASH_MASK_64K 0x1FFFu
#define FILTERS_64K 2048u /* perfect filters, less two */
#define FREE_MASK 0xFFFFu
#define VLAN_ID_MASK 0x0FFFu
#define VLAN_PRIORITY_MASK 0xE000u

/* The fields that a filter compares, as the registers hold them. */
struct fields {
	uint32_t src_ip, dst_ip; /* network order in memory: little-endian load */
	uint32_t ports;		 /* destination << 16 | source */
	uint32_t vlan_flex;	 /* flexible bytes << 16 | tag */
	uint32_t flow;		 /* L4 type, bit 2: IPv6 */
};

static uint32_t
control(const struct ix *ix)
{
	return ix->reg[IX_FDIRCTRL / 4];
}

static unsigned
pballoc(const struct ix *ix)
{
	return control(ix) & IX_FDIRCTRL_PBALLOC_MASK;
}

static bool
perfect(const struct ix *ix)
{
	return control(ix) & IX_FDIRCTRL_PERFECT;
}

static uint32_t
hash_mask(const struct ix *ix)
{
	uint32_t base = perfect(ix) ? PERFECT_HASH_MASK_64K : SIGNATURE_HASH_MASK_64K;

	return pballoc(ix) ? ((base + 1) << (pballoc(ix) - 1)) - 1 : 0;
}

static unsigned
capacity(const struct ix *ix)
{
	return pballoc(ix) ? (FILTERS_64K << (pballoc(ix) - 1)) - 2 : 0;
}

void
ix_fdir_reset(struct ix *ix)
{
	memset(ix->fdir, 0, IX_FDIR_FILTERS * sizeof(*ix->fdir));
	ix->fdir_count = 0;
	ix->reg[IX_FDIRFREE / 4] = capacity(ix) & FREE_MASK;
}

/* Writing FDIRCTRL starts the set-up of the filter memory, which is at once done. */
void
ix_fdirctrl_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	ix_store(ix, offset, value);
	ix->reg[offset / 4] &= ~(uint32_t)IX_FDIRCTRL_INIT_DONE;
	if (pballoc(ix))
		ix->reg[offset / 4] |= IX_FDIRCTRL_INIT_DONE;
	ix_fdir_reset(ix);
}

static uint32_t
load_le(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t
to_host(uint32_t loaded)
{
	uint8_t bytes[4] = {(uint8_t)loaded, (uint8_t)(loaded >> 8), (uint8_t)(loaded >> 16),
			    (uint8_t)(loaded >> 24)};

	return ix_be32(bytes);
}

/* FDIRTCPM and FDIRUDPM have their bits in reverse, within each port. */
static uint32_t
reverse_ports(uint32_t mask)
{
	uint32_t out = 0;

	for (unsigned i = 0; i < 16; i++) {
		out |= (mask >> i & 1) << (15 - i);
		out |= (mask >> (16 + i) & 1) << (31 - i);
	}
	return out;
}

static void
apply_masks(const struct ix *ix, struct fields *f)
{
	uint32_t fdirm = ix->reg[IX_FDIRM / 4];
	uint32_t l4 = f->flow & IX_FDIRCMD_L4TYPE_MASK;
	uint32_t port_mask = l4 == 1 ? ix->reg[IX_FDIRUDPM / 4] : ix->reg[IX_FDIRTCPM / 4];
	uint32_t vlan = 0xFFFF0000u | VLAN_ID_MASK | VLAN_PRIORITY_MASK;

	f->src_ip &= ~ix->reg[IX_FDIRSIP4M / 4];
	f->dst_ip &= ~ix->reg[IX_FDIRDIP4M / 4];
	f->ports &= ~reverse_ports(port_mask);
	if (fdirm & IX_FDIRM_VLANID)
		vlan &= ~VLAN_ID_MASK;
	if (fdirm & IX_FDIRM_VLANP)
		vlan &= ~VLAN_PRIORITY_MASK;
	if (fdirm & IX_FDIRM_FLEX)
		vlan &= 0xFFFFu;
	f->vlan_flex &= vlan;
	if (fdirm & IX_FDIRM_L4P)
		f->flow &= ~(uint32_t)IX_FDIRCMD_L4TYPE_MASK;
}

/* The hash's input; the flexible bytes stand in network order there. */
static void
stream(const struct fields *f, uint32_t words[11])
{
	uint32_t flex = f->vlan_flex >> 16;

	memset(words, 0, 11 * sizeof(words[0]));
	words[0] = f->flow << 16 | (f->vlan_flex & 0xFFFF);
	words[1] = to_host(f->dst_ip);
	words[5] = to_host(f->src_ip);
	words[9] = f->ports << 16 | f->ports >> 16;
	words[10] = (flex & 0xFF) << 24 | (flex >> 8) << 16;
}

static uint32_t
packet_flow(const struct ix_packet *p)
{
	uint32_t l4 = p->udp ? 1 : p->tcp ? 2 : p->sctp ? 3 : 0;

	return l4 | (p->ipv6 ? 4u : 0);
}

static void
packet_fields(const struct ix *ix, const struct ix_packet *p, struct fields *f)
{
	size_t flex_at = 2 * (control(ix) >> IX_FDIRCTRL_FLEX_SHIFT & IX_FDIRCTRL_FLEX_MASK);
	const uint8_t *ip = p->data + p->l3;

	*f = (struct fields){.flow = packet_flow(p)};
	/* The offset counts without the tag. */
	if (p->vlan && flex_at >= ETH_TYPE_AT)
		flex_at += VLAN_BYTES;
	if (p->ipv4) {
		f->src_ip = load_le(ip + 12);
		f->dst_ip = load_le(ip + 16);
	}
	f->ports = (uint32_t)p->dst_port << 16 | p->src_port;
	f->vlan_flex = p->vlan ? p->tag : 0;
	if (flex_at + 2 <= p->len)
		f->vlan_flex |= (uint32_t)(p->data[flex_at] | p->data[flex_at + 1] << 8) << 16;
	apply_masks(ix, f);
}

static void
add_ipv6(const struct ix *ix, const struct ix_packet *p, uint32_t words[11])
{
	const uint8_t *ip = p->data + p->l3;

	if (!p->ipv6)
		return;
	for (unsigned n = 0; n < 4; n++) {
		words[5 + n] = ix_be32(ip + 8 + 4 * n);
		if (!(ix->reg[IX_FDIRM / 4] & IX_FDIRM_DIPV6))
			words[1 + n] = ix_be32(ip + 24 + 4 * n);
	}
}

static void
filter_fields(const struct ix *ix, const struct ix_fdir_filter *filter, struct fields *f)
{
	*f = (struct fields){
		.src_ip = filter->src_ip,
		.dst_ip = filter->dst_ip,
		.ports = filter->ports,
		.vlan_flex = filter->vlan_flex,
		.flow = filter->command >> IX_FDIRCMD_L4TYPE_SHIFT & 7,
	};
	apply_masks(ix, f);
}

static struct ix_fdir_filter *
find(struct ix *ix, uint32_t hash, uint32_t index)
{
	for (unsigned n = 0; n < IX_FDIR_FILTERS; n++) {
		struct ix_fdir_filter *f = &ix->fdir[n];

		if (f->valid && f->hash == hash && f->index == index)
			return f;
	}
	return NULL;
}

static void
check_hash(struct ix *ix, const struct ix_fdir_filter *filter)
{
	struct fields f;
	uint32_t words[11], hash;

	filter_fields(ix, filter, &f);
	stream(&f, words);
	hash = ix_fdir_hash(words, ix->reg[IX_FDIRHKEY / 4]) & hash_mask(ix);
	if (hash != filter->hash)
		ix_mistake(ix, "§7.1.2.7.5",
			   "FDIRHASH: bucket hash 0x%04x, the filter's fields give 0x%04x: it can "
			   "never match",
			   filter->hash, hash);
}

static void
add_filter(struct ix *ix, uint32_t hash, uint32_t index, uint32_t command)
{
	struct ix_fdir_filter *slot = find(ix, hash, index);

	if (!slot && ix->fdir_count >= capacity(ix)) {
		ix->reg[IX_FDIRFSTAT / 4]++;
		ix_intr_other(ix, IX_EICR_FLOW_DIR);
		return;
	}
	if (!slot) {
		for (slot = ix->fdir; slot->valid; slot++)
			;
		ix->fdir_count++;
		ix->reg[IX_FDIRUSTAT / 4]++;
		ix->reg[IX_FDIRFREE / 4]--;
	}
	*slot = (struct ix_fdir_filter){
		.valid = true,
		.hash = hash,
		.index = index,
		.command = command,
		.src_ip = ix->reg[IX_FDIRIPSA / 4],
		.dst_ip = ix->reg[IX_FDIRIPDA / 4],
		.ports = ix->reg[IX_FDIRPORT / 4],
		.vlan_flex = ix->reg[IX_FDIRVLAN / 4],
	};
	if (perfect(ix))
		check_hash(ix, slot);
}

static void
remove_filter(struct ix *ix, struct ix_fdir_filter *slot)
{
	slot->valid = false;
	ix->fdir_count--;
	ix->reg[IX_FDIRUSTAT / 4] += 1u << 16;
	ix->reg[IX_FDIRFREE / 4]++;
}

/* A command is done at once: its bits read as 0, and bit 2 tells a query's result. */
void
ix_fdircmd_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	uint32_t reg = ix->reg[IX_FDIRHASH / 4], command = value & IX_FDIRCMD_CMD_MASK;
	uint32_t hash = reg & hash_mask(ix), index = reg >> IX_FDIRHASH_INDEX_SHIFT;
	struct ix_fdir_filter *found = find(ix, hash, index);

	ix_store(ix, offset, value & ~(uint32_t)IX_FDIRCMD_CMD_MASK);
	ix->reg[offset / 4] &= ~(uint32_t)IX_FDIRCMD_FILTER_VALID;
	if (value & IX_FDIRCMD_CLEARHT)
		ix_fdir_reset(ix);
	if (!command)
		return;
	if (!(control(ix) & IX_FDIRCTRL_INIT_DONE)) {
		ix_mistake(ix, "§8.2.3.21.14", "FDIRCMD (0x%08x) before FDIRCTRL.INIT-Done", value);
		return;
	}
	if (command == IX_FDIRCMD_ADD)
		add_filter(ix, hash, index, value);
	else if (command == IX_FDIRCMD_QUERY && found)
		ix->reg[offset / 4] |= IX_FDIRCMD_FILTER_VALID;
	else if (command == IX_FDIRCMD_REMOVE && found)
		remove_filter(ix, found);
	else if (command == IX_FDIRCMD_REMOVE)
		ix->reg[IX_FDIRFSTAT / 4] += 1u << 8;
}

static bool
same_fields(const struct fields *a, const struct fields *b)
{
	return a->src_ip == b->src_ip && a->dst_ip == b->dst_ip && a->ports == b->ports &&
	       a->vlan_flex == b->vlan_flex && a->flow == b->flow;
}

static const struct ix_fdir_filter *
lookup(struct ix *ix, const struct ix_packet *p, uint32_t *hash)
{
	struct fields packet, filter;
	uint32_t words[11], signature;

	packet_fields(ix, p, &packet);
	stream(&packet, words);
	add_ipv6(ix, p, words);
	*hash = ix_fdir_hash(words, ix->reg[IX_FDIRHKEY / 4]) & hash_mask(ix);
	signature = ix_fdir_hash(words, ix->reg[IX_FDIRSKEY / 4]);
	if (!perfect(ix))
		return find(ix, *hash, signature);
	for (unsigned n = 0; n < IX_FDIR_FILTERS; n++) {
		if (!ix->fdir[n].valid || ix->fdir[n].hash != *hash)
			continue;
		filter_fields(ix, &ix->fdir[n], &filter);
		if (same_fields(&packet, &filter))
			return &ix->fdir[n];
	}
	return NULL;
}

bool
ix_fdir_match(struct ix *ix, const struct ix_packet *p, struct ix_steer *steer)
{
	const struct ix_fdir_filter *filter;
	uint32_t hash;

	if (!(control(ix) & IX_FDIRCTRL_INIT_DONE) || !(p->ipv4 || p->ipv6) || p->fragment)
		return false;
	filter = lookup(ix, p, &hash);
	ix_stats_add(ix, filter ? IX_FDIRMATCH : IX_FDIRMISS, 1);
	if (!filter)
		return false;
	steer->fdir_match = true;
	if (filter->command & IX_FDIRCMD_QUEUE_EN)
		steer->queue = filter->command >> IX_FDIRCMD_QUEUE_SHIFT & IX_FDIRCMD_QUEUE_MASK;
	if (filter->command & IX_FDIRCMD_DROP)
		steer->queue =
			control(ix) >> IX_FDIRCTRL_DROP_QUEUE_SHIFT & IX_FDIRCTRL_DROP_QUEUE_MASK;
	if (control(ix) & (IX_FDIRCTRL_REPORT_STATUS | IX_FDIRCTRL_REPORT_ALWAYS)) {
		steer->rss_type = IX_RXW_RSS_TYPE_FDIR;
		steer->hash = hash << 16 | filter->index;
	}
	return true;
}
