/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Registers of the receive queues, and the rules about them (82599 data sheet §4.6.7, §8.2.3.8):
 * a ring is set up while its queue is off; the tail moves only after ENABLE was read as 1 and
 * stays inside the ring; reception as a whole is switched on with the security path halted.
 */
#include "access.h"
#include "model.h"

static unsigned
queue_of(uint32_t offset)
{
	return offset < IX_RX_BLOCK_HIGH ? (offset - IX_RX_BLOCK_LOW) / IX_QUEUE_STRIDE
					 : 64 + (offset - IX_RX_BLOCK_HIGH) / IX_QUEUE_STRIDE;
}

uint32_t
ix_rx_queue_reg(const struct ix *ix, unsigned queue, uint32_t reg)
{
	uint32_t block = queue < 64 ? IX_RX_BLOCK_LOW + queue * IX_QUEUE_STRIDE
				    : IX_RX_BLOCK_HIGH + (queue - 64) * IX_QUEUE_STRIDE;

	return ix->reg[(block + reg) / 4];
}

static bool
enabled(const struct ix *ix, unsigned queue)
{
	return ix_rx_queue_reg(ix, queue, IX_RX_RXDCTL) & IX_RXDCTL_ENABLE;
}

static uint32_t
ring_size(const struct ix *ix, unsigned queue)
{
	return ix_rx_queue_reg(ix, queue, IX_RX_RDLEN) / IX_DESC_BYTES;
}

uint32_t
ix_rx_queue_free(const struct ix *ix, unsigned queue)
{
	uint32_t size = ring_size(ix, queue);
	uint32_t tail = ix_rx_queue_reg(ix, queue, IX_RX_RDT);

	return size ? (tail + size - ix->rxq[queue].head) % size : 0;
}

/* RDBAL, RDBAH, RDLEN */
void
ix_rx_ring_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned queue = queue_of(offset);

	if (enabled(ix, queue) && value != ix->reg[offset / 4])
		ix_mistake(ix, "§4.6.7.1",
			   "receive queue %u: the ring is changed (0x%05x) while the "
			   "queue is enabled",
			   queue, offset);
	ix_store(ix, offset, value);
	ix->rxq[queue].used = false;
}

uint32_t
ix_rdh_read(struct ix *ix, uint32_t offset)
{
	return ix->rxq[queue_of(offset)].head;
}

/* The head is software's to write only while the hardware does not use the ring. */
void
ix_rdh_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned queue = queue_of(offset);

	if (enabled(ix, queue) && value != ix->rxq[queue].head && ix_rx_queue_free(ix, queue))
		ix_mistake(ix, "§8.2.3.8.4",
			   "RDH[%u] is written (%u) while the hardware owns "
			   "descriptors",
			   queue, value);
	ix->rxq[queue].head = value;
}

/* A driver that has just switched a queue off may still be in the middle of refilling it: that does
 * no harm. */
void
ix_rdt_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned queue = queue_of(offset);
	const struct ix_rx_queue *q = &ix->rxq[queue];
	uint32_t size = ring_size(ix, queue);

	if (value && value >= size) {
		ix_mistake(ix, "§8.2.3.8.5", "RDT[%u] = %u is beyond the ring of %u descriptors",
			   queue, value, size);
		return;
	}
	if (value != q->head && !enabled(ix, queue) && !q->used)
		ix_mistake(ix, "§4.6.7", "RDT[%u] = %u before the queue is enabled", queue, value);
	else if (value != q->head && enabled(ix, queue) && !q->enable_seen)
		ix_mistake(ix, "§4.6.7", "RDT[%u] = %u before RXDCTL.ENABLE was read as 1", queue,
			   value);
	ix_store(ix, offset, value);
	ix_rx_drain(ix);
}

uint32_t
ix_rxdctl_read(struct ix *ix, uint32_t offset)
{
	uint32_t value = ix->reg[offset / 4];

	if (value & IX_RXDCTL_ENABLE)
		ix->rxq[queue_of(offset)].enable_seen = true;
	return value;
}

static void
check_ring(struct ix *ix, unsigned queue)
{
	uint32_t bytes = ix_rx_queue_reg(ix, queue, IX_RX_RDLEN);

	if (!bytes || bytes > IX_RING_MAX_BYTES)
		ix_mistake(ix, "§8.2.3.8.3", "receive queue %u is enabled with a ring of %u bytes",
			   queue, bytes);
}

void
ix_rxdctl_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned queue = queue_of(offset);
	bool was = enabled(ix, queue);

	ix_store(ix, offset, value & ~(uint32_t)IX_RXDCTL_SWFLSH);
	if (!was && enabled(ix, queue)) {
		check_ring(ix, queue);
		ix->rxq[queue].used = true;
	}
	if (!enabled(ix, queue))
		ix->rxq[queue].enable_seen = false;
	ix_rx_drain(ix);
}

void
ix_srrctl_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned queue = queue_of(offset);
	uint32_t type = value >> IX_SRRCTL_DESCTYPE_SHIFT & IX_SRRCTL_DESCTYPE_MASK;
	uint32_t change = (value ^ ix->reg[offset / 4]) & ~(uint32_t)IX_SRRCTL_DROP_EN;

	if (enabled(ix, queue) && change)
		ix_mistake(ix, "§8.2.3.8.7", "SRRCTL[%u] is changed while the queue is enabled",
			   queue);
	if (type != IX_SRRCTL_DESCTYPE_LEGACY && type != IX_SRRCTL_DESCTYPE_ADV_ONE_BUFFER)
		ix_mistake(ix, "§7.1.10",
			   "SRRCTL[%u]: descriptor type %u (header splitting) is "
			   "not to be used with the 82599",
			   queue, type);
	ix_store(ix, offset, value);
}

void
ix_rxctrl_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	bool was = ix->reg[offset / 4] & IX_RXCTRL_RXEN, is = value & IX_RXCTRL_RXEN;
	bool strip_mac = ix->reg[IX_HLREG0 / 4] & IX_HLREG0_RXCRCSTRP;
	bool strip_dma = ix->reg[IX_RDRXCTL / 4] & IX_RDRXCTL_CRCSTRIP;

	ix_store(ix, offset, value);
	if (was || !is)
		return;
	if (!(ix->reg[IX_SECRXCTRL / 4] & IX_SECRXCTRL_RX_DIS))
		ix_mistake(ix, "§4.6.7", "RXCTRL.RXEN is set without SECRXCTRL.RX_DIS");
	if (strip_mac != strip_dma)
		ix_mistake(ix, "§8.2.3.8.8",
			   "RXCTRL.RXEN: HLREG0.RXCRCSTRP and RDRXCTL.CRCStrip "
			   "differ");
}
