/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The port that is the stack's: DPDK's half of it. (lwIP's headers and those of rte_ip.h define the
 * same names, so no file has both.)
 */
#ifndef NET_PORT_H
#define NET_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net_config;

/*
 * Leaves the port's device out while the PCI bus is scanned; all network adapters, where only its
 * MAC is known. In rte_eal_init(), before that.
 */
void net_port_hide(const struct net_config *config);

/*
 * Finds out the PCI address where the MAC is known, by probing one adapter after another. In
 * rte_eal_init(), before devices are probed. Returns 0, or -1 after a message.
 */
int net_port_keep(struct net_config *config);

/*
 * Probes the device, which takes the last number, and starts its port; a port that has an owner is
 * none of the application's (RTE_ETH_FOREACH_DEV). Returns 0, or -1 after a message.
 */
int net_port_start(const struct net_config *config);

void net_port_mac(uint8_t mac[6]);
unsigned net_port_mtu(void); /* at most 1500 */
unsigned net_port_number(void);
bool net_port_link(void);

/* Room for a frame that is to be sent, and sending it; NULL or false: there is none. */
void *net_port_room(void **frame, size_t length);
bool net_port_send(void *frame);

/* Hands some frames on, which are gone afterwards. Returns how many there were. */
#define NET_PORT_BURST 32
unsigned net_port_receive(void (*take)(const void *frame, size_t length));

/*
 * Has a thread change *word, and wake who waits for it (futex), at each receive interrupt; then
 * net_port_arm() has the next frame interrupt. Returns whether the driver has them.
 */
bool net_port_ring(uint32_t *word);
void net_port_arm(void);

#endif
