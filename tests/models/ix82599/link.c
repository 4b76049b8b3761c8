/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The link (82599 data sheet §3.7, §8.2.3.22.19-22): up when the cable is in, the module is in
 * (SFP variant), the laser is on and the link is not disabled. A change, or a restart of auto
 * negotiation, raises the link status cause. Speed is 10 Gb/s.
 */
#include "access.h"
#include "model.h"

#define LMS_OF(mode) ((uint32_t)(mode) << IX_AUTOC_LMS_SHIFT)

/* SDP3 drives the module's transmit disable pin on SFP boards. */
static bool
laser_on(const struct ix *ix)
{
	uint32_t esdp = ix->reg[IX_ESDP / 4];
	bool output = esdp >> IX_ESDP_DIR_SHIFT & IX_ESDP_SDP3;

	return !(output && (esdp & IX_ESDP_SDP3));
}

static bool
link_possible(const struct ix *ix)
{
	if (!ix->cable || (ix->reg[IX_AUTOC2 / 4] & IX_AUTOC2_LINK_DISABLE))
		return false;
	return ix->config.device_id != IX_DEVICE_SFP || (ix->sfp_present && laser_on(ix));
}

void
ix_link_update(struct ix *ix, bool restarted)
{
	bool up = link_possible(ix);
	bool changed = up != ix->link_up;

	ix->link_up = up;
	if (up) {
		ix->reg[IX_LINKS / 4] |= IX_LINKS_KX_AN_COMP | IX_LINKS_UP | IX_LINKS_SPEED_10G;
		if (changed)
			ix->reg[IX_LINKS / 4] &= ~(uint32_t)IX_LINKS_STATUS;
		else
			ix->reg[IX_LINKS / 4] |= IX_LINKS_STATUS;
	} else {
		ix->reg[IX_LINKS / 4] = 0;
	}
	if (changed || (restarted && up))
		ix_intr_other(ix, IX_EICR_LSC);
}

/* AUTOC and AUTOC2 as the EEPROM loads them. */
void
ix_link_reset(struct ix *ix)
{
	bool sfp = ix->config.device_id == IX_DEVICE_SFP;

	ix->reg[IX_AUTOC / 4] =
		sfp ? LMS_OF(IX_AUTOC_LMS_10G_SERIAL)
		    : LMS_OF(IX_AUTOC_LMS_10G_PARALLEL) | IX_AUTOC_10G_KX4 | IX_AUTOC_1G_KX;
	ix->reg[IX_AUTOC2 / 4] = sfp ? IX_AUTOC2_10G_SFI : 0;
}

/* Bit 7 tells whether the link has been up all the time since the last read. */
uint32_t
ix_links_read(struct ix *ix, uint32_t offset)
{
	uint32_t value = ix->reg[offset / 4];

	if (ix->link_up)
		ix->reg[offset / 4] |= IX_LINKS_STATUS;
	return value;
}

void
ix_autoc_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	ix_store(ix, offset, value & ~(uint32_t)IX_AUTOC_RESTART_AN);
	if (value & IX_AUTOC_RESTART_AN)
		ix_link_update(ix, true);
}

void
ix_autoc2_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	ix_store(ix, offset, value);
	ix_link_update(ix, false);
}

void
ix_set_cable(struct ix *ix, bool plugged)
{
	ix->cable = plugged;
	ix_link_update(ix, false);
}

/* Boards wire the module's presence to SDP2, whose change can interrupt. */
void
ix_set_module(struct ix *ix, bool inserted)
{
	if (ix->config.device_id != IX_DEVICE_SFP || ix->sfp_present == inserted)
		return;
	ix->sfp_present = inserted;
	if (ix->reg[IX_GPIE / 4] & IX_GPIE_SDP2_EN)
		ix_intr_other(ix, IX_EICR_SDP2);
	ix_link_update(ix, false);
}
