/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Register accesses: resolve the alias, find the row, check reserved bits, call the handler.
 */
#include <string.h>

#include "access.h"
#include "model.h"

#define IX_DWORDS (IX_BAR0_SIZE / 4)

/* Row + 1 of each dword; filled at the first use. */
static uint16_t row_of[IX_DWORDS];
static bool row_ready;
/* Offsets without a row that were reported already, over all devices of the process. */
static bool unknown_seen[IX_DWORDS];

static void
index_rows(void)
{
	for (unsigned row = 0; row < ix_register_count; row++) {
		const struct ix_register *r = &ix_registers[row];

		for (uint32_t n = 0; n < r->count; n++)
			row_of[(r->first + n * r->stride) / 4] = (uint16_t)(row + 1);
	}
	row_ready = true;
}

const struct ix_register *
ix_register_find(uint32_t offset)
{
	if (!row_ready)
		index_rows();
	if (offset >= IX_BAR0_SIZE || offset % 4 || !row_of[offset / 4])
		return NULL;
	return &ix_registers[row_of[offset / 4] - 1];
}

uint32_t
ix_register_home(uint32_t offset)
{
	if (offset >= IX_RAL_ALIAS && offset < IX_RAL_ALIAS + 8 * IX_RA_ALIASED)
		return offset - IX_RAL_ALIAS + IX_RAL;
	if (offset >= IX_SRRCTL_ALIAS && offset < IX_SRRCTL_ALIAS + 4 * IX_RX_ALIASED)
		return IX_RX_BLOCK_LOW + IX_RX_SRRCTL +
		       (offset - IX_SRRCTL_ALIAS) / 4 * IX_QUEUE_STRIDE;
	if (offset >= IX_DCA_RXCTRL_ALIAS && offset < IX_DCA_RXCTRL_ALIAS + 4 * IX_RX_ALIASED)
		return IX_RX_BLOCK_LOW + IX_RX_DCA_RXCTRL +
		       (offset - IX_DCA_RXCTRL_ALIAS) / 4 * IX_QUEUE_STRIDE;
	return offset;
}

void
ix_access_reset(struct ix *ix)
{
	memset(ix->reg, 0, sizeof(ix->reg));
	for (unsigned row = 0; row < ix_register_count; row++) {
		const struct ix_register *r = &ix_registers[row];

		for (uint32_t n = 0; n < r->count; n++)
			ix->reg[(r->first + n * r->stride) / 4] = r->reset;
	}
	/* §8.2.3.7.8-9: the first address comes from the EEPROM, valid. */
	const uint8_t *mac = ix->config.mac;

	ix->reg[IX_RAL / 4] = mac[0] | mac[1] << 8 | mac[2] << 16 | (uint32_t)mac[3] << 24;
	ix->reg[IX_RAL / 4 + 1] = IX_RAH_AV | mac[4] | mac[5] << 8;
}

static void
report_unknown(struct ix *ix, uint32_t offset, const char *verb)
{
	if (unknown_seen[offset / 4])
		return;
	unknown_seen[offset / 4] = true;
	ix_mistake(ix, "§8.2.2", "%s of 0x%05x, where the 82599 has no register the model knows",
		   verb, offset);
}

void
ix_store(struct ix *ix, uint32_t offset, uint32_t value)
{
	const struct ix_register *r = ix_register_find(offset);
	uint32_t keep = ix->reg[offset / 4] & ~r->writable;

	ix->reg[offset / 4] = keep | (value & r->writable);
}

uint32_t
ix_read(struct ix *ix, uint32_t offset)
{
	const struct ix_register *r;

	offset = ix_register_home(offset);
	r = ix_register_find(offset);
	if (!r) {
		if (offset < IX_BAR0_SIZE)
			report_unknown(ix, offset & ~3u, "read");
		return 0;
	}
	return r->read ? r->read(ix, offset) : ix->reg[offset / 4];
}

void
ix_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	const struct ix_register *r;
	uint32_t reserved;

	offset = ix_register_home(offset);
	r = ix_register_find(offset);
	if (!r) {
		if (offset < IX_BAR0_SIZE)
			report_unknown(ix, offset & ~3u, "write");
		return;
	}
	reserved = (value ^ r->reset) & value & ~(r->writable | r->read_only);
	if (reserved)
		ix_mistake(ix, r->section, "%s (0x%05x): 0x%08x sets reserved bits 0x%08x", r->name,
			   offset, value, reserved);
	if (r->write)
		r->write(ix, offset, value);
	else
		ix_store(ix, offset, value);
}

uint32_t
ix_peek(const struct ix *ix, uint32_t offset)
{
	offset = ix_register_home(offset);
	return offset < IX_BAR0_SIZE ? ix->reg[offset / 4] : 0;
}

void
ix_poke(struct ix *ix, uint32_t offset, uint32_t value)
{
	offset = ix_register_home(offset);
	if (offset < IX_BAR0_SIZE)
		ix->reg[offset / 4] = value;
}

void
ix_write_ignored(struct ix *ix, uint32_t offset, uint32_t value)
{
	(void)ix;
	(void)offset;
	(void)value;
}

uint32_t
ix_read_zero(struct ix *ix, uint32_t offset)
{
	(void)ix;
	(void)offset;
	return 0;
}
