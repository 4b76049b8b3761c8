/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Statistics (82599 data sheet §8.2.3.23): cleared by reading, sticking at their maximum. The byte
 * counters have 36 bits in two registers, of which each is cleared by its own read.
 */
#include "access.h"
#include "model.h"

#define HIGH_MASK 0xFu /* bits 35:32 */

static const unsigned size_limit[] = {64, 127, 255, 511, 1023}; /* the sixth: the rest */

uint32_t
ix_read_clear(struct ix *ix, uint32_t offset)
{
	uint32_t value = ix->reg[offset / 4];

	ix->reg[offset / 4] = 0;
	return value;
}

void
ix_stats_add(struct ix *ix, uint32_t offset, uint32_t count)
{
	uint32_t *counter = &ix->reg[offset / 4];

	*counter = *counter > ~0u - count ? ~0u : *counter + count;
}

void
ix_stats_add_bytes(struct ix *ix, uint32_t low, uint64_t count)
{
	uint64_t limit = (uint64_t)HIGH_MASK << 32 | ~0u;
	uint64_t value = ((uint64_t)ix->reg[low / 4 + 1] << 32 | ix->reg[low / 4]) + count;

	if (value > limit)
		value = limit;
	ix->reg[low / 4] = (uint32_t)value;
	ix->reg[low / 4 + 1] = (uint32_t)(value >> 32);
}

static void
add_size(struct ix *ix, uint32_t first, size_t wire_len)
{
	unsigned n = 0;

	while (n < sizeof(size_limit) / sizeof(size_limit[0]) && wire_len > size_limit[n])
		n++;
	ix_stats_add(ix, first + 4 * n, 1);
}

static bool
is_broadcast(const uint8_t *mac)
{
	return (mac[0] & mac[1] & mac[2] & mac[3] & mac[4] & mac[5]) == 0xFF;
}

/* A good packet that passed the filters; wire_len counts from the address to the FCS. */
void
ix_stats_rx(struct ix *ix, const uint8_t *frame, size_t wire_len)
{
	ix_stats_add(ix, IX_GPRC, 1);
	ix_stats_add_bytes(ix, IX_GORCL, wire_len);
	add_size(ix, IX_PRC64, wire_len);
	if (is_broadcast(frame))
		ix_stats_add(ix, IX_BPRC, 1);
	else if (frame[0] & 1)
		ix_stats_add(ix, IX_MPRC, 1);
}

/* Which of the 16 sets of queue counters a queue uses: four queues a register. */
static unsigned
counter_of(const struct ix *ix, uint32_t map, unsigned queue)
{
	return ix->reg[map / 4 + queue / 4] >> (8 * (queue % 4)) & (IX_QSTAT_COUNT - 1);
}

void
ix_stats_add_queue(struct ix *ix, uint32_t reg, unsigned queue)
{
	ix_stats_add(ix, reg + IX_QUEUE_STRIDE * counter_of(ix, IX_RQSMR, queue), 1);
}

void
ix_stats_rx_queue(struct ix *ix, unsigned queue, size_t bytes)
{
	ix_stats_add_queue(ix, IX_QPRC, queue);
	ix_stats_add_bytes(ix, IX_QBRC_L + IX_QUEUE_STRIDE * counter_of(ix, IX_RQSMR, queue),
			   bytes);
}

void
ix_stats_tx(struct ix *ix, unsigned queue, const uint8_t *frame, size_t wire_len)
{
	unsigned n = counter_of(ix, IX_TQSM, queue);

	ix_stats_add(ix, IX_GPTC, 1);
	ix_stats_add(ix, IX_TPT, 1);
	ix_stats_add_bytes(ix, IX_GOTCL, wire_len);
	add_size(ix, IX_PTC64, wire_len);
	if (is_broadcast(frame))
		ix_stats_add(ix, IX_BPTC, 1);
	else if (frame[0] & 1)
		ix_stats_add(ix, IX_MPTC, 1);
	ix_stats_add(ix, IX_QPTC + IX_QUEUE_STRIDE * n, 1);
	ix_stats_add_bytes(ix, IX_QBTC_L + 8 * n, wire_len - IX_FCS_BYTES);
}
