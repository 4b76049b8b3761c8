/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Reception (82599 data sheet §7.1): a frame from the wire is measured, filtered and put into the
 * packet buffer; from there it goes to its queue's descriptors when there are enough of them. A
 * queue without descriptors holds up the buffer, unless SRRCTL.Drop_En lets it drop; a full buffer
 * misses what comes (MPC).
 */
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "parse.h"
#include "steer.h"

#define MAX_PLAIN 1518u /* with FCS, HLREG0.JUMBOEN clear */
#define KB 1024u

/* A packet as it goes into buffers, and the words of its last descriptor. */
struct delivery {
	uint8_t data[IX_FRAME_MAX + IX_FCS_BYTES];
	size_t len;
	uint64_t low, high;
	unsigned queue;
};

void
ix_rx_reset(struct ix *ix)
{
	while (ix->buffer_first) {
		struct ix_rx_frame *next = ix->buffer_first->next;

		free(ix->buffer_first);
		ix->buffer_first = next;
	}
	ix->buffer_last = &ix->buffer_first;
	ix->buffer_bytes = 0;
	memset(ix->rxq, 0, sizeof(ix->rxq));
}

static void
pop_frame(struct ix *ix)
{
	struct ix_rx_frame *frame = ix->buffer_first;

	ix->buffer_first = frame->next;
	if (!ix->buffer_first)
		ix->buffer_last = &ix->buffer_first;
	ix->buffer_bytes -= frame->length;
	free(frame);
}

/* §8.2.3.22.13: MAXFRS counts the FCS, but not a VLAN tag, and holds for jumbo frames only. */
static size_t
largest(const struct ix *ix, const uint8_t *frame)
{
	uint32_t hlreg0 = ix->reg[IX_HLREG0 / 4];
	size_t max = hlreg0 & IX_HLREG0_JUMBOEN ? ix->reg[IX_MAXFRS / 4] >> IX_MAXFRS_MFS_SHIFT
						: MAX_PLAIN;

	return ix_be16(frame + ETH_TYPE_AT) == (ix->reg[IX_VLNCTRL / 4] & IX_VLNCTRL_VET_MASK)
		       ? max + VLAN_BYTES
		       : max;
}

static void
enqueue(struct ix *ix, const uint8_t *data, size_t len, bool inexact, int pool)
{
	size_t room = ix->reg[IX_RXPBSIZE / 4] & IX_RXPBSIZE_MASK;
	struct ix_rx_frame *frame = NULL;

	if (ix->buffer_bytes + len <= room)
		frame = malloc(sizeof(*frame) + len);
	if (!frame) {
		ix_stats_add(ix, IX_MPC, 1);
		ix_intr_other(ix, IX_EICR_RX_MISS);
		return;
	}
	frame->next = NULL;
	frame->length = len;
	frame->inexact = inexact;
	frame->pool = pool;
	memcpy(frame->data, data, len);
	*ix->buffer_last = frame;
	ix->buffer_last = &frame->next;
	ix->buffer_bytes += len;
}

/* Each pool has a copy of its own, in the packet buffer already. */
static void
enqueue_for_pools(struct ix *ix, const uint8_t *data, size_t len, bool inexact)
{
	uint64_t pools = ix_pools(ix, data, len);

	for (unsigned pool = 0; pool < IX_POOLS; pool++)
		if (pools >> pool & 1)
			enqueue(ix, data, len, inexact, (int)pool);
}

void
ix_receive(struct ix *ix, const uint8_t *data, size_t len)
{
	uint8_t padded[IX_FRAME_MIN] = {0};
	enum ix_pass pass;

	if (!ix->link_up || !(ix->reg[IX_RXCTRL / 4] & IX_RXCTRL_RXEN))
		return;
	/* The wire carries no shorter frame: what a datagram lacks is the sender's padding. */
	if (len < IX_FRAME_MIN) {
		memcpy(padded, data, len);
		data = padded;
		len = IX_FRAME_MIN;
	}
	ix_stats_add(ix, IX_TPR, 1);
	ix_stats_add_bytes(ix, IX_TORL, len + IX_FCS_BYTES);
	if (len + IX_FCS_BYTES > largest(ix, data) || len > IX_FRAME_MAX) {
		ix_stats_add(ix, IX_ROC, 1);
		return;
	}
	pass = ix_filter(ix, data, len);
	if (pass == IX_PASS_NO)
		return;
	ix_stats_rx(ix, data, len + IX_FCS_BYTES);
	if (ix_pools_on(ix))
		enqueue_for_pools(ix, data, len, pass == IX_PASS_INEXACT);
	else
		enqueue(ix, data, len, pass == IX_PASS_INEXACT, IX_NO_POOL);
	ix_rx_drain(ix);
}

/* §7.1.11: what was checked, and what was found wrong. */
static uint64_t
checksum_status(const struct ix_packet *p)
{
	const uint8_t *ip = p->data + p->l3, *l4 = p->data + p->l4;
	uint64_t status = 0;
	bool wrong;

	if (p->ipv4) {
		status |= IX_RXW_IPCS;
		if (ix_sum_final(ix_sum(ip, p->l4 - p->l3, 0)))
			status |= IX_RXW_IPE;
	}
	if (p->sctp) {
		uint8_t copy[IX_FRAME_MAX];
		uint32_t carried = l4[8] | l4[9] << 8 | l4[10] << 16 | (uint32_t)l4[11] << 24;

		memcpy(copy, l4, p->l4_len);
		memset(copy + SCTP_CSUM_AT, 0, 4);
		wrong = ix_crc32c(copy, p->l4_len) != carried;
	} else if (p->tcp || (p->udp && ix_be16(l4 + UDP_CSUM_AT))) {
		uint8_t protocol = p->tcp ? IP_TCP : IP_UDP;

		wrong = ix_sum_final(ix_sum(l4, p->l4_len, ix_sum_pseudo(p, protocol))) != 0;
	} else {
		return status;
	}
	status |= IX_RXW_L4CS | (p->udp ? IX_RXW_UDPCS : 0);
	return wrong ? status | IX_RXW_L4E : status;
}

static uint64_t
packet_type(const struct ix_packet *p, const struct ix_steer *steer)
{
	uint64_t type = 0;

	if (steer->etqf >= 0)
		return IX_PKT_ETQF | (unsigned)steer->etqf;
	if (p->ipv4)
		type |= IX_PKT_IPV4 | (p->options ? IX_PKT_IPV4_OPTIONS : 0u);
	if (p->ipv6)
		type |= IX_PKT_IPV6 | (p->extensions ? IX_PKT_IPV6_EXT : 0u);
	if (p->tcp)
		type |= IX_PKT_TCP;
	if (p->udp)
		type |= IX_PKT_UDP;
	if (p->sctp)
		type |= IX_PKT_SCTP;
	return type;
}

/* Moves the packet, without a stripped tag, with the FCS if it is to be kept. */
static void
fill_data(const struct ix *ix, const struct ix_packet *p, bool strip, struct delivery *d)
{
	size_t cut = strip ? VLAN_BYTES : 0;

	memcpy(d->data, p->data, ETH_TYPE_AT);
	memcpy(d->data + ETH_TYPE_AT, p->data + ETH_TYPE_AT + cut, p->len - ETH_TYPE_AT - cut);
	d->len = p->len - cut;
	if (!(ix->reg[IX_RDRXCTL / 4] & IX_RDRXCTL_CRCSTRIP)) {
		uint32_t fcs = ix_crc32(p->data, p->len);

		for (unsigned i = 0; i < IX_FCS_BYTES; i++)
			d->data[d->len++] = (uint8_t)(fcs >> (8 * i));
	}
}

static void
prepare(struct ix *ix, const struct ix_rx_frame *frame, struct delivery *d)
{
	uint16_t vet = (uint16_t)(ix->reg[IX_VLNCTRL / 4] & IX_VLNCTRL_VET_MASK);
	struct ix_packet p;
	struct ix_steer steer;
	bool hash_shown = ix->reg[IX_RXCSUM / 4] & IX_RXCSUM_PCSD;
	bool strip;

	ix_parse(&p, frame->data, frame->length, vet);
	ix_steer(ix, &p, frame->pool, &steer);
	d->queue = steer.queue;
	strip = p.vlan && (ix_rx_queue_reg(ix, d->queue, IX_RX_RXDCTL) & IX_RXDCTL_VME);
	fill_data(ix, &p, strip, d);
	d->low = packet_type(&p, &steer) << IX_RXW_PKT_TYPE_SHIFT;
	if (steer.rss_type && (hash_shown || steer.fdir_match))
		d->low |= steer.rss_type | (uint64_t)steer.hash << IX_RXW_HASH_SHIFT;
	d->high = checksum_status(&p);
	if (steer.fdir_match)
		d->high |= IX_RXW_FLM;
	if (frame->inexact)
		d->high |= IX_RXW_PIF;
	if (p.vlan)
		d->high |= IX_RXW_VP;
	if (strip)
		d->high |= (uint64_t)p.tag << IX_RXW_VLAN_SHIFT;
}

/* One buffer: its descriptor as the driver gave it is read, the data and the result written. */
static bool
write_buffer(struct ix *ix, const struct delivery *d, size_t at, size_t bytes)
{
	struct ix_rx_queue *q = &ix->rxq[d->queue];
	uint64_t base = ix_rx_queue_reg(ix, d->queue, IX_RX_RDBAL) |
			(uint64_t)ix_rx_queue_reg(ix, d->queue, IX_RX_RDBAH) << 32;
	uint64_t where = base + (uint64_t)q->head * IX_DESC_BYTES;
	bool last = at + bytes == d->len;
	uint64_t desc[2], high = IX_RXW_DD | (uint64_t)bytes << IX_RXW_LENGTH_SHIFT;

	if (!ix_dma_read(ix, where, desc, sizeof(desc), "receive descriptor"))
		return false;
	/* Linux leaves DD as it was, but not the length. */
	if ((desc[1] & IX_RXW_DD) && (desc[1] & IX_RXW_LENGTH_MASK))
		ix_mistake(ix, "§7.1.6.1",
			   "receive queue %u, descriptor %u is still as the hardware "
			   "wrote it: it was not refilled",
			   d->queue, q->head);
	if (!desc[0])
		ix_mistake(ix, "§7.1.6.1", "receive queue %u, descriptor %u: buffer address 0",
			   d->queue, q->head);
	if (!ix_dma_write(ix, desc[0], d->data + at, bytes, "receive buffer"))
		return false;
	if (last)
		high |= IX_RXW_EOP | d->high;
	q->head = (q->head + 1) % (ix_rx_queue_reg(ix, d->queue, IX_RX_RDLEN) / IX_DESC_BYTES);
	return ix_dma_write(ix, where, &d->low, sizeof(d->low), "receive write-back") &&
	       ix_dma_publish(ix, where + sizeof(d->low), high, "receive write-back");
}

static void
deliver(struct ix *ix, const struct delivery *d, size_t buffer)
{
	for (size_t at = 0; at < d->len; at += buffer) {
		size_t bytes = d->len - at < buffer ? d->len - at : buffer;

		if (!write_buffer(ix, d, at, bytes))
			return;
	}
	ix_stats_rx_queue(ix, d->queue, d->len);
	ix_intr_queue(ix, d->queue, false);
}

/* False: the packet must wait for descriptors. */
static bool
try_deliver(struct ix *ix, const struct delivery *d)
{
	uint32_t rxdctl = ix_rx_queue_reg(ix, d->queue, IX_RX_RXDCTL);
	uint32_t srrctl = ix_rx_queue_reg(ix, d->queue, IX_RX_SRRCTL);
	uint32_t type = srrctl >> IX_SRRCTL_DESCTYPE_SHIFT & IX_SRRCTL_DESCTYPE_MASK;
	size_t buffer = (srrctl & IX_SRRCTL_BSIZEPACKET_MASK) * KB;

	if (!(rxdctl & IX_RXDCTL_ENABLE)) {
		ix_stats_add_queue(ix, IX_QPRDC, d->queue);
		return true;
	}
	if (type != IX_SRRCTL_DESCTYPE_ADV_ONE_BUFFER || !buffer) {
		ix_mistake(ix, "§8.2.3.8.7",
			   "receive queue %u: SRRCTL 0x%08x: only advanced "
			   "descriptors with one buffer of 1 to 16 KB are modelled",
			   d->queue, srrctl);
		return true;
	}
	if (ix_rx_queue_free(ix, d->queue) < (d->len + buffer - 1) / buffer) {
		if (!(srrctl & IX_SRRCTL_DROP_EN))
			return false;
		ix_stats_add_queue(ix, IX_QPRDC, d->queue);
		return true;
	}
	deliver(ix, d, buffer);
	return true;
}

void
ix_rx_drain(struct ix *ix)
{
	struct delivery d;

	if ((ix->reg[IX_SECRXCTRL / 4] & IX_SECRXCTRL_RX_DIS) || !ix_may_master(ix))
		return;
	while (ix->buffer_first) {
		prepare(ix, ix->buffer_first, &d);
		if (!try_deliver(ix, &d))
			return;
		pop_frame(ix);
	}
}
