/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Goes before testpmd for Linux: without commands for drivers and libraries that the guest has not,
 * which would bring libraries of their own.
 */
#ifndef TESTPMD_FEW_DRIVERS_H
#define TESTPMD_FEW_DRIVERS_H

#include <rte_config.h>

#undef RTE_HAS_JANSSON
#undef RTE_LIB_BPF
#undef RTE_LIB_PDUMP
#undef RTE_NET_BNXT
#undef RTE_NET_BOND
#undef RTE_NET_DPAA
#undef RTE_NET_I40E
#undef RTE_NET_IXGBE
#undef RTE_NET_MLX5

#endif
