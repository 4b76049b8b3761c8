/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of the stack have of each other. All of it is called by the stack's thread alone,
 * but for what says otherwise.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/ip_addr.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"

#include "libc/far/far.h"
#include "net/net_config.h"

/* -- net_link.c: the port as lwIP's interface -------------------------------------------------- */

extern struct netif net_link;

/* Makes it, with its addresses or the search for them begun. */
void net_link_begin(const struct net_config *config);

/* Hands what has come to lwIP, up to some frames. Returns how many there were. */
unsigned net_link_receive(void);

/* -- net_address.c: what libc knows of addresses ----------------------------------------------- */

/* Tells libc of addresses and of DNS's servers where they are others than before. */
void net_address_update(const struct net_config *config);

/* Whether there are the addresses that the setting asks for. Any thread. */
bool net_address_is_there(void);

/* An end as libc has it, from lwIP's address and a port in host order; and back. */
struct far_end net_end(const ip_addr_t *address, uint16_t port);
ip_addr_t net_ip(const uint8_t address[16]);

/* -- net_tcp.c and net_tcp_listen.c ------------------------------------------------------------ */

struct tcp_pcb;

/* Serves those connections whose program's end has changed. */
void net_tcp_serve(void);

/* A connection that has come about belongs to a program's socket from now on. -1: no memory. */
int net_tcp_adopt(struct tcp_pcb *pcb, struct far *far);

/* Each segment that comes, before lwIP has it: listens where the program does. */
void net_tcp_listen_begin(void);

/* The other machine cannot be reached: for a connection that is being asked for. */
void net_tcp_unreachable(const struct far_end *local, const struct far_end *remote, int error);

/* -- net_udp.c, net_icmp.c --------------------------------------------------------------------- */

void net_udp_begin(void);
void net_udp_serve(void); /* sends what is to be sent */
void net_icmp_begin(void);

#endif
