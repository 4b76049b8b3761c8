/* SPDX-License-Identifier: BSD-3-Clause
 *
 * One packet that a driver handed over: the demands of its first data descriptor are checked
 * against its context, then it leaves, whole or in TCP segments, with checksums and VLAN tag
 * inserted (82599 data sheet §7.2.4, §7.2.5).
 */
#include <string.h>

#include "model.h"
#include "offload.h"
#include "parse.h"

#define TX_FRAME_MAX (IX_FRAME_MAX - VLAN_BYTES)

/* Adds the tag, pads, counts, and puts the frame on the wire, or back into the receiver. */
void
ix_tx_frame(struct ix *ix, unsigned queue, const struct ix_offload *o, const uint8_t *data,
	    size_t len)
{
	uint8_t frame[IX_FRAME_MAX] = {0};
	uint32_t hlreg0 = ix->reg[IX_HLREG0 / 4];
	size_t at = 0;

	if (o->insert_vlan) {
		memcpy(frame, data, ETH_TYPE_AT);
		ix_put16(frame + ETH_TYPE_AT,
			 (uint16_t)(ix->reg[IX_DMATXCTL / 4] >> IX_DMATXCTL_VT_SHIFT));
		ix_put16(frame + ETH_TYPE_AT + 2, o->tag);
		at = ETH_TYPE_AT;
	}
	memcpy(frame + (at ? at + VLAN_BYTES : 0), data + at, len - at);
	len += o->insert_vlan ? VLAN_BYTES : 0;
	if (len < IX_FRAME_MIN && (hlreg0 & IX_HLREG0_TXPADEN))
		len = IX_FRAME_MIN;
	ix_stats_tx(ix, queue, frame, len + IX_FCS_BYTES);
	if (hlreg0 & IX_HLREG0_LPBK)
		ix_receive(ix, frame, len);
	else
		ix->env.transmit(ix->env.ctx, frame, len);
}

static bool
needs_context(uint64_t first)
{
	return first & (IX_TXD_IXSM | IX_TXD_TXSM | IX_TX_TSE | IX_TX_VLE | IX_TXD_CC);
}

/* False, and reported: the demands cannot be met. */
static bool
take_context(struct ix *ix, unsigned queue, struct ix_offload *o)
{
	const struct ix_tx_queue *q = &ix->txq[queue];
	unsigned index = q->first >> IX_TXD_IDX_SHIFT & IX_TXD_IDX_MASK;
	const struct ix_tx_context *c = &q->context[index % IX_TX_CONTEXTS];

	if (index >= IX_TX_CONTEXTS || !c->valid) {
		ix_mistake(ix, "§7.2.3.2.3",
			   "transmit queue %u: offload by context %u, which was "
			   "never given",
			   queue, index);
		return false;
	}
	o->l2_len = c->lo >> IX_TXC_MACLEN_SHIFT & IX_TXC_MACLEN_MASK;
	o->l3_len = c->lo & IX_TXC_IPLEN_MASK;
	o->tag = (uint16_t)(c->lo >> IX_TXC_VLAN_SHIFT);
	o->ipv4 = c->hi & IX_TXC_TUCMD_IPV4;
	o->l4_type = c->hi >> IX_TXC_L4T_SHIFT & IX_TXC_L4T_MASK;
	o->l4_len = c->hi >> IX_TXC_L4LEN_SHIFT & IX_TXC_L4LEN_MASK;
	o->mss = c->hi >> IX_TXC_MSS_SHIFT;
	return true;
}

static void
read_demands(uint64_t first, struct ix_offload *o)
{
	*o = (struct ix_offload){
		.ip_checksum = first & IX_TXD_IXSM,
		.l4_checksum = first & IX_TXD_TXSM,
		.segment = first & IX_TX_TSE,
		.insert_vlan = first & IX_TX_VLE,
	};
}

static bool
check_lengths(struct ix *ix, unsigned queue, const struct ix_offload *o, size_t len)
{
	size_t paylen = ix->txq[queue].first >> IX_TXD_PAYLEN_SHIFT & IX_TXD_PAYLEN_MASK;
	size_t headers = o->segment ? o->l2_len + o->l3_len + o->l4_len : 0;

	if (len != paylen + headers) {
		ix_mistake(ix, "§7.2.3.2.4",
			   "transmit queue %u: PAYLEN %zu with %zu bytes of headers, "
			   "but the descriptors hold %zu",
			   queue, paylen, headers, len);
		return false;
	}
	if (len < ETH_HEADER || (!o->segment && len > TX_FRAME_MAX)) {
		ix_mistake(ix, "§7.2.1", "transmit queue %u: packet of %zu bytes", queue, len);
		return false;
	}
	return true;
}

/* Without IFCS the packet ends with an FCS of the driver's own: it is checked and taken off, as
 * the wire here has none. */
static bool
own_fcs(struct ix *ix, unsigned queue, const uint8_t *data, size_t *len)
{
	uint32_t carried;

	if (*len < ETH_HEADER + IX_FCS_BYTES)
		return false;
	*len -= IX_FCS_BYTES;
	data += *len;
	carried = data[0] | data[1] << 8 | data[2] << 16 | (uint32_t)data[3] << 24;
	if (carried == ix_crc32(data - *len, *len))
		return true;
	ix_mistake(ix, "§7.2.3.2.4",
		   "transmit queue %u: IFCS is clear and the packet's FCS is wrong", queue);
	return false;
}

void
ix_tx_packet(struct ix *ix, unsigned queue)
{
	struct ix_tx_queue *q = &ix->txq[queue];
	size_t len = q->length;
	struct ix_offload o;

	read_demands(q->first, &o);
	if (needs_context(q->first) && !take_context(ix, queue, &o))
		return;
	if (q->first & (IX_TXD_IPSEC | IX_TXD_MAC_LINKSEC | IX_TXD_MAC_1588)) {
		ix_mistake(ix, "§7.2.3.2.4",
			   "transmit queue %u: IPsec, LinkSec or time stamp asked "
			   "for, which the model does not have",
			   queue);
		return;
	}
	if (!check_lengths(ix, queue, &o, len))
		return;
	if (!(q->first & IX_TX_IFCS) && !own_fcs(ix, queue, q->data, &len))
		return;
	if (o.segment)
		ix_tx_segments(ix, queue, &o, q->data, len);
	else if (ix_tx_checksums(ix, queue, &o, q->data, len))
		ix_tx_frame(ix, queue, &o, q->data, len);
}
