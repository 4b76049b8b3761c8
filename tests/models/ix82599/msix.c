/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The MSI-X table and its pending bits (PCI 3.0 §6.8.2, 82599 data sheet §9.3.8), which the 82599
 * shows in BAR 3: the table at 0, the pending bits at 0x2000.
 */
#include "model.h"

#define ENTRY_BYTES 16u
#define TABLE_BYTES (IX_VECTORS * ENTRY_BYTES)
#define PBA_OFFSET 0x2000u
#define CONTROL_MASK 1u

static bool
masked(const struct ix *ix, unsigned vector)
{
	return ix->msix[vector].control & CONTROL_MASK;
}

static uint32_t
pending_bits(const struct ix *ix, unsigned word)
{
	uint32_t bits = 0;

	for (unsigned n = 0; n < 32; n++)
		bits |= (uint32_t)ix->vector[32 * word + n].masked_pending << n;
	return bits;
}

uint32_t
ix_msix_read(const struct ix *ix, uint32_t offset)
{
	const struct ix_msix_entry *entry;

	if (offset >= PBA_OFFSET)
		return offset < PBA_OFFSET + IX_VECTORS / 8
			       ? pending_bits(ix, (offset - PBA_OFFSET) / 4)
			       : 0;
	if (offset >= TABLE_BYTES)
		return 0;
	entry = &ix->msix[offset / ENTRY_BYTES];
	switch (offset % ENTRY_BYTES / 4) {
	case 0:
		return (uint32_t)entry->addr;
	case 1:
		return (uint32_t)(entry->addr >> 32);
	case 2:
		return entry->data;
	default:
		return entry->control;
	}
}

static void
fire_if_pending(struct ix *ix, unsigned vector)
{
	if (!ix->vector[vector].masked_pending || masked(ix, vector) || !ix_pci_msix_enabled(ix))
		return;
	ix->vector[vector].masked_pending = false;
	ix->env.message(ix->env.ctx, ix->msix[vector].addr, ix->msix[vector].data);
}

void
ix_msix_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	struct ix_msix_entry *entry;

	if (offset >= TABLE_BYTES)
		return;
	entry = &ix->msix[offset / ENTRY_BYTES];
	switch (offset % ENTRY_BYTES / 4) {
	case 0:
		entry->addr = (entry->addr & ~0xFFFFFFFFull) | (value & ~3u);
		break;
	case 1:
		entry->addr = (entry->addr & 0xFFFFFFFFull) | (uint64_t)value << 32;
		break;
	case 2:
		entry->data = value;
		break;
	default:
		entry->control = value & CONTROL_MASK;
		fire_if_pending(ix, offset / ENTRY_BYTES);
		break;
	}
}

void
ix_msix_send(struct ix *ix, unsigned vector)
{
	ix->vector[vector].masked_pending = true;
	fire_if_pending(ix, vector);
}

void
ix_msix_unmasked(struct ix *ix)
{
	for (unsigned vector = 0; vector < IX_VECTORS; vector++)
		fire_if_pending(ix, vector);
}
