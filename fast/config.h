/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the fast image changes of DPDK's rte_config.h, and who counts virtio's packets. Included
 * from the command line behind rte_config.h by everything of DPDK's that is compiled for that
 * image (mk/fast.mk), by eal_bare and by the application.
 */
#ifndef FAST_CONFIG_H
#define FAST_CONFIG_H

/* No calls of an application's functions with each burst: rte_eth_add_rx_callback() and its like
 * say -ENOTSUP, so that pdump, latencystats and bitratestats have no frames. */
#undef RTE_ETHDEV_RXTX_CALLBACKS

/* With 508 objects, not 512, a mempool's cache has 8192 bytes: its address is a shift away. A pool
 * with caches of more than 508 is refused (EINVAL). */
#undef RTE_MEMPOOL_CACHE_MAX_SIZE
#define RTE_MEMPOOL_CACHE_MAX_SIZE 508

/* Weak, so that the linker takes fast/virtio_stats.c instead of the driver's own. */
struct virtnet_stats;
struct rte_mbuf;
void virtio_update_packet_stats(struct virtnet_stats *stats, struct rte_mbuf *frame)
	__attribute__((weak));

#endif
