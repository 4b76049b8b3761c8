/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What lwIP asks of this folder (LWIP_HOOK_* in lwipopts.h).
 */
#ifndef NET_HOOKS_H
#define NET_HOOKS_H

#include "lwip/ip_addr.h"

struct eth_vlan_hdr;

/* net_random.c: the first sequence number of a connection (RFC 6528). Ports in host order. */
u32_t net_hook_isn(const ip_addr_t *local, u16_t local_port, const ip_addr_t *remote,
		   u16_t remote_port);

/* net_link.c: whether a tagged frame is for us, and the tag of those that we send, or -1. */
int net_hook_vlan_check(const struct eth_vlan_hdr *vlan);
s32_t net_hook_vlan_set(void);

#endif
