/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The interrupt registers (82599 data sheet §8.2.3.5). EICS, EIMS, EIMC and EIAM have a first
 * register with 16 queue vectors and the other causes, and two more (at IX_E…_EX) with 64 vectors.
 */
#include "access.h"
#include "model.h"

#define UPPER (~(uint32_t)IX_EICR_QUEUES)

/* Vectors that an access to a mask register names, and whether it names the other causes. */
static uint64_t
vectors_of(uint32_t offset, uint32_t first, uint32_t extended, uint32_t value, bool *others)
{
	*others = offset == first;
	if (offset == first)
		return value & IX_EICR_QUEUES;
	return (uint64_t)value << (offset == extended ? 0 : 32);
}

static uint32_t
shown(const struct ix *ix, uint32_t offset, uint32_t first, uint32_t extended, uint64_t vectors)
{
	if (offset == first)
		return (ix->reg[first / 4] & UPPER) | (vectors & IX_EICR_QUEUES);
	return (uint32_t)(vectors >> (offset == extended ? 0 : 32));
}

/* EICR as it reads: bit 31 tells that another enabled cause is set. */
static uint32_t
causes(const struct ix *ix)
{
	uint32_t value =
		(ix->reg[IX_EICR / 4] & IX_EICR_OTHER_CAUSES) | (ix->cause & IX_EICR_QUEUES);

	if (value & ix->reg[IX_EIMS / 4] & IX_EICR_OTHER_CAUSES)
		value |= IX_EICR_OTHER;
	return value;
}

static void
clear_causes(struct ix *ix, uint32_t value)
{
	ix->reg[IX_EICR / 4] &= ~value;
	ix->cause &= ~(uint64_t)(value & IX_EICR_QUEUES);
	ix_intr_evaluate(ix);
}

/* §7.3.1.4: reading clears; with GPIE.OCD only the other causes. Without MSI-X the read also
 * masks what EIAM names (§7.3.1.5). */
uint32_t
ix_eicr_read(struct ix *ix, uint32_t offset)
{
	uint32_t value = causes(ix);
	uint32_t gpie = ix->reg[IX_GPIE / 4];

	(void)offset;
	if (!(gpie & IX_GPIE_EIAME)) {
		ix->eims &= ~(ix->eiam & IX_EICR_QUEUES);
		ix->reg[IX_EIMS / 4] &= ~(ix->reg[IX_EIAM / 4] & UPPER);
	}
	clear_causes(ix, gpie & IX_GPIE_OCD ? IX_EICR_OTHER_CAUSES : ~0u);
	return value;
}

void
ix_eicr_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	(void)offset;
	clear_causes(ix, value);
}

/* Not clearing: how drivers look at the causes without losing any. */
uint32_t
ix_eics_read(struct ix *ix, uint32_t offset)
{
	return offset == IX_EICS ? causes(ix) : 0;
}

void
ix_eics_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	bool others;
	uint64_t vectors = vectors_of(offset, IX_EICS, IX_EICS_EX, value, &others);

	ix->cause |= vectors;
	if (others)
		ix->reg[IX_EICR / 4] |= value & IX_EICR_OTHER_CAUSES;
	ix_intr_evaluate(ix);
}

uint32_t
ix_eims_read(struct ix *ix, uint32_t offset)
{
	return shown(ix, offset, IX_EIMS, IX_EIMS_EX, ix->eims);
}

void
ix_eims_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	bool others;

	ix->eims |= vectors_of(offset, IX_EIMS, IX_EIMS_EX, value, &others);
	if (others)
		ix->reg[IX_EIMS / 4] |= value & UPPER;
	ix_intr_evaluate(ix);
}

void
ix_eimc_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	bool others;

	ix->eims &= ~vectors_of(offset, IX_EIMC, IX_EIMC_EX, value, &others);
	if (others)
		ix->reg[IX_EIMS / 4] &= ~(value & UPPER);
	ix_intr_evaluate(ix);
}

uint32_t
ix_eiam_read(struct ix *ix, uint32_t offset)
{
	return shown(ix, offset, IX_EIAM, IX_EIAM_EX, ix->eiam);
}

void
ix_eiam_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	uint64_t window = offset == IX_EIAM ? IX_EICR_QUEUES
					    : 0xFFFFFFFFull << (offset == IX_EIAM_EX ? 0 : 32);
	bool others;
	uint64_t vectors = vectors_of(offset, IX_EIAM, IX_EIAM_EX, value, &others);

	ix->eiam = (ix->eiam & ~window) | vectors;
	if (others)
		ix->reg[IX_EIAM / 4] = value & UPPER;
}

/* A shorter interval also shortens the wait that is going on. */
void
ix_eitr_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	unsigned vector = offset < IX_EITR_HIGH ? (offset - IX_EITR_LOW) / 4
						: (offset - IX_EITR_HIGH) / 4 + IX_EITR_LOW_COUNT;
	uint64_t limit =
		ix->env.now_us(ix->env.ctx) +
		((value & IX_EITR_INTERVAL_MASK) >> IX_EITR_INTERVAL_SHIFT) * IX_EITR_UNIT_US;

	ix_store(ix, offset, value & ~(uint32_t)IX_EITR_CNT_WDIS);
	if (vector < IX_VECTORS && ix->vector[vector].not_before_us > limit)
		ix->vector[vector].not_before_us = limit;
}

void
ix_ivar_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	bool multiple = ix->reg[IX_GPIE / 4] & IX_GPIE_MULTIPLE_MSIX;

	for (unsigned byte = 0; byte < 4; byte++) {
		uint32_t entry = value >> (8 * byte) & 0xFF;

		if (!multiple && (entry & IX_IVAR_VALID) && (entry & IX_IVAR_VECTOR) >= 16 &&
		    offset != IX_IVAR_MISC)
			ix_mistake(ix, "§8.2.3.5.16",
				   "IVAR 0x%05x: entry 0x%02x is not a bit of EICR, and "
				   "GPIE.Multiple_MSIX is clear",
				   offset, entry);
	}
	ix_store(ix, offset, value);
}
