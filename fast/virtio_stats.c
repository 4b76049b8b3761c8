/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the virtio driver counts of each frame, in the fast image: its bytes. The driver counts
 * frames and errors elsewhere; its extended statistics of sizes, broadcast and multicast stay 0.
 *
 * Compiled without fast/config.h, which makes the driver's own function weak: this one is linked.
 */
#include <stdint.h>

#include <rte_mbuf.h>

#include "virtio_rxtx.h"

void
virtio_update_packet_stats(struct virtnet_stats *stats, struct rte_mbuf *frame)
{
	stats->bytes += rte_pktmbuf_pkt_len(frame);
}
