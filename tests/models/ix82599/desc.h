/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Descriptors: 16 bytes, taken as two little-endian quadwords (82599 data sheet §7.1.5, §7.1.6
 * receive, §7.2.3.2 transmit). Shifts are within the quadword named.
 */
#ifndef IX82599_DESC_H
#define IX82599_DESC_H

#define IX_DESC_BYTES 16u

/* Receive, as the driver gives it: buffer address, then the header buffer's address, which the
 * hardware does not look at in the one-buffer form. */

/* Receive, written back (advanced), first quadword */
#define IX_RXW_RSS_TYPE_FDIR 0xFull
#define IX_RXW_PKT_TYPE_SHIFT 4
#define   IX_PKT_IPV4 (1u << 0)
#define   IX_PKT_IPV4_OPTIONS (1u << 1)
#define   IX_PKT_IPV6 (1u << 2)
#define   IX_PKT_IPV6_EXT (1u << 3)
#define   IX_PKT_TCP (1u << 4)
#define   IX_PKT_UDP (1u << 5)
#define   IX_PKT_SCTP (1u << 6)
#define   IX_PKT_ETQF (1u << 11)	/* then bits 2:0 are the filter's index */
#define IX_RXW_HASH_SHIFT 32		/* RSS hash; or flow director's hash : id */

/* Receive, written back, second quadword */
#define IX_RXW_DD (1ull << 0)
#define IX_RXW_EOP (1ull << 1)
#define IX_RXW_FLM (1ull << 2)
#define IX_RXW_VP (1ull << 3)
#define IX_RXW_UDPCS (1ull << 4)
#define IX_RXW_L4CS (1ull << 5)
#define IX_RXW_IPCS (1ull << 6)
#define IX_RXW_PIF (1ull << 7)
#define IX_RXW_L4E (1ull << 30)
#define IX_RXW_IPE (1ull << 31)
#define IX_RXW_LENGTH_SHIFT 32
#define IX_RXW_LENGTH_MASK (0xFFFFull << IX_RXW_LENGTH_SHIFT)
#define IX_RXW_VLAN_SHIFT 48

/* Transmit, second quadword of every form */
#define IX_TX_DTYP_SHIFT 20
#define IX_TX_DTYP_MASK 0xFull
#define   IX_TX_DTYP_CONTEXT 2u
#define   IX_TX_DTYP_DATA 3u
#define IX_TX_EOP (1ull << 24)
#define IX_TX_IFCS (1ull << 25)
#define IX_TX_RS (1ull << 27)
#define IX_TX_DEXT (1ull << 29)
#define IX_TX_VLE (1ull << 30)
#define IX_TX_TSE (1ull << 31)

/* Transmit data descriptor, second quadword */
#define IX_TXD_DTALEN_MASK 0xFFFFull
#define IX_TXD_RESERVED ((3ull << 16) | (1ull << 26) | (1ull << 28))
#define IX_TXD_MAC_LINKSEC (1ull << 18)
#define IX_TXD_MAC_1588 (1ull << 19)
#define IX_TXD_STA_MASK (0xFull << 32)
#define IX_TXD_DD (1ull << 32)
#define IX_TXD_IDX_SHIFT 36
#define IX_TXD_IDX_MASK 7ull
#define IX_TXD_CC (1ull << 39)
#define IX_TXD_IXSM (1ull << 40)
#define IX_TXD_TXSM (1ull << 41)
#define IX_TXD_IPSEC (1ull << 42)
#define IX_TXD_PAYLEN_SHIFT 46
#define IX_TXD_PAYLEN_MASK 0x3FFFFull

/* Transmit context descriptor, first quadword */
#define IX_TXC_IPLEN_MASK 0x1FFull
#define IX_TXC_MACLEN_SHIFT 9
#define IX_TXC_MACLEN_MASK 0x7Full
#define IX_TXC_VLAN_SHIFT 16
/* … second quadword */
#define IX_TXC_TUCMD_IPV4 (1ull << 10)
#define IX_TXC_L4T_SHIFT 11
#define IX_TXC_L4T_MASK 3ull
#define   IX_TXC_L4T_UDP 0u
#define   IX_TXC_L4T_TCP 1u
#define   IX_TXC_L4T_SCTP 2u
#define IX_TXC_IDX_SHIFT 36
#define IX_TXC_L4LEN_SHIFT 40
#define IX_TXC_L4LEN_MASK 0xFFull
#define IX_TXC_MSS_SHIFT 48

#define IX_TX_CONTEXTS 2u		/* §7.2.3.2.3: two contexts a queue */
#define IX_TX_MAX_DESC 40u		/* §7.2.3.3: at most 40 - WTHRESH for one packet */

#endif
