/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stack's thread.
 */
#ifndef NET_STACK_H
#define NET_STACK_H

struct net_config;

/*
 * Starts the thread, for a port that runs, and with bare.net's wait= waits for an address. The
 * structure is kept. From rte_eal_init().
 */
void net_stack_start(const struct net_config *config);

#endif
