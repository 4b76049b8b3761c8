/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The register table: one row for each block of registers, with the data sheet's section. What a
 * row does not say is refused: a bit that is neither writable nor read-only is reserved, and an
 * offset without a row is reported once when a driver touches it.
 */
#ifndef IX82599_ACCESS_H
#define IX82599_ACCESS_H

#include <stdint.h>

struct ix;

struct ix_register {
	uint32_t first, count, stride;
	const char *name, *section;
	uint32_t reset;
	uint32_t writable;		/* bits that software sets */
	uint32_t read_only;		/* bits that hardware sets; written ones are ignored */
	uint32_t (*read)(struct ix *ix, uint32_t offset);	/* NULL: the stored value */
	/* NULL: the writable bits are stored. Reserved bits are checked before. */
	void (*write)(struct ix *ix, uint32_t offset, uint32_t value);
};

extern const struct ix_register ix_registers[];
extern const unsigned ix_register_count;

/* The row of an offset (after aliases are resolved), or NULL. */
const struct ix_register *ix_register_find(uint32_t offset);
/* The 82598 left some registers at two places (§8.2.2): the one where the value is kept. */
uint32_t ix_register_home(uint32_t offset);
/* Every register at its reset value. */
void ix_access_reset(struct ix *ix);
/* The writable bits of an offset's row, stored: for write handlers that do something besides. */
void ix_store(struct ix *ix, uint32_t offset, uint32_t value);

/* Handlers, by the file they are in. */
uint32_t ix_read_clear(struct ix *ix, uint32_t offset);		/* stats.c */
void ix_write_ignored(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_read_zero(struct ix *ix, uint32_t offset);

void ix_ctrl_write(struct ix *ix, uint32_t offset, uint32_t value);	/* general.c */
uint32_t ix_status_read(struct ix *ix, uint32_t offset);
uint32_t ix_esdp_read(struct ix *ix, uint32_t offset);
void ix_esdp_write(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_swsm_read(struct ix *ix, uint32_t offset);
void ix_swsm_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_sync_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_corectl_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_msca_write(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_i2cctl_read(struct ix *ix, uint32_t offset);
void ix_i2cctl_write(struct ix *ix, uint32_t offset, uint32_t value);

uint32_t ix_eec_reg_read(struct ix *ix, uint32_t offset);		/* eeprom.c, spi.c */
void ix_eec_reg_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_eerd_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_eewr_write(struct ix *ix, uint32_t offset, uint32_t value);

void ix_autoc_write(struct ix *ix, uint32_t offset, uint32_t value);	/* link.c */
void ix_autoc2_write(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_links_read(struct ix *ix, uint32_t offset);

uint32_t ix_eicr_read(struct ix *ix, uint32_t offset);			/* intr.c */
void ix_eicr_write(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_eics_read(struct ix *ix, uint32_t offset);
void ix_eics_write(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_eims_read(struct ix *ix, uint32_t offset);
void ix_eims_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_eimc_write(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_eiam_read(struct ix *ix, uint32_t offset);
void ix_eiam_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_eitr_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_ivar_write(struct ix *ix, uint32_t offset, uint32_t value);

void ix_rx_ring_write(struct ix *ix, uint32_t offset, uint32_t value);	/* rx_queue.c */
uint32_t ix_rdh_read(struct ix *ix, uint32_t offset);
void ix_rdh_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_rdt_write(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_rxdctl_read(struct ix *ix, uint32_t offset);
void ix_rxdctl_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_srrctl_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_rxctrl_write(struct ix *ix, uint32_t offset, uint32_t value);

void ix_tx_ring_write(struct ix *ix, uint32_t offset, uint32_t value);	/* tx_queue.c */
uint32_t ix_tdh_read(struct ix *ix, uint32_t offset);
void ix_tdh_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_tdt_write(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_txdctl_read(struct ix *ix, uint32_t offset);
void ix_txdctl_write(struct ix *ix, uint32_t offset, uint32_t value);
void ix_mtqc_write(struct ix *ix, uint32_t offset, uint32_t value);

void ix_fdirctrl_write(struct ix *ix, uint32_t offset, uint32_t value);	/* fdir.c */
void ix_fdircmd_write(struct ix *ix, uint32_t offset, uint32_t value);

#endif
