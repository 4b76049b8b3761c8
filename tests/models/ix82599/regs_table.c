/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Every register the model knows. A row: offset, count, stride, name, section of the 82599 data
 * sheet, reset value, writable bits, read-only bits, handlers. Rows that a driver sets and the
 * model has no use for (DCB arbiters, DCA hints, LEDs, wake-up) are plain storage, as the data
 * sheet has them; what they would do is out of the model's scope and said in README.
 */
#include "access.h"
#include "model.h"

#define ALL 0xFFFFFFFFu
#define ONE(offset) offset, 1, 4
#define RW(offset, name, section, reset, mask) { ONE(offset), name, section, reset, mask, 0, 0, 0 }
#define RWN(offset, n, name, section, reset, mask) \
	{ offset, n, 4, name, section, reset, mask, 0, 0, 0 }
#define RO(offset, name, section, value) \
	{ ONE(offset), name, section, value, 0, ALL, 0, ix_write_ignored }
/* A statistics counter, cleared by reading, §8.2.3.23 */
#define RC(offset, n, stride, name) \
	{ offset, n, stride, name, "§8.2.3.23", 0, 0, ALL, ix_read_clear, ix_write_ignored }
#define RX_BLOCK(reg, name, section, reset, mask, ro, read, write) \
	{ IX_RX_BLOCK_LOW + (reg), 64, IX_QUEUE_STRIDE, name, section, reset, mask, ro, read, \
	  write }, \
	{ IX_RX_BLOCK_HIGH + (reg), 64, IX_QUEUE_STRIDE, name, section, reset, mask, ro, read, \
	  write }
#define TX_BLOCK(reg, name, section, reset, mask, ro, read, write) \
	{ IX_TX_BLOCK + (reg), 128, IX_QUEUE_STRIDE, name, section, reset, mask, ro, read, write }

#define CTRL_EXT_BITS (IX_CTRL_EXT_PFRSTD | IX_CTRL_EXT_NS_DIS | IX_CTRL_EXT_RO_DIS | \
		       IX_CTRL_EXT_EXT_VLAN | IX_CTRL_EXT_DRV_LOAD)
#define EEC_BITS (IX_EEC_SK | IX_EEC_CS | IX_EEC_DI | IX_EEC_FWE_MASK | IX_EEC_REQ)
#define HLREG0_RESET (IX_HLREG0_TXCRCEN | IX_HLREG0_RXCRCSTRP | IX_HLREG0_TXPADEN | (1u << 11) | \
		      IX_HLREG0_MDCSPD | IX_HLREG0_RXLNGTHERREN)
#define HLREG0_BITS (HLREG0_RESET | IX_HLREG0_JUMBOEN | IX_HLREG0_LPBK | (1u << 17) | (1u << 19) | \
		     (0xFu << 20) | (1u << 28))
#define RDRXCTL_RESET (IX_RDRXCTL_DMAIDONE | (8u << IX_RDRXCTL_RSCFRSTSIZE_SHIFT))
#define RDRXCTL_BITS (IX_RDRXCTL_CRCSTRIP | (0xFFu << IX_RDRXCTL_RSCFRSTSIZE_SHIFT) | \
		      IX_RDRXCTL_RSCACKC | IX_RDRXCTL_FCOE_WRFIX | 3u | (1u << 16))
#define SRRCTL_BITS (IX_SRRCTL_BSIZEPACKET_MASK | (0x3Fu << 8) | (7u << 22) | \
		     (IX_SRRCTL_DESCTYPE_MASK << IX_SRRCTL_DESCTYPE_SHIFT) | IX_SRRCTL_DROP_EN)
#define TXDCTL_BITS (IX_TXDCTL_PTHRESH_MASK | IX_TXDCTL_HTHRESH_MASK | IX_TXDCTL_WTHRESH_MASK | \
		     IX_TXDCTL_ENABLE | IX_TXDCTL_SWFLSH)

const struct ix_register ix_registers[] = {
	/* General control */
	{ ONE(IX_CTRL), "CTRL", "§8.2.3.1.1", 0,
	  IX_CTRL_MASTER_DISABLE | IX_CTRL_LRST | IX_CTRL_RST, 0, 0, ix_ctrl_write },
	{ ONE(IX_STATUS), "STATUS", "§8.2.3.1.2", 0, 0, ALL, ix_status_read, ix_write_ignored },
	RW(IX_CTRL_EXT, "CTRL_EXT", "§8.2.3.1.3", 0, CTRL_EXT_BITS),
	{ ONE(IX_ESDP), "ESDP", "§8.2.3.1.4", 0, 0x3FFFF, 0, ix_esdp_read, ix_esdp_write },
	{ ONE(IX_I2CCTL), "I2CCTL", "§8.2.3.1.5", IX_I2C_CLK_OUT | IX_I2C_DATA_OUT,
	  IX_I2C_CLK_OUT | IX_I2C_DATA_OUT, IX_I2C_CLK_IN | IX_I2C_DATA_IN, ix_i2cctl_read,
	  ix_i2cctl_write },
	RW(IX_LEDCTL, "LEDCTL", "§8.2.3.1.6", 0, ALL),
	RW(0x0004C, "TCPTIMER", "§8.2.3.5.13", 0, 0xFFF),

	/* EEPROM and flash */
	{ ONE(IX_EEC), "EEC", "§8.2.3.2.1",
	  IX_EEC_PRES | IX_EEC_AUTO_RD | IX_EEC_ADDR16 | (5u << IX_EEC_SIZE_SHIFT), EEC_BITS, ALL,
	  ix_eec_reg_read, ix_eec_reg_write },
	{ ONE(IX_EERD), "EERD", "§8.2.3.2.2", 0, ALL, 0, 0, ix_eerd_write },
	{ ONE(IX_EEWR), "EEWR", "§8.2.3.2.3", 0, ALL, 0, 0, ix_eewr_write },
	RW(IX_FLA, "FLA", "§8.2.3.2.4", 0, ALL),
	RO(IX_EEMNGCTL, "EEMNGCTL", "§8.2.3.2.5", IX_EEMNGCTL_CFG_DONE0 | IX_EEMNGCTL_CFG_DONE1),
	RW(0x10200, "GRC", "§8.2.3.4.15", 0, 3),

	/* PCIe, semaphores */
	{ ONE(IX_SWSM), "SWSM", "§8.2.3.4.9", 0, 7, 0, ix_swsm_read, ix_swsm_write },
	RO(IX_FWSM, "FWSM", "§8.2.3.4.10", IX_FWSM_VALID),
	RO(IX_FACTPS, "FACTPS", "§8.2.3.4.8", 0),
	{ ONE(IX_SW_FW_SYNC), "SW_FW_SYNC", "§8.2.3.4.11", 0, 0xFFFF, 0, 0, ix_sync_write },
	RW(0x11000, "GCR", "§8.2.3.4.1", 0, ALL),
	RWN(0x11010, 12, "GSCL, GSCN", "§8.2.3.4", 0, ALL),
	RW(IX_GCR_EXT, "GCR_EXT", "§8.2.3.4.12", 0, (1u << 31) | (1u << 30) | 0x1F),
	RO(0x11064, "MREVID", "§8.2.3.4.13", 1),
	RW(0x11070, "DCA_ID", "§8.2.3.11.3", 0, ALL),
	RW(0x11074, "DCA_CTRL", "§8.2.3.11.4", 0, 0x1F),
	RO(0x11068, "PBACL", "§8.2.3.5.15", 0),
	RWN(0x11088, 2, "CIAA, CIAD", "§8.2.3.4.14", 0, ALL),
	RO(0x15F00, "HICR", "§10.5.8", 0),

	/* Interrupts */
	{ ONE(IX_EICR), "EICR", "§8.2.3.5.1", 0, ALL, 0, ix_eicr_read, ix_eicr_write },
	{ ONE(IX_EICS), "EICS", "§8.2.3.5.2", 0, ALL, 0, ix_eics_read, ix_eics_write },
	{ ONE(IX_EIMS), "EIMS", "§8.2.3.5.3", 0, ALL, 0, ix_eims_read, ix_eims_write },
	{ ONE(IX_EIMC), "EIMC", "§8.2.3.5.4", 0, ALL, 0, ix_read_zero, ix_eimc_write },
	RW(IX_EIAC, "EIAC", "§8.2.3.5.5", 0, IX_EICR_QUEUES | IX_EICR_TCP_TIMER),
	{ ONE(IX_EIAM), "EIAM", "§8.2.3.5.6", 0, ALL, 0, ix_eiam_read, ix_eiam_write },
	{ IX_EICS_EX, 2, 4, "EICS(1..2)", "§8.2.3.5.7", 0, ALL, 0, ix_read_zero, ix_eics_write },
	{ IX_EIMS_EX, 2, 4, "EIMS(1..2)", "§8.2.3.5.8", 0, ALL, 0, ix_eims_read, ix_eims_write },
	{ IX_EIMC_EX, 2, 4, "EIMC(1..2)", "§8.2.3.5.9", 0, ALL, 0, ix_read_zero, ix_eimc_write },
	{ IX_EIAM_EX, 2, 4, "EIAM(1..2)", "§8.2.3.5.10", 0, ALL, 0, ix_eiam_read, ix_eiam_write },
	RW(0x00894, "EITRSEL", "§8.2.3.5.11", 0, ALL),
	{ IX_EITR_LOW, IX_EITR_LOW_COUNT, 4, "EITR", "§8.2.3.5.12", 0, ALL, 0, 0, ix_eitr_write },
	{ IX_EITR_HIGH, 105, 4, "EITR", "§8.2.3.5.12", 0, ALL, 0, 0, ix_eitr_write },
	RW(IX_GPIE, "GPIE", "§8.2.3.5.18", 0, 0xC000FFFF),
	{ IX_IVAR, 64, 4, "IVAR", "§8.2.3.5.16", 0, 0xBFBFBFBF, 0, 0, ix_ivar_write },
	{ ONE(IX_IVAR_MISC), "IVAR_MISC", "§8.2.3.5.17", 0, 0xBFBF, 0, 0, ix_ivar_write },

	/* Flow control */
	RWN(0x03200, 4, "FCTTV", "§8.2.3.3.2", 0, ALL),
	RWN(0x03220, 8, "FCRTL", "§8.2.3.3.3", 0, (1u << 31) | 0x7FFE0),
	RW(0x03260, "FCRTH0", "§8.2.3.3.4", 0, (1u << 31) | 0x7FFE0),
	/* Of packet buffers without memory; Linux and DPDK write there 0 less 24 KB. */
	RWN(0x03264, 7, "FCRTH", "§8.2.3.3.4", 0, ALL),
	RW(0x032A0, "FCRTV", "§8.2.3.3.5", 0, 0xFFFF),
	RW(0x03D00, "FCCFG", "§8.2.3.3.7", 0, 3u << 3),
	RO(0x0CE00, "TFCS", "§8.2.3.3.6", 0),

	/* Receive filters */
	RW(IX_RXCSUM, "RXCSUM", "§8.2.3.7.5", 0, IX_RXCSUM_IPPCSE | IX_RXCSUM_PCSD),
	RW(IX_RFCTL, "RFCTL", "§8.2.3.7.6", 0, 0x000000E0),
	/* Bits 12 and 13 (pause frames) are the 82598's; every driver still sets them. */
	{ ONE(IX_FCTRL), "FCTRL", "§8.2.3.7.1", 0,
	  IX_FCTRL_SBP | IX_FCTRL_MPE | IX_FCTRL_UPE | IX_FCTRL_BAM, 3u << 12, 0, 0 },
	RW(IX_VLNCTRL, "VLNCTRL", "§8.2.3.7.2", 0x8100,
	   IX_VLNCTRL_VET_MASK | IX_VLNCTRL_CFI | IX_VLNCTRL_CFIEN | IX_VLNCTRL_VFE),
	RW(IX_MCSTCTRL, "MCSTCTRL", "§8.2.3.7.3", 0, IX_MCSTCTRL_MO_MASK | IX_MCSTCTRL_MFE),
	RW(0x05078, "EXVET", "§8.2.3.7.20", 0x81000000u, 0xFFFF0000u),
	RW(0x050B0, "PFFLPL", "§8.2.3.7", 0, ALL),
	RWN(IX_ETQF, IX_ETQ_COUNT, "ETQF", "§8.2.3.7.21", 0, ALL),
	RWN(IX_ETQS, IX_ETQ_COUNT, "ETQS", "§8.2.3.7.22", 0, 0xA07F0000u),
	RWN(IX_MTA, 128, "MTA", "§8.2.3.7.7", 0, ALL),
	RWN(IX_VFTA, 128, "VFTA", "§8.2.3.7.11", 0, ALL),
	{ IX_RAL, IX_RA_COUNT, 8, "RAL", "§8.2.3.7.8", 0, ALL, 0, 0, 0 },
	{ IX_RAL + 4, IX_RA_COUNT, 8, "RAH", "§8.2.3.7.9", 0, IX_RAH_AV | 0xFFFF, 3u << 22, 0, 0 },
	RWN(IX_MPSAR, 256, "MPSAR", "§8.2.3.7.10", 0, ALL),
	RW(IX_MRQC, "MRQC", "§8.2.3.7.12", 0, 0xFFFFu << 16 | IX_MRQC_MRQE_MASK | (1u << 15)),
	RWN(IX_RETA, 32, "RETA", "§8.2.3.7.14", 0, 0x0F0F0F0Fu),
	RWN(IX_RSSRK, 10, "RSSRK", "§8.2.3.7.15", 0, ALL),
	RW(0x0EC70, "RQTC", "§8.2.3.7.13", 0, 0x77777777u),
	RWN(0x0E000, 128, "SAQF", "§8.2.3.7.16", 0, ALL),
	RWN(0x0E200, 128, "DAQF", "§8.2.3.7.17", 0, ALL),
	RWN(0x0E400, 128, "SDPQF", "§8.2.3.7.18", 0, ALL),
	RWN(0x0E600, 128, "FTQF", "§8.2.3.7.19", 0, ALL),
	RWN(0x0E800, 128, "L34TIMIR", "§8.2.3.7.24", 0, ALL),
	RW(0x0EC30, "SYNQF", "§8.2.3.7.23", 0, ALL),
	RW(0x0EC90, "LLITHRESH", "§8.2.3.7.25", 0, ALL),
	RWN(0x05A80, 16, "IMIR, IMIREXT", "§8.2.3.7.26", 0, ALL),
	RW(0x05AC0, "IMIRVP", "§8.2.3.7.27", 0, 0xF),
	RWN(0x05480, 16, "PSRTYPE", "§8.2.3.7.4", 0, ALL),
	RWN(0x0EA00, 64, "PSRTYPE", "§8.2.3.7.4", 0, ALL),
	RW(0x05010, "MAVTV", "§8.2.3.25.2", 0, ALL),
	RW(0x05820, "MANC", "§8.2.3.25.9", 0, ALL),

	/* Virtualization: pools for reception; switching between them is kept, not acted upon */
	RW(IX_PFVTCTL, "PFVTCTL", "§8.2.3.27.1", 0, ALL),
	RWN(IX_PFVLVF, IX_PFVLVF_COUNT, "PFVLVF", "§8.2.3.27.15", 0, ALL),
	RWN(IX_PFVLVFB, 128, "PFVLVFB", "§8.2.3.27.16", 0, ALL),
	RWN(IX_PFUTA, 128, "PFUTA", "§8.2.3.27.12", 0, ALL),
	RWN(IX_PFVML2FLT, IX_POOLS, "PFVML2FLT", "§8.2.3.27.14", 0, ALL),
	RWN(0x0F600, 4, "PFMRCTL", "§8.2.3.27.17", 0, ALL),
	RWN(0x0F610, 8, "PFMRVLAN", "§8.2.3.27.18", 0, ALL),
	RWN(0x0F630, 8, "PFMRVM", "§8.2.3.27.19", 0, ALL),
	RWN(IX_PFVFRE, 2, "PFVFRE", "§8.2.3.27.6", 0, ALL),
	RWN(0x08110, 2, "PFVFTE", "§8.2.3.27.7", 0, ALL),
	RW(0x02F04, "PFQDE", "§8.2.3.27.9", 0, ALL),
	RWN(0x08200, 8, "PFVFSPOOF", "§8.2.3.27.11", 0, ALL),
	RW(0x08220, "PFDTXGSWC", "§8.2.3.27.10", 0, 1),
	RWN(0x08000, 64, "PFVMVIR", "§8.2.3.27.13", 0, ALL),
	RWN(0x00710, 8, "PFMBICR, PFMBIMR", "§8.2.3.27.4", 0, ALL),

	/* Receive DMA */
	RX_BLOCK(IX_RX_RDBAL, "RDBAL", "§8.2.3.8.1", 0, ALL & ~127u, 0, 0, ix_rx_ring_write),
	RX_BLOCK(IX_RX_RDBAH, "RDBAH", "§8.2.3.8.2", 0, ALL, 0, 0, ix_rx_ring_write),
	RX_BLOCK(IX_RX_RDLEN, "RDLEN", "§8.2.3.8.3", 0, 0xFFF80, 0, 0, ix_rx_ring_write),
	RX_BLOCK(IX_RX_DCA_RXCTRL, "DCA_RXCTRL", "§8.2.3.11.1", 0xB200, ALL, 0, 0, 0),
	RX_BLOCK(IX_RX_RDH, "RDH", "§8.2.3.8.4", 0, 0xFFFF, 0, ix_rdh_read, ix_rdh_write),
	RX_BLOCK(IX_RX_SRRCTL, "SRRCTL", "§8.2.3.8.7", 0x402, SRRCTL_BITS, 0, 0, ix_srrctl_write),
	RX_BLOCK(IX_RX_RDT, "RDT", "§8.2.3.8.5", 0, 0xFFFF, 0, 0, ix_rdt_write),
	RX_BLOCK(IX_RX_RXDCTL, "RXDCTL", "§8.2.3.8.6", 0,
		 IX_RXDCTL_ENABLE | IX_RXDCTL_SWFLSH | IX_RXDCTL_VME, 0, ix_rxdctl_read,
		 ix_rxdctl_write),
	RX_BLOCK(IX_RX_RSCCTL, "RSCCTL", "§8.2.3.8.13", 0, 0xD, 0, 0, 0),
	{ ONE(IX_RDRXCTL), "RDRXCTL", "§8.2.3.8.8", RDRXCTL_RESET, RDRXCTL_BITS,
	  IX_RDRXCTL_DMAIDONE, 0, 0 },
	RWN(IX_RXPBSIZE, 8, "RXPBSIZE", "§8.2.3.8.9", 512u << IX_RXPBSIZE_SHIFT,
	    IX_RXPBSIZE_MASK),
	{ ONE(IX_RXCTRL), "RXCTRL", "§8.2.3.8.10", 0, IX_RXCTRL_RXEN, 0, 0, ix_rxctrl_write },
	RW(0x03028, "RSCDBU", "§8.2.3.8.12", 0, 0xFF),
	RWN(IX_RQSMR, 32, "RQSMR", "§8.2.3.23.71", 0, 0x0F0F0F0Fu),

	/* Transmit DMA */
	TX_BLOCK(IX_TX_TDBAL, "TDBAL", "§8.2.3.9.5", 0, ALL & ~127u, 0, 0, ix_tx_ring_write),
	TX_BLOCK(IX_TX_TDBAH, "TDBAH", "§8.2.3.9.6", 0, ALL, 0, 0, ix_tx_ring_write),
	TX_BLOCK(IX_TX_TDLEN, "TDLEN", "§8.2.3.9.7", 0, 0xFFF80, 0, 0, ix_tx_ring_write),
	TX_BLOCK(IX_TX_DCA_TXCTRL, "DCA_TXCTRL", "§8.2.3.11.2", 0x2A00, ALL, 0, 0, 0),
	TX_BLOCK(IX_TX_TDH, "TDH", "§8.2.3.9.8", 0, 0xFFFF, 0, ix_tdh_read, ix_tdh_write),
	TX_BLOCK(IX_TX_TDT, "TDT", "§8.2.3.9.9", 0, 0xFFFF, 0, 0, ix_tdt_write),
	TX_BLOCK(IX_TX_TXDCTL, "TXDCTL", "§8.2.3.9.10", 0, TXDCTL_BITS, 0, ix_txdctl_read,
		 ix_txdctl_write),
	TX_BLOCK(IX_TX_TDWBAL, "TDWBAL", "§8.2.3.9.11", 0, ALL & ~2u, 0, 0, 0),
	TX_BLOCK(IX_TX_TDWBAH, "TDWBAH", "§8.2.3.9.12", 0, ALL, 0, 0, 0),
	RW(IX_DMATXCTL, "DMATXCTL", "§8.2.3.9.2", 0x81000004u, 0xFFFF0000u | IX_DMATXCTL_TE |
	   IX_DMATXCTL_GDV | 6u),
	RW(IX_DTXTCPFLGL, "DTXTCPFLGL", "§8.2.3.9.3", 0x0FF60FF6, 0x0FFF0FFF),
	RW(IX_DTXTCPFLGH, "DTXTCPFLGH", "§8.2.3.9.4", 0xF7F, 0xFFF),
	RW(0x08100, "DTXMXSZRQ", "§8.2.3.9.1", 0x10, 0xFFF),
	RWN(0x0CC00, 8, "TXPBSIZE", "§8.2.3.9.13", 0xA0u << 10, 0xFFC00),
	RW(0x0CD10, "MNGTXMAP", "§8.2.3.9.14", 0, 7),
	{ ONE(IX_MTQC), "MTQC", "§8.2.3.9.15", 0, 0xF, 0, 0, ix_mtqc_write },
	RWN(0x04950, 8, "TXPBTHRESH", "§8.2.3.9.16", 0x96, 0x3FF),
	RWN(IX_TQSM, 32, "TQSM", "§8.2.3.23.73", 0, 0x0F0F0F0Fu),

	/* DCB: classes choose a pool's queue, share one packet buffer, and nothing arbitrates */
	RW(0x02430, "RTRPCS", "§8.2.3.10.1", 0, ALL),
	RW(IX_RTTDCS, "RTTDCS", "§8.2.3.10.2", 0x00C00000, ALL),
	RW(0x0CD00, "RTTPCS", "§8.2.3.10.3", 0x224u << 22, ALL),
	RW(IX_RTRUP2TC, "RTRUP2TC", "§8.2.3.10.4", 0, 0xFFFFFF),
	RW(0x0C800, "RTTUP2TC", "§8.2.3.10.5", 0, 0xFFFFFF),
	RWN(0x02140, 16, "RTRPT4C, RTRPT4S", "§8.2.3.10.6", 0, ALL),
	RWN(0x04908, 18, "RTTDT1C, RTTDT2C", "§8.2.3.10.14", 0, ALL),
	RWN(0x0CD20, 16, "RTTPT2C, RTTPT2S", "§8.2.3.10.10", 0, ALL),
	RW(0x04904, "RTTDQSEL", "§8.2.3.10.13", 0, 0x7F),
	RWN(0x04980, 4, "RTTBCNRM … RTTBCNRD", "§8.2.3.10.16", 0, ALL),

	/* Security engine: bypassed, always ready */
	RW(IX_SECTXCTRL, "SECTXCTRL", "§8.2.3.12.1", 1, 7),
	RO(IX_SECTXSTAT, "SECTXSTAT", "§8.2.3.12.2", IX_SECSTAT_READY),
	RWN(0x08808, 3, "SECTXBUFFAF, SECTXMINIFG", "§8.2.3.12.3", 0, ALL),
	RWN(0x08900, 6, "IPSTX…", "§8.2.3.15", 0, ALL),
	RWN(0x08A00, 15, "LSECTX…", "§8.2.3.14", 0, ALL),
	RWN(0x08E00, 13, "IPSRX…", "§8.2.3.15", 0, ALL),
	RWN(0x08F00, 40, "LSECRX…", "§8.2.3.14", 0, ALL),
	RW(IX_SECRXCTRL, "SECRXCTRL", "§8.2.3.12.5", 1, 3),
	RO(IX_SECRXSTAT, "SECRXSTAT", "§8.2.3.12.6", IX_SECSTAT_READY),

	/* Time stamps, wake-up, firmware's status: kept, without effect */
	RW(0x05120, "RXMTRL", "§8.2.3.26", 0, ALL),
	RW(0x05188, "TSYNCRXCTL", "§8.2.3.26", 0, ALL),
	RWN(0x051A0, 3, "RXSATRL, RXSTMPH, RXSATRH", "§8.2.3.26", 0, ALL),
	RW(0x051E8, "RXSTMPL", "§8.2.3.26", 0, ALL),
	RWN(0x08C00, 16, "TSYNCTXCTL … TIMADJ", "§8.2.3.26", 0, ALL),
	RW(0x05800, "WUC", "§8.2.3.24.1", 0, ALL),
	RW(0x05808, "WUFC", "§8.2.3.24.2", 0, ALL),
	RW(0x05810, "WUS", "§8.2.3.24.3", 0, ALL),
	RO(0x15F0C, "FWSTS", "§10.5.8", 0),

	/* MAC and link */
	RW(IX_HLREG0, "HLREG0", "§8.2.3.22.8", HLREG0_RESET, HLREG0_BITS),
	{ ONE(IX_MSCA), "MSCA", "§8.2.3.22.11", 0, ALL, 0, 0, ix_msca_write },
	{ ONE(IX_MSRWD), "MSRWD", "§8.2.3.22.12", IX_MSRWD_NO_PHY, 0xFFFF, 0xFFFF0000u, 0, 0 },
	RW(IX_MAXFRS, "MAXFRS", "§8.2.3.22.13", 0x5EEu << IX_MAXFRS_MFS_SHIFT,
	   0xFFFFu << IX_MAXFRS_MFS_SHIFT),
	RW(0x04248, "PAP", "§8.2.3.22.10", 0xFFFF, 0xFFFF),
	RW(IX_MFLCN, "MFLCN", "§8.2.3.22.34", 0, 0xF),
	{ ONE(IX_AUTOC), "AUTOC", "§8.2.3.22.19", 0, ALL, 0, 0, ix_autoc_write },
	{ ONE(IX_LINKS), "LINKS", "§8.2.3.22.20", 0, 0, ALL, ix_links_read, ix_write_ignored },
	{ ONE(IX_AUTOC2), "AUTOC2", "§8.2.3.22.22", 0, ALL, 0, 0, ix_autoc2_write },
	RO(IX_ANLP1, "ANLP1", "§8.2.3.22.24", IX_ANLP1_AN_STATE),
	RO(0x042B4, "ANLP2", "§8.2.3.22.25", 0),
	RO(0x04324, "LINKS2", "§8.2.3.22.21", 0),
	RW(0x04330, "MACC", "§8.2.3.22.27", 0, ALL),
	RO(IX_MMNGC, "MMNGC", "§8.2.3.22.28", 0),
	RWN(0x04200, 9, "PCS1G…", "§8.2.3.22.1", 0, ALL),
	{ ONE(IX_CORECTL), "CORECTL", "§8.2.3.22.31", 0, 0x1FFFF, 0, 0, ix_corectl_write },

	/* Flow director */
	{ ONE(IX_FDIRCTRL), "FDIRCTRL", "§8.2.3.21.1", 0, 0xFF1F7FB3u, IX_FDIRCTRL_INIT_DONE, 0,
	  ix_fdirctrl_write },
	RWN(IX_FDIRSIPV6, 8, "FDIRSIPV6 … FDIRHASH", "§8.2.3.21.7-13", 0, ALL),
	{ ONE(IX_FDIRCMD), "FDIRCMD", "§8.2.3.21.14", 0, 0x3F7F8FFBu, IX_FDIRCMD_FILTER_VALID, 0,
	  ix_fdircmd_write },
	RW(IX_FDIRFREE, "FDIRFREE", "§8.2.3.21.2", 0, ALL),
	RWN(IX_FDIRDIP4M, 4, "FDIRDIP4M … FDIRUDPM", "§8.2.3.21.15-18", 0, ALL),
	RO(IX_FDIRLEN, "FDIRLEN", "§8.2.3.21.3", 0),
	RC(IX_FDIRUSTAT, 4, 4, "FDIRUSTAT … FDIRMISS"),
	/* The X540's; DPDK writes it here too, and the 82599 has nothing at this place. */
	RW(0x0EE78, "FDIRSCTPM", "§8.2.3.21", 0, ALL),
	RWN(IX_FDIRHKEY, 2, "FDIRHKEY, FDIRSKEY", "§8.2.3.21.19", 0, ALL),
	RW(IX_FDIRM, "FDIRM", "§8.2.3.21.21", 0, 0x3F),
	RW(IX_FDIRIP6M, "FDIRIP6M", "§8.2.3.21.20", 0, ALL),

	/* Statistics */
	RC(0x03F00, 40, 4, "PXONTXC … RNBC"),
	RC(IX_MPC, 8, 4, "MPC"),
	RC(0x03FC0, 8, 4, "RNBC"),
	RC(0x0CF00, 40, 4, "PXONRXC … MNGPTC"),
	RC(0x03240, 8, 4, "PXON2OFFCNT"),
	RC(IX_CRCERRS, 128, 4, "MAC statistics"),
	RC(0x02F50, 12, 4, "RXDGPC …"),
	RC(0x02410, 8, 4, "FCOE…"),
	RC(0x05118, 1, 4, "FCCRC"),
	RC(0x08A3C, 6, 4, "LSECTXUT …"),
	RC(0x08780, 4, 4, "SSVPC, FCOEPTC, FCOEDWTC"),
	RC(0x087A0, 3, 4, "TXDGPC"),
	RC(IX_QPRC, IX_QSTAT_COUNT, IX_QUEUE_STRIDE, "QPRC"),
	RC(IX_QBRC_L, IX_QSTAT_COUNT, IX_QUEUE_STRIDE, "QBRC_L"),
	RC(IX_QBRC_L + 4, IX_QSTAT_COUNT, IX_QUEUE_STRIDE, "QBRC_H"),
	RC(IX_QPRDC, IX_QSTAT_COUNT, IX_QUEUE_STRIDE, "QPRDC"),
	RC(IX_QPTC, IX_QSTAT_COUNT, IX_QUEUE_STRIDE, "QPTC"),
	RC(IX_QBTC_L, 2 * IX_QSTAT_COUNT, 4, "QBTC"),
};

const unsigned ix_register_count = sizeof(ix_registers) / sizeof(ix_registers[0]);
