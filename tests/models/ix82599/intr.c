/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Interrupts (82599 data sheet §7.3): causes, their vectors, moderation, delivery.
 *
 * A queue's event sets the cause of the vector that IVAR gives it; the other events set their bit
 * of EICR and belong to the vector of IVAR_MISC. A vector becomes active when one of its causes is
 * set and enabled; at that moment its message is sent, or held back until the vector's interval
 * (EITR) since the last one is over. Sending clears the causes that EIAC names and masks those
 * that EIAM names (with GPIE.EIAME). Without GPIE.Multiple_MSIX everything is vector 0.
 */
#include "model.h"

static bool
multiple(const struct ix *ix)
{
	return ix->reg[IX_GPIE / 4] & IX_GPIE_MULTIPLE_MSIX;
}

static uint64_t
bit(unsigned vector)
{
	return 1ull << vector;
}

/* -1: the entry is not valid. */
static int
ivar_vector(uint32_t entry)
{
	return entry & IX_IVAR_VALID ? (int)(entry & IX_IVAR_VECTOR) : -1;
}

static int
other_vector(const struct ix *ix)
{
	return ivar_vector(ix->reg[IX_IVAR_MISC / 4] >> 8);
}

void
ix_intr_reset(struct ix *ix)
{
	ix->cause = ix->eims = ix->eiam = 0;
	/* What the table holds back belongs to PCI, not to the device: it stays. */
	for (unsigned vector = 0; vector < IX_VECTORS; vector++)
		ix->vector[vector] = (struct ix_vector){
			.masked_pending = ix->vector[vector].masked_pending,
		};
}

static uint32_t
enabled_others(const struct ix *ix)
{
	return ix->reg[IX_EICR / 4] & ix->reg[IX_EIMS / 4] & IX_EICR_OTHER_CAUSES;
}

static bool
vector_active(const struct ix *ix, unsigned vector)
{
	if (!multiple(ix))
		return vector == 0 &&
		       ((ix->cause & ix->eims & IX_EICR_QUEUES) || enabled_others(ix));
	if (ix->cause & ix->eims & bit(vector))
		return true;
	return other_vector(ix) == (int)vector && enabled_others(ix);
}

static uint64_t
interval_us(const struct ix *ix, unsigned vector)
{
	uint32_t offset = vector < IX_EITR_LOW_COUNT
				  ? IX_EITR_LOW + 4 * vector
				  : IX_EITR_HIGH + 4 * (vector - IX_EITR_LOW_COUNT);
	uint32_t value = ix->reg[offset / 4] & IX_EITR_INTERVAL_MASK;

	return (value >> IX_EITR_INTERVAL_SHIFT) * IX_EITR_UNIT_US;
}

static void
deliver(struct ix *ix, unsigned vector)
{
	uint64_t msi_addr;
	uint32_t msi_data;

	if (ix_pci_msix_on(ix))
		ix_msix_send(ix, vector);
	else if (ix_pci_msi(ix, &msi_addr, &msi_data))
		ix->env.message(ix->env.ctx, msi_addr, msi_data);
}

/* §7.3.1.3, §7.3.1.5: auto clear, then auto mask, of the causes this message told of. */
static void
after_message(struct ix *ix, unsigned vector)
{
	bool others = !multiple(ix) || other_vector(ix) == (int)vector;
	uint64_t clear = ix->reg[IX_EIAC / 4] & IX_EICR_QUEUES;

	if (!multiple(ix))
		return;
	/* Vectors past the 16th have no bit in EICR to clear by: always automatic. */
	ix->cause &= ~(bit(vector) & (clear | ~(uint64_t)IX_EICR_QUEUES));
	if (!(ix->reg[IX_GPIE / 4] & IX_GPIE_EIAME))
		return;
	ix->eims &= ~(ix->eiam & bit(vector));
	if (others)
		ix->reg[IX_EIMS / 4] &= ~(ix->reg[IX_EIAM / 4] & IX_EICR_OTHER_CAUSES);
}

static void
send(struct ix *ix, unsigned vector, uint64_t now)
{
	struct ix_vector *v = &ix->vector[vector];

	v->waiting = false;
	v->not_before_us = now + interval_us(ix, vector);
	deliver(ix, vector);
	after_message(ix, vector);
	v->active = vector_active(ix, vector);
}

void
ix_intr_evaluate(struct ix *ix)
{
	uint64_t now = ix->env.now_us(ix->env.ctx);

	for (unsigned vector = 0; vector < IX_VECTORS; vector++) {
		struct ix_vector *v = &ix->vector[vector];
		bool active = vector_active(ix, vector);

		if (!active)
			v->waiting = false;
		else if (!v->active)
			v->waiting = true;
		v->active = active;
		if (v->waiting && now >= v->not_before_us)
			send(ix, vector, now);
	}
}

uint64_t
ix_timers(struct ix *ix)
{
	uint64_t next = UINT64_MAX;

	for (unsigned vector = 0; vector < IX_VECTORS; vector++) {
		struct ix_vector *v = &ix->vector[vector];
		uint64_t now;

		if (!v->waiting)
			continue;
		now = ix->env.now_us(ix->env.ctx);
		if (now >= v->not_before_us)
			send(ix, vector, now);
		else if (v->not_before_us < next)
			next = v->not_before_us;
	}
	return next;
}

void
ix_intr_other(struct ix *ix, uint32_t causes)
{
	ix->reg[IX_EICR / 4] |= causes & IX_EICR_OTHER_CAUSES;
	ix_intr_evaluate(ix);
}

/* §8.2.3.5.16: a register for two queues: receive 2n, transmit 2n, receive 2n+1, transmit 2n+1. */
void
ix_intr_queue(struct ix *ix, unsigned queue, bool transmit)
{
	uint32_t ivar = ix->reg[IX_IVAR / 4 + queue / 2];
	int vector = ivar_vector(ivar >> (16 * (queue % 2) + 8 * transmit));

	if (vector < 0)
		return;
	if (!multiple(ix) && vector >= 16)
		return;
	ix->cause |= bit((unsigned)vector);
	if (ix->eims & bit((unsigned)vector))
		ix_intr_evaluate(ix);
}
