/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Registers of the transmit queues and their rules (82599 data sheet §4.6.8, §8.2.3.9), and the
 * walk along the rings: descriptors are fetched in turn from the queues whose tail was moved,
 * contexts are kept, data is gathered to a packet, finished descriptors are reported.
 */
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "model.h"

#define DESCRIPTORS_A_TURN 64u

static unsigned
queue_of(uint32_t offset)
{
	return (offset - IX_TX_BLOCK) / IX_QUEUE_STRIDE;
}

uint32_t
ix_tx_queue_reg(const struct ix *ix, unsigned queue, uint32_t reg)
{
	return ix->reg[(IX_TX_BLOCK + queue * IX_QUEUE_STRIDE + reg) / 4];
}

static bool
enabled(const struct ix *ix, unsigned queue)
{
	return ix_tx_queue_reg(ix, queue, IX_TX_TXDCTL) & IX_TXDCTL_ENABLE;
}

static uint32_t
ring_size(const struct ix *ix, unsigned queue)
{
	return ix_tx_queue_reg(ix, queue, IX_TX_TDLEN) / IX_DESC_BYTES;
}

static void
drop_packet(struct ix_tx_queue *q)
{
	q->length = 0;
	q->count = 0;
}

static void
queue_reset(struct ix_tx_queue *q)
{
	free(q->data);
	*q = (struct ix_tx_queue){0};
}

void
ix_tx_reset(struct ix *ix)
{
	for (unsigned queue = 0; queue < IX_TX_QUEUES; queue++)
		queue_reset(&ix->txq[queue]);
}

/* TDBAL, TDBAH, TDLEN */
void
ix_tx_ring_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned queue = queue_of(offset);

	if (enabled(ix, queue) && value != ix->reg[offset / 4])
		ix_mistake(ix, "§4.6.8",
			   "transmit queue %u: the ring is changed (0x%05x) while the "
			   "queue is enabled",
			   queue, offset);
	ix_store(ix, offset, value);
	ix->txq[queue].used = false;
}

uint32_t
ix_tdh_read(struct ix *ix, uint32_t offset)
{
	return ix->txq[queue_of(offset)].clean;
}

void
ix_tdh_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned queue = queue_of(offset);
	struct ix_tx_queue *q = &ix->txq[queue];

	if (enabled(ix, queue) && value != q->head &&
	    q->head != ix_tx_queue_reg(ix, queue, IX_TX_TDT))
		ix_mistake(ix, "§8.2.3.9.8",
			   "TDH[%u] is written (%u) while the hardware owns "
			   "descriptors",
			   queue, value);
	q->head = q->clean = value;
	drop_packet(q);
}

void
ix_tdt_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned queue = queue_of(offset);
	struct ix_tx_queue *q = &ix->txq[queue];
	uint32_t size = ring_size(ix, queue);

	if (value && value >= size) {
		ix_mistake(ix, "§8.2.3.9.9", "TDT[%u] = %u is beyond the ring of %u descriptors",
			   queue, value, size);
		return;
	}
	if (value != q->head && !enabled(ix, queue) && !q->used)
		ix_mistake(ix, "§4.6.8", "TDT[%u] = %u before the queue is enabled", queue, value);
	else if (value != q->head && enabled(ix, queue) && !q->enable_seen)
		ix_mistake(ix, "§4.6.8", "TDT[%u] = %u before TXDCTL.ENABLE was read as 1", queue,
			   value);
	ix_store(ix, offset, value);
	q->kicked = true;
}

uint32_t
ix_txdctl_read(struct ix *ix, uint32_t offset)
{
	uint32_t value = ix->reg[offset / 4];

	if (value & IX_TXDCTL_ENABLE)
		ix->txq[queue_of(offset)].enable_seen = true;
	return value;
}

static void
check_enable(struct ix *ix, unsigned queue)
{
	uint32_t bytes = ix_tx_queue_reg(ix, queue, IX_TX_TDLEN);

	if (!(ix->reg[IX_DMATXCTL / 4] & IX_DMATXCTL_TE))
		ix_mistake(ix, "§4.6.8", "TXDCTL[%u].ENABLE is set before DMATXCTL.TE", queue);
	if (!bytes || bytes > IX_RING_MAX_BYTES)
		ix_mistake(ix, "§8.2.3.9.7", "transmit queue %u is enabled with a ring of %u bytes",
			   queue, bytes);
}

void
ix_txdctl_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned queue = queue_of(offset);
	struct ix_tx_queue *q = &ix->txq[queue];
	bool was = enabled(ix, queue);

	ix_store(ix, offset, value & ~(uint32_t)IX_TXDCTL_SWFLSH);
	if (!was && enabled(ix, queue)) {
		check_enable(ix, queue);
		q->stalled = false;
		q->used = true;
		q->kicked = true;
	}
	if (!enabled(ix, queue)) {
		q->enable_seen = false;
		drop_packet(q);
	}
}

void
ix_mtqc_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	if (value != ix->reg[offset / 4] && !(ix->reg[IX_RTTDCS / 4] & IX_RTTDCS_ARBDIS))
		ix_mistake(ix, "§8.2.3.9.15", "MTQC is changed without RTTDCS.ARBDIS");
	ix_store(ix, offset, value);
}

/* Head write-back replaces the report in each descriptor, §7.2.3.5.2. */
static bool
report_done(struct ix *ix, unsigned queue, uint64_t where, uint64_t high)
{
	uint64_t wb = ix_tx_queue_reg(ix, queue, IX_TX_TDWBAL) |
		      (uint64_t)ix_tx_queue_reg(ix, queue, IX_TX_TDWBAH) << 32;
	uint32_t head = ix->txq[queue].head;

	if (wb & IX_TDWBAL_ENABLE)
		return ix_dma_write(ix, wb & ~3ull, &head, sizeof(head),
				    "transmit head write-back");
	return ix_dma_publish(ix, where + 8, (high & ~(uint64_t)IX_TXD_STA_MASK) | IX_TXD_DD,
			      "transmit write-back");
}

static void
keep_context(struct ix *ix, unsigned queue, const uint64_t desc[2])
{
	struct ix_tx_queue *q = &ix->txq[queue];
	unsigned index = desc[1] >> IX_TXC_IDX_SHIFT & IX_TXD_IDX_MASK;

	if (index >= IX_TX_CONTEXTS) {
		ix_mistake(ix, "§7.2.3.2.3", "transmit queue %u: context index %u", queue, index);
		return;
	}
	if (q->count)
		ix_mistake(ix, "§7.2.3.2.3",
			   "transmit queue %u: a context descriptor inside a packet", queue);
	q->context[index] = (struct ix_tx_context){desc[0], desc[1], true};
}

static bool
gather(struct ix *ix, unsigned queue, const uint64_t desc[2])
{
	struct ix_tx_queue *q = &ix->txq[queue];
	size_t bytes = desc[1] & IX_TXD_DTALEN_MASK;

	if (!q->data)
		q->data = malloc(IX_TSO_MAX);
	if (!q->data || q->length + bytes > IX_TSO_MAX) {
		ix_mistake(ix, "§7.2.3.2.4", "transmit queue %u: packet of more than %u bytes",
			   queue, IX_TSO_MAX);
		return false;
	}
	if (!bytes)
		ix_mistake(ix, "§7.2.3.2.4", "transmit queue %u: data descriptor of 0 bytes",
			   queue);
	if (!q->count)
		q->first = desc[1];
	if (++q->count > IX_TX_MAX_DESC)
		ix_mistake(ix, "§7.2.3.3", "transmit queue %u: packet of more than %u descriptors",
			   queue, IX_TX_MAX_DESC);
	if (bytes && !ix_dma_read(ix, desc[0], q->data + q->length, bytes, "transmit buffer"))
		return false;
	q->length += bytes;
	return true;
}

static bool
data_descriptor(struct ix *ix, unsigned queue, const uint64_t desc[2])
{
	struct ix_tx_queue *q = &ix->txq[queue];

	if (desc[1] & IX_TXD_RESERVED)
		ix_mistake(ix, "§7.2.3.2.4",
			   "transmit queue %u: data descriptor 0x%016llx sets "
			   "reserved bits",
			   queue, (unsigned long long)desc[1]);
	if (!gather(ix, queue, desc))
		return false;
	if (desc[1] & IX_TX_EOP) {
		ix_tx_packet(ix, queue);
		drop_packet(q);
	}
	return true;
}

/* False: the queue stops, as hardware does on what it cannot read. */
static bool
one_descriptor(struct ix *ix, unsigned queue)
{
	struct ix_tx_queue *q = &ix->txq[queue];
	uint64_t base = ix_tx_queue_reg(ix, queue, IX_TX_TDBAL) |
			(uint64_t)ix_tx_queue_reg(ix, queue, IX_TX_TDBAH) << 32;
	uint64_t where = base + (uint64_t)q->head * IX_DESC_BYTES, desc[2];
	unsigned type;
	bool context;

	if (!ix_dma_read(ix, where, desc, sizeof(desc), "transmit descriptor"))
		return false;
	type = desc[1] >> IX_TX_DTYP_SHIFT & IX_TX_DTYP_MASK;
	context = type == IX_TX_DTYP_CONTEXT;
	if (!(desc[1] & IX_TX_DEXT) || (!context && type != IX_TX_DTYP_DATA)) {
		ix_mistake(ix, "§7.2.3.2",
			   "transmit queue %u, descriptor %u: 0x%016llx is neither an "
			   "advanced context nor an advanced data descriptor",
			   queue, q->head, (unsigned long long)desc[1]);
		return false;
	}
	if (context)
		keep_context(ix, queue, desc);
	else if (!data_descriptor(ix, queue, desc))
		return false;
	q->head = (q->head + 1) % ring_size(ix, queue);
	if (!q->count)
		q->clean = q->head;
	if (!context && (desc[1] & IX_TX_RS)) {
		if (!report_done(ix, queue, where, desc[1]))
			return false;
		ix_intr_queue(ix, queue, true);
	}
	return true;
}

/* True: the queue has more to do. */
static bool
run_queue(struct ix *ix, unsigned queue)
{
	struct ix_tx_queue *q = &ix->txq[queue];

	for (unsigned n = 0; n < DESCRIPTORS_A_TURN; n++) {
		uint32_t tail = ix_tx_queue_reg(ix, queue, IX_TX_TDT);

		if (q->stalled || !enabled(ix, queue) || q->head == tail || !ring_size(ix, queue) ||
		    !(ix->reg[IX_DMATXCTL / 4] & IX_DMATXCTL_TE)) {
			q->kicked = false;
			return false;
		}
		if (!one_descriptor(ix, queue)) {
			q->stalled = true;
			drop_packet(q);
		}
	}
	return true;
}

/* Without a link the controller stops fetching: what is queued waits (or is reset away). */
bool
ix_run(struct ix *ix)
{
	bool loopback = ix->reg[IX_HLREG0 / 4] & IX_HLREG0_LPBK, more = false;

	if (!ix->link_up && !loopback)
		return false;
	for (unsigned queue = 0; queue < IX_TX_QUEUES; queue++)
		if (ix->txq[queue].kicked)
			more |= run_queue(ix, queue);
	return more;
}
