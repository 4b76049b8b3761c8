/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Registers of the Intel 82599 that the model knows by name: general, EEPROM, interrupts, MAC.
 * Offsets in BAR 0, bits indented beneath. Sections are those of the Intel 82599 10 GbE Controller
 * data sheet, revision 3.x, chapter 8. The queues' registers are in regs_queue.h.
 */
#ifndef IX82599_REGS_H
#define IX82599_REGS_H

#define IX_BAR0_SIZE 0x20000u
#define IX_RX_QUEUES 128u
#define IX_TX_QUEUES 128u

/* 8.2.3.1 General control */
#define IX_CTRL 0x00000u
#define   IX_CTRL_MASTER_DISABLE (1u << 2)
#define   IX_CTRL_LRST (1u << 3)
#define   IX_CTRL_RST (1u << 26)
#define IX_STATUS 0x00008u
#define   IX_STATUS_LAN_ID_SHIFT 2
#define   IX_STATUS_MASTER_ENABLE (1u << 19)
#define IX_CTRL_EXT 0x00018u
#define   IX_CTRL_EXT_PFRSTD (1u << 14)
#define   IX_CTRL_EXT_NS_DIS (1u << 16)
#define   IX_CTRL_EXT_RO_DIS (1u << 17)
#define   IX_CTRL_EXT_EXT_VLAN (1u << 26)
#define   IX_CTRL_EXT_DRV_LOAD (1u << 28)
#define IX_ESDP 0x00020u
#define   IX_ESDP_SDP2 (1u << 2)	/* boards wire "module present" here */
#define   IX_ESDP_SDP3 (1u << 3)	/* and "transmitter off" here */
#define   IX_ESDP_DIR_SHIFT 8
#define IX_I2CCTL 0x00028u
#define   IX_I2C_CLK_IN (1u << 0)
#define   IX_I2C_CLK_OUT (1u << 1)
#define   IX_I2C_DATA_IN (1u << 2)
#define   IX_I2C_DATA_OUT (1u << 3)
#define IX_LEDCTL 0x00200u

/* 8.2.3.2 EEPROM and flash */
#define IX_EEC 0x10010u
#define   IX_EEC_SK (1u << 0)
#define   IX_EEC_CS (1u << 1)
#define   IX_EEC_DI (1u << 2)
#define   IX_EEC_DO (1u << 3)
#define   IX_EEC_FWE_MASK (3u << 4)
#define   IX_EEC_REQ (1u << 6)
#define   IX_EEC_GNT (1u << 7)
#define   IX_EEC_PRES (1u << 8)
#define   IX_EEC_AUTO_RD (1u << 9)
#define   IX_EEC_ADDR16 (1u << 10)
#define   IX_EEC_SIZE_SHIFT 11		/* words = 2^(6 + size) */
#define IX_EERD 0x10014u
#define   IX_EERD_START (1u << 0)
#define   IX_EERD_DONE (1u << 1)
#define   IX_EERD_ADDR_SHIFT 2
#define   IX_EERD_ADDR_MASK 0x3FFFu
#define   IX_EERD_DATA_SHIFT 16
#define IX_EEWR 0x10018u
#define IX_FLA 0x1001Cu
#define IX_EEMNGCTL 0x10110u
#define   IX_EEMNGCTL_CFG_DONE0 (1u << 18)
#define   IX_EEMNGCTL_CFG_DONE1 (1u << 19)

/* 8.2.3.4 PCIe and semaphores */
#define IX_SWSM 0x10140u
#define   IX_SWSM_SMBI (1u << 0)
#define   IX_SWSM_SWESMBI (1u << 1)
#define IX_FWSM 0x10148u
#define   IX_FWSM_VALID (1u << 15)
#define IX_FACTPS 0x10150u
#define IX_SW_FW_SYNC 0x10160u
#define   IX_SYNC_EEPROM (1u << 0)
#define   IX_SYNC_PHY0 (1u << 1)
#define   IX_SYNC_PHY1 (1u << 2)
#define   IX_SYNC_MAC_CSR (1u << 3)
#define   IX_SYNC_FW_SHIFT 5		/* the firmware's own bits */
#define   IX_SYNC_FW_MASK (0x1Fu << IX_SYNC_FW_SHIFT)
#define IX_GCR_EXT 0x11050u

/* 8.2.3.5 Interrupts */
#define IX_EICR 0x00800u
#define   IX_EICR_QUEUES 0x0000FFFFu
#define   IX_EICR_FLOW_DIR (1u << 16)
#define   IX_EICR_RX_MISS (1u << 17)
#define   IX_EICR_LSC (1u << 20)
#define   IX_EICR_SDP0 (1u << 24)	/* SDP0..SDP2: bits 24..26 */
#define   IX_EICR_SDP2 (1u << 26)
#define   IX_EICR_TCP_TIMER (1u << 30)
#define   IX_EICR_OTHER (1u << 31)
#define   IX_EICR_OTHER_CAUSES 0x3FFF0000u	/* what makes bit 31 */
#define IX_EICS 0x00808u
#define IX_EIAC 0x00810u
#define IX_EITR_LOW 0x00820u		/* vectors 0..23 */
#define IX_EITR_HIGH 0x12300u		/* vectors 24..128 */
#define   IX_EITR_LOW_COUNT 24u
#define   IX_EITR_INTERVAL_MASK 0xFF8u	/* bits 11:3, units of 2 us */
#define   IX_EITR_INTERVAL_SHIFT 3
#define   IX_EITR_UNIT_US 2u
#define   IX_EITR_CNT_WDIS (1u << 31)
#define IX_EIMS 0x00880u
#define IX_EIMC 0x00888u
#define IX_EIAM 0x00890u
#define IX_GPIE 0x00898u
#define   IX_GPIE_SDP0_EN (1u << 0)	/* SDP0..SDP3: bits 0..3 */
#define   IX_GPIE_SDP2_EN (1u << 2)
#define   IX_GPIE_MULTIPLE_MSIX (1u << 4)
#define   IX_GPIE_OCD (1u << 5)
#define   IX_GPIE_EIAME (1u << 30)
#define IX_IVAR 0x00900u		/* 64 registers: two queues, rx and tx, each */
#define   IX_IVAR_VALID 0x80u
#define   IX_IVAR_VECTOR 0x3Fu
#define IX_IVAR_MISC 0x00A00u		/* byte 0: TCP timer, byte 1: other causes */
#define IX_EICS_EX 0x00A90u		/* EICS(1..2), EIMS, EIMC, EIAM: 64 vectors */
#define IX_EIMS_EX 0x00AA0u
#define IX_EIMC_EX 0x00AB0u
#define IX_EIAM_EX 0x00AD0u
#define IX_VECTORS 64u

/* 8.2.3.7 Receive filters */
#define IX_RXCSUM 0x05000u
#define   IX_RXCSUM_IPPCSE (1u << 12)
#define   IX_RXCSUM_PCSD (1u << 13)
#define IX_RFCTL 0x05008u
#define IX_FCTRL 0x05080u
#define   IX_FCTRL_SBP (1u << 1)
#define   IX_FCTRL_MPE (1u << 8)
#define   IX_FCTRL_UPE (1u << 9)
#define   IX_FCTRL_BAM (1u << 10)
#define IX_VLNCTRL 0x05088u
#define   IX_VLNCTRL_VET_MASK 0xFFFFu
#define   IX_VLNCTRL_CFI (1u << 28)
#define   IX_VLNCTRL_CFIEN (1u << 29)
#define   IX_VLNCTRL_VFE (1u << 30)
#define IX_MCSTCTRL 0x05090u
#define   IX_MCSTCTRL_MO_MASK 3u
#define   IX_MCSTCTRL_MFE (1u << 2)
#define IX_ETQF 0x05128u		/* 8 EtherType filters */
#define   IX_ETQF_ENABLE (1u << 31)
#define IX_ETQS 0x0EC00u
#define   IX_ETQS_QUEUE_EN (1u << 31)
#define   IX_ETQS_QUEUE_SHIFT 16
#define   IX_ETQS_QUEUE_MASK 0x7Fu
#define   IX_ETQ_COUNT 8u
#define IX_MTA 0x05200u			/* 128 words: 4096 bits */
#define IX_RAL_ALIAS 0x05400u		/* the first 16, the 82598's place */
#define IX_RAL 0x0A200u			/* RAL/RAH pairs, 128 */
#define   IX_RAH_AV (1u << 31)
#define   IX_RA_COUNT 128u
#define   IX_RA_ALIASED 16u
#define IX_MPSAR 0x0A600u		/* 128 pairs: the pools of each RAL/RAH */
#define IX_VFTA 0x0A000u		/* 128 words: 4096 bits */
#define IX_MRQC 0x05818u
#define   IX_MRQC_MRQE_MASK 0xFu
#define   IX_MRQC_MRQE_RSS 1u
#define   IX_MRQC_MRQE_POOLS64 8u	/* pools, without more */
#define   IX_MRQC_MRQE_POOLS32_RSS 10u
#define   IX_MRQC_MRQE_POOLS64_RSS 11u
#define   IX_MRQC_MRQE_POOLS16_TC8 12u
#define   IX_MRQC_MRQE_POOLS32_TC4 13u
#define   IX_MRQC_TCP_IPV4 (1u << 16)
#define   IX_MRQC_IPV4 (1u << 17)
#define   IX_MRQC_IPV6 (1u << 20)
#define   IX_MRQC_TCP_IPV6 (1u << 21)
#define   IX_MRQC_UDP_IPV4 (1u << 22)
#define   IX_MRQC_UDP_IPV6 (1u << 23)
#define IX_RETA 0x05C00u		/* 32 words of 4 entries */
#define   IX_RETA_ENTRIES 128u
#define   IX_RETA_QUEUE_MASK 0xFu
#define IX_RSSRK 0x05C80u		/* 10 words: the 40-byte key */
#define   IX_RSSRK_BYTES 40u

/* 8.2.3.27 Virtualization, 8.2.3.10 traffic classes */
#define IX_RTRUP2TC 0x03020u		/* three bits for each user priority */
#define   IX_RTRUP2TC_BITS 3u
#define   IX_RTRUP2TC_MASK 7u
#define IX_PFVTCTL 0x051B0u
#define   IX_PFVTCTL_VT_ENA (1u << 0)
#define   IX_PFVTCTL_DEF_PL_SHIFT 7
#define   IX_PFVTCTL_DEF_PL_MASK 0x3Fu
#define   IX_PFVTCTL_DIS_DEF_PL (1u << 29)
#define   IX_PFVTCTL_RPL_EN (1u << 30)
#define IX_PFVFRE 0x051E0u		/* 2 words: pools that receive */
#define IX_PFVML2FLT 0x0F000u
#define   IX_PFVML2FLT_AUPE (1u << 24)	/* untagged packets */
#define   IX_PFVML2FLT_ROMPE (1u << 25)	/* multicast table */
#define   IX_PFVML2FLT_ROPE (1u << 26)	/* unicast table */
#define   IX_PFVML2FLT_BAM (1u << 27)
#define   IX_PFVML2FLT_MPE (1u << 28)
#define IX_PFVLVF 0x0F100u		/* 64 VLANs */
#define   IX_PFVLVF_COUNT 64u
#define   IX_PFVLVF_ID_MASK 0xFFFu
#define   IX_PFVLVF_VI_EN (1u << 31)
#define IX_PFVLVFB 0x0F200u		/* 64 pairs: the pools of each VLAN */
#define IX_PFUTA 0x0F400u		/* 128 words: the unicast table */
#define IX_POOLS 64u

/* 8.2.3.22 MAC */
#define IX_HLREG0 0x04240u
#define   IX_HLREG0_TXCRCEN (1u << 0)
#define   IX_HLREG0_RXCRCSTRP (1u << 1)
#define   IX_HLREG0_JUMBOEN (1u << 2)
#define   IX_HLREG0_TXPADEN (1u << 10)
#define   IX_HLREG0_LPBK (1u << 15)
#define   IX_HLREG0_MDCSPD (1u << 16)
#define   IX_HLREG0_RXLNGTHERREN (1u << 27)
#define IX_MSCA 0x0425Cu
#define   IX_MSCA_COMMAND (1u << 30)
#define IX_MSRWD 0x04260u
#define   IX_MSRWD_NO_PHY 0xFFFF0000u
#define IX_MAXFRS 0x04268u
#define   IX_MAXFRS_MFS_SHIFT 16
#define IX_MFLCN 0x04294u
#define IX_AUTOC 0x042A0u
#define   IX_AUTOC_FLU (1u << 0)
#define   IX_AUTOC_10G_KX4 (1u << 7)
#define   IX_AUTOC_1G_KX (1u << 9)
#define   IX_AUTOC_RESTART_AN (1u << 12)
#define   IX_AUTOC_LMS_SHIFT 13
#define   IX_AUTOC_LMS_10G_PARALLEL 1u
#define   IX_AUTOC_LMS_10G_SERIAL 3u
#define IX_LINKS 0x042A4u
#define   IX_LINKS_KX_AN_COMP (1u << 31)
#define   IX_LINKS_UP (1u << 30)
#define   IX_LINKS_SPEED_10G (3u << 28)
#define   IX_LINKS_STATUS (1u << 7)	/* up without a break since the last read */
#define IX_AUTOC2 0x042A8u
#define   IX_AUTOC2_10G_SFI (2u << 16)
#define   IX_AUTOC2_LINK_DISABLE (1u << 30)	/* 30:28: link off, off in D3 */
#define IX_ANLP1 0x042B0u
#define   IX_ANLP1_AN_STATE (1u << 16)	/* a non-zero state: the arbiter runs */
#define IX_MMNGC 0x042D0u
#define IX_CORECTL 0x14F00u

/* 8.2.3.12 Security engine */
#define IX_SECTXCTRL 0x08800u
#define IX_SECTXSTAT 0x08804u
#define IX_SECRXCTRL 0x08D00u
#define   IX_SECRXCTRL_RX_DIS (1u << 1)
#define IX_SECRXSTAT 0x08D04u
#define   IX_SECSTAT_READY (1u << 0)

#endif
