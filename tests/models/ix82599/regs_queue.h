/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Registers of the 82599's queues, DMA units, flow director and statistics. See regs.h.
 */
#ifndef IX82599_REGS_QUEUE_H
#define IX82599_REGS_QUEUE_H

/* 8.2.3.8 Receive DMA. Queue q < 64 at 0x1000 + 0x40 q, the others at 0xD000 + 0x40 (q - 64). */
#define IX_RX_BLOCK_LOW 0x01000u
#define IX_RX_BLOCK_HIGH 0x0D000u
#define IX_QUEUE_STRIDE 0x40u
#define   IX_RX_RDBAL 0x00u
#define   IX_RX_RDBAH 0x04u
#define   IX_RX_RDLEN 0x08u
#define   IX_RX_DCA_RXCTRL 0x0Cu
#define   IX_RX_RDH 0x10u
#define   IX_RX_SRRCTL 0x14u
#define   IX_RX_RDT 0x18u
#define   IX_RX_RXDCTL 0x28u
#define   IX_RX_RSCCTL 0x2Cu
#define IX_SRRCTL_ALIAS 0x02100u	/* the first 16, the 82598's places */
#define IX_DCA_RXCTRL_ALIAS 0x02200u
#define IX_RX_ALIASED 16u
#define IX_RING_ALIGN 128u
#define IX_RING_MAX_BYTES 0x20000u	/* 8.2.3.8.3: validated up to 8 K descriptors */
#define   IX_SRRCTL_BSIZEPACKET_MASK 0x1Fu	/* KB */
#define   IX_SRRCTL_DESCTYPE_SHIFT 25
#define   IX_SRRCTL_DESCTYPE_MASK 7u
#define   IX_SRRCTL_DESCTYPE_LEGACY 0u
#define   IX_SRRCTL_DESCTYPE_ADV_ONE_BUFFER 1u
#define   IX_SRRCTL_DROP_EN (1u << 28)
#define   IX_RXDCTL_ENABLE (1u << 25)
#define   IX_RXDCTL_SWFLSH (1u << 26)
#define   IX_RXDCTL_VME (1u << 30)
#define IX_RDRXCTL 0x02F00u
#define   IX_RDRXCTL_CRCSTRIP (1u << 1)
#define   IX_RDRXCTL_DMAIDONE (1u << 3)
#define   IX_RDRXCTL_RSCFRSTSIZE_SHIFT 17
#define   IX_RDRXCTL_RSCACKC (1u << 25)
#define   IX_RDRXCTL_FCOE_WRFIX (1u << 26)
#define IX_RXCTRL 0x03000u
#define   IX_RXCTRL_RXEN (1u << 0)
#define IX_RXPBSIZE 0x03C00u		/* 8 packet buffers */
#define   IX_RXPBSIZE_SHIFT 10		/* the field is in KB: value = bytes */
#define   IX_RXPBSIZE_MASK 0x000FFC00u

/* 8.2.3.9 Transmit DMA: 128 queues from 0x6000 */
#define IX_TX_BLOCK 0x06000u
#define   IX_TX_TDBAL 0x00u
#define   IX_TX_TDBAH 0x04u
#define   IX_TX_TDLEN 0x08u
#define   IX_TX_DCA_TXCTRL 0x0Cu
#define   IX_TX_TDH 0x10u
#define   IX_TX_TDT 0x18u
#define   IX_TX_TXDCTL 0x28u
#define   IX_TX_TDWBAL 0x38u
#define   IX_TX_TDWBAH 0x3Cu
#define   IX_TDWBAL_ENABLE (1u << 0)
#define   IX_TXDCTL_PTHRESH_MASK 0x7Fu
#define   IX_TXDCTL_HTHRESH_MASK 0x7F00u
#define   IX_TXDCTL_WTHRESH_MASK 0x7F0000u
#define   IX_TXDCTL_ENABLE (1u << 25)
#define   IX_TXDCTL_SWFLSH (1u << 26)
#define IX_DMATXCTL 0x04A80u
#define   IX_DMATXCTL_TE (1u << 0)
#define   IX_DMATXCTL_GDV (1u << 3)
#define   IX_DMATXCTL_VT_SHIFT 16	/* EtherType of an inserted tag */
#define IX_DTXTCPFLGL 0x04A88u
#define   IX_TCPFLG_FIRST_MASK 0xFFFu
#define   IX_TCPFLG_MIDDLE_SHIFT 16
#define IX_DTXTCPFLGH 0x04A8Cu
#define IX_MTQC 0x08120u
#define IX_RTTDCS 0x04900u
#define   IX_RTTDCS_ARBDIS (1u << 6)

/* 8.2.3.21 Flow director */
#define IX_FDIRCTRL 0x0EE00u
#define   IX_FDIRCTRL_PBALLOC_MASK 3u
#define   IX_FDIRCTRL_INIT_DONE (1u << 3)
#define   IX_FDIRCTRL_PERFECT (1u << 4)
#define   IX_FDIRCTRL_REPORT_STATUS (1u << 5)
#define   IX_FDIRCTRL_REPORT_ALWAYS (1u << 7)
#define   IX_FDIRCTRL_DROP_QUEUE_SHIFT 8
#define   IX_FDIRCTRL_DROP_QUEUE_MASK 0x7Fu
#define   IX_FDIRCTRL_FLEX_SHIFT 16	/* word offset of the two flexible bytes */
#define   IX_FDIRCTRL_FLEX_MASK 0x1Fu
#define IX_FDIRSIPV6 0x0EE0Cu		/* three words */
#define IX_FDIRIPSA 0x0EE18u
#define IX_FDIRIPDA 0x0EE1Cu
#define IX_FDIRPORT 0x0EE20u
#define IX_FDIRVLAN 0x0EE24u
#define IX_FDIRHASH 0x0EE28u
#define   IX_FDIRHASH_HASH_MASK 0x7FFFu
#define   IX_FDIRHASH_INDEX_SHIFT 16	/* signature, or the driver's own index */
#define IX_FDIRCMD 0x0EE2Cu
#define   IX_FDIRCMD_CMD_MASK 3u
#define   IX_FDIRCMD_ADD 1u
#define   IX_FDIRCMD_REMOVE 2u
#define   IX_FDIRCMD_QUERY 3u
#define   IX_FDIRCMD_FILTER_VALID (1u << 2)
#define   IX_FDIRCMD_UPDATE (1u << 3)
#define   IX_FDIRCMD_L4TYPE_SHIFT 5	/* 1 UDP, 2 TCP, 3 SCTP */
#define   IX_FDIRCMD_L4TYPE_MASK 3u
#define   IX_FDIRCMD_IPV6 (1u << 7)
#define   IX_FDIRCMD_CLEARHT (1u << 8)
#define   IX_FDIRCMD_DROP (1u << 9)
#define   IX_FDIRCMD_QUEUE_EN (1u << 15)
#define   IX_FDIRCMD_QUEUE_SHIFT 16
#define   IX_FDIRCMD_QUEUE_MASK 0x7Fu
#define   IX_FDIRCMD_POOL_SHIFT 24
#define   IX_FDIRCMD_POOL_MASK 0x3Fu
#define IX_FDIRFREE 0x0EE38u
#define IX_FDIRDIP4M 0x0EE3Cu
#define IX_FDIRSIP4M 0x0EE40u
#define IX_FDIRTCPM 0x0EE44u		/* ports bit by bit in reverse; 1 = do not compare */
#define IX_FDIRUDPM 0x0EE48u
#define IX_FDIRLEN 0x0EE4Cu
#define IX_FDIRUSTAT 0x0EE50u
#define IX_FDIRFSTAT 0x0EE54u
#define IX_FDIRMATCH 0x0EE58u
#define IX_FDIRMISS 0x0EE5Cu
#define IX_FDIRHKEY 0x0EE68u
#define IX_FDIRSKEY 0x0EE6Cu
#define IX_FDIRM 0x0EE70u
#define   IX_FDIRM_VLANID (1u << 0)
#define   IX_FDIRM_VLANP (1u << 1)
#define   IX_FDIRM_POOL (1u << 2)
#define   IX_FDIRM_L4P (1u << 3)
#define   IX_FDIRM_FLEX (1u << 4)
#define   IX_FDIRM_DIPV6 (1u << 5)
#define IX_FDIRIP6M 0x0EE74u

/* 8.2.3.23 Statistics */
#define IX_MPC 0x03FA0u			/* 8: no room in the packet buffer */
#define IX_CRCERRS 0x04000u
#define IX_PRC64 0x0405Cu		/* six size classes */
#define IX_GPRC 0x04074u
#define IX_BPRC 0x04078u
#define IX_MPRC 0x0407Cu
#define IX_GPTC 0x04080u
#define IX_GORCL 0x04088u
#define IX_GOTCL 0x04090u
#define IX_RUC 0x040A4u
#define IX_ROC 0x040ACu
#define IX_TORL 0x040C0u
#define IX_TPR 0x040D0u
#define IX_TPT 0x040D4u
#define IX_PTC64 0x040D8u		/* six size classes */
#define IX_MPTC 0x040F0u
#define IX_BPTC 0x040F4u
#define IX_QPRC 0x01030u		/* 16, every 0x40 */
#define IX_QBRC_L 0x01034u
#define IX_QPRDC 0x01430u
#define IX_QPTC 0x06030u
#define IX_QBTC_L 0x08700u		/* 16 pairs, every 8 */
#define IX_QSTAT_COUNT 16u
#define IX_RQSMR 0x02300u		/* 32 words: the counter of each queue */
#define IX_TQSM 0x08600u

#endif
