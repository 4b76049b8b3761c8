/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Layer 2 filters (82599 data sheet §7.1.1): exact addresses, the multicast hash, broadcast,
 * promiscuous modes, and the VLAN filter, which promiscuous modes do not switch off.
 */
#include <string.h>

#include "model.h"
#include "parse.h"

#define MAC_BYTES 6u

bool
ix_filter_address(const struct ix *ix, unsigned n, const uint8_t *mac)
{
	uint32_t low = mac[0] | mac[1] << 8 | mac[2] << 16 | (uint32_t)mac[3] << 24;
	uint32_t high = mac[4] | mac[5] << 8;
	uint32_t rah = ix->reg[IX_RAL / 4 + 2 * n + 1];

	return (rah & IX_RAH_AV) && ix->reg[IX_RAL / 4 + 2 * n] == low && (rah & 0xFFFF) == high;
}

static bool
exact_match(const struct ix *ix, const uint8_t *mac)
{
	for (unsigned n = 0; n < IX_RA_COUNT; n++)
		if (ix_filter_address(ix, n, mac))
			return true;
	return false;
}

/* §8.2.3.7.3: MCSTCTRL.MO chooses which 12 bits of the last two bytes index the table. */
bool
ix_filter_hash(const struct ix *ix, uint32_t table, const uint8_t *mac)
{
	static const unsigned shift[4] = {4, 3, 2, 0};
	uint32_t control = ix->reg[IX_MCSTCTRL / 4];
	uint32_t bytes = mac[4] | (uint32_t)mac[5] << 8;
	uint32_t index = bytes >> shift[control & IX_MCSTCTRL_MO_MASK] & 0xFFF;

	return ix->reg[table / 4 + index / 32] >> (index % 32) & 1;
}

static bool
multicast_match(const struct ix *ix, const uint8_t *mac)
{
	return (ix->reg[IX_MCSTCTRL / 4] & IX_MCSTCTRL_MFE) && ix_filter_hash(ix, IX_MTA, mac);
}

static enum ix_pass
address_pass(const struct ix *ix, const uint8_t *mac)
{
	static const uint8_t broadcast[MAC_BYTES] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
	uint32_t fctrl = ix->reg[IX_FCTRL / 4];

	if (!memcmp(mac, broadcast, MAC_BYTES))
		return fctrl & (IX_FCTRL_BAM | IX_FCTRL_MPE) ? IX_PASS_EXACT : IX_PASS_NO;
	if (exact_match(ix, mac))
		return IX_PASS_EXACT;
	if (mac[0] & 1) {
		if (multicast_match(ix, mac) || (fctrl & IX_FCTRL_MPE))
			return IX_PASS_INEXACT;
		return IX_PASS_NO;
	}
	return fctrl & IX_FCTRL_UPE ? IX_PASS_INEXACT : IX_PASS_NO;
}

static bool
vlan_pass(const struct ix *ix, const uint8_t *frame, size_t len)
{
	uint32_t control = ix->reg[IX_VLNCTRL / 4];
	struct ix_packet packet;
	uint32_t id;

	if (!(control & IX_VLNCTRL_VFE))
		return true;
	ix_parse(&packet, frame, len, (uint16_t)(control & IX_VLNCTRL_VET_MASK));
	if (!packet.vlan)
		return true;
	if ((control & IX_VLNCTRL_CFIEN) && !(packet.tag >> 12 & 1) != !(control & IX_VLNCTRL_CFI))
		return false;
	id = packet.tag & 0xFFF;
	return ix->reg[IX_VFTA / 4 + id / 32] >> (id % 32) & 1;
}

enum ix_pass
ix_filter(const struct ix *ix, const uint8_t *frame, size_t len)
{
	enum ix_pass pass = len >= ETH_HEADER ? address_pass(ix, frame) : IX_PASS_NO;

	return pass != IX_PASS_NO && vlan_pass(ix, frame, len) ? pass : IX_PASS_NO;
}
