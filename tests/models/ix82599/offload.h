/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Transmit offloads (82599 data sheet §7.2.4, §7.2.5): what a packet's descriptors ask for.
 */
#ifndef IX82599_OFFLOAD_H
#define IX82599_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ix;

struct ix_offload {
	bool ip_checksum, l4_checksum, segment, insert_vlan, ipv4;
	unsigned l4_type;		/* IX_TXC_L4T_* */
	size_t l2_len, l3_len, l4_len, mss;
	uint16_t tag;
};

/* Puts the checksums asked for into data, where the context's lengths say; false, and reported, if
 * those do not fit the packet. */
bool ix_tx_checksums(struct ix *ix, unsigned queue, const struct ix_offload *o, uint8_t *data,
		     size_t len);
/* TCP segmentation: headers once, then len minus headers of payload, cut at the MSS. */
void ix_tx_segments(struct ix *ix, unsigned queue, const struct ix_offload *o, const uint8_t *data,
		    size_t len);
/* A finished frame to the wire (tx.c). */
void ix_tx_frame(struct ix *ix, unsigned queue, const struct ix_offload *o, const uint8_t *data,
		 size_t len);

#endif
