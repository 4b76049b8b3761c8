/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Device control and status (82599 data sheet §8.2.3.1), the semaphores between drivers and
 * firmware (§8.2.3.4.9-11, §10.5.4) and the two registers that they guard here: the analog core
 * (CORECTL) and the MDIO bus (MSCA), on which no PHY answers.
 */
#include "access.h"
#include "model.h"

void
ix_ctrl_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	if (value & (IX_CTRL_RST | IX_CTRL_LRST)) {
		ix_software_reset(ix);
		if (value & IX_CTRL_LRST)
			ix_link_update(ix, true);
		return; /* both bits clear themselves, and the reset clears the others */
	}
	ix_store(ix, offset, value);
}

/* Bit 19 goes to 0 when no request is outstanding after a master disable: at once, as the model
 * has none between two accesses. */
uint32_t
ix_status_read(struct ix *ix, uint32_t offset)
{
	uint32_t status = (uint32_t)ix->config.lan_id << IX_STATUS_LAN_ID_SHIFT;

	(void)offset;
	if (!(ix->reg[IX_CTRL / 4] & IX_CTRL_MASTER_DISABLE))
		status |= IX_STATUS_MASTER_ENABLE;
	return status;
}

uint32_t
ix_esdp_read(struct ix *ix, uint32_t offset)
{
	uint32_t value = ix->reg[offset / 4];
	uint32_t inputs = ~(value >> IX_ESDP_DIR_SHIFT) & 0xFF;
	uint32_t pins = ix->sfp_present ? IX_ESDP_SDP2 : 0;

	return (value & ~inputs) | (pins & inputs);
}

void
ix_esdp_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	ix_store(ix, offset, value);
	ix_link_update(ix, false); /* SDP3 switches the laser */
}

/* SMBI is taken by whoever reads it as 0. */
uint32_t
ix_swsm_read(struct ix *ix, uint32_t offset)
{
	uint32_t value = ix->reg[offset / 4];

	ix->reg[offset / 4] |= IX_SWSM_SMBI;
	return value;
}

void
ix_swsm_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	if ((value & IX_SWSM_SWESMBI) && !(ix->reg[offset / 4] & IX_SWSM_SMBI))
		ix_mistake(ix, "§10.5.4", "SWSM.SWESMBI is set without SWSM.SMBI taken first");
	ix_store(ix, offset, value);
}

void
ix_sync_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	if (!(ix->reg[IX_SWSM / 4] & IX_SWSM_SWESMBI))
		ix_mistake(ix, "§10.5.4",
			   "SW_FW_SYNC is written (0x%08x) without SWSM.SWESMBI held", value);
	if (value & ~ix->reg[offset / 4] & IX_SYNC_FW_MASK)
		ix_mistake(ix, "§8.2.3.4.11", "SW_FW_SYNC: 0x%08x sets the firmware's bits", value);
	ix_store(ix, offset, value);
}

void
ix_corectl_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	if (!(ix->reg[IX_SW_FW_SYNC / 4] & IX_SYNC_MAC_CSR))
		ix_mistake(ix, "§10.5.4",
			   "CORECTL is written without SW_FW_SYNC.SW_MAC_CSR_SM held");
	ix_store(ix, offset, value);
}

static bool
phy_semaphore_held(const struct ix *ix)
{
	uint32_t bit = ix->config.lan_id ? IX_SYNC_PHY1 : IX_SYNC_PHY0;

	return ix->reg[IX_SW_FW_SYNC / 4] & bit;
}

/* A management frame: done at once, and every read finds the undriven bus. */
void
ix_msca_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	if ((value & IX_MSCA_COMMAND) && !phy_semaphore_held(ix))
		ix_mistake(ix, "§10.5.4", "MSCA: MDI command without SW_FW_SYNC.SW_PHY_SM held");
	ix_store(ix, offset, value & ~IX_MSCA_COMMAND);
	ix->reg[IX_MSRWD / 4] |= IX_MSRWD_NO_PHY;
}

uint32_t
ix_i2cctl_read(struct ix *ix, uint32_t offset)
{
	(void)offset;
	return ix_i2c_read(ix);
}

void
ix_i2cctl_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	uint32_t driven = IX_I2C_CLK_OUT | IX_I2C_DATA_OUT;

	if ((value & driven) != driven && !phy_semaphore_held(ix))
		ix_mistake(ix, "§10.5.4",
			   "I2CCTL drives the bus without SW_FW_SYNC.SW_PHY_SM held");
	ix_store(ix, offset, value);
	ix_i2c_write(ix, value);
}
