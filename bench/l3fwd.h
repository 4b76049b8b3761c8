/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Goes before DPDK's l3fwd, on both sides: it asks for every receive check sum offload, and virtio
 * has none for IPv4. It does not use them.
 */
#ifndef L3FWD_NO_CHECKSUM_H
#define L3FWD_NO_CHECKSUM_H

#include <rte_ethdev.h>

#undef RTE_ETH_RX_OFFLOAD_CHECKSUM
#define RTE_ETH_RX_OFFLOAD_CHECKSUM 0

#endif
