/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwIP's settings: one thread calls it (NO_SYS), by its raw interface. What the other machines can
 * make it take is bounded: control blocks, segments and received packets come from pools of a fixed
 * size; what it sends is bounded by each connection's TCP_SND_BUF.
 */
#ifndef NET_LWIPOPTS_H
#define NET_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_TIMERS 1
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 4)
#define MEM_ALIGNMENT 8
#define MEM_LIBC_MALLOC 1
#define LWIP_STATS 1
#define LWIP_STATS_LARGE 1

/* Received packets, each in one piece: a frame of 1500 bytes with two tags. */
#define PBUF_POOL_SIZE 512
#define PBUF_POOL_BUFSIZE 1536
#define MEMP_NUM_PBUF 512

/* -- IP and what is beneath it ----------------------------------------------------------------- */

#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define LWIP_IPV6_AUTOCONFIG 1
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 1
#define IPV6_FRAG_COPYHEADER 1 /* pointers are wider than what lwIP would write over */
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 2
#define LWIP_ND6_QUEUEING 1
#define ARP_TABLE_SIZE 32
#define ARP_QUEUEING 1
#define ARP_QUEUE_LEN 100 /* to a machine whose MAC is asked for, as Linux has it */
#define MEMP_NUM_ARP_QUEUE 256
#define IP_REASS_MAX_PBUFS 64
#define MEMP_NUM_REASSDATA 16
#define MEMP_NUM_FRAG_PBUF 128
#define MEMP_NUM_ND6_QUEUE 128
#define ETHARP_SUPPORT_VLAN 1
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_API 0
#define LWIP_ICMP 1
#define LWIP_BROADCAST_PING 0
#define LWIP_RAW 1
#define MEMP_NUM_RAW_PCB 4

/* -- TCP --------------------------------------------------------------------------------------- */

#define TCP_MSS 1460
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 1
#define TCP_WND (64 * 1024) /* FAR_WINDOW */
#define TCP_SND_BUF (128 * 1024)
#define TCP_SNDLOWAT 16384
#define TCP_SND_QUEUELEN 512
#define MEMP_NUM_TCP_SEG 4096
#define MEMP_NUM_TCP_PCB 512
#define MEMP_NUM_TCP_PCB_LISTEN 64
#define TCP_LISTEN_BACKLOG 1
#define TCP_DEFAULT_LISTEN_BACKLOG 255
#define TCP_QUEUE_OOSEQ 1
#define TCP_OOSEQ_MAX_PBUFS 48
#define LWIP_TCP_SACK_OUT 1
#define LWIP_TCP_KEEPALIVE 1
#define SO_REUSE 1

/* -- What finds out addresses ------------------------------------------------------------------ */

#define LWIP_UDP 1
#define LWIP_DHCP 1
#define LWIP_DHCP_MAX_DNS_SERVERS 2
#define LWIP_DNS 1 /* keeps the servers' addresses; names are musl's affair */
#define DNS_MAX_SERVERS 4
#define MEMP_NUM_UDP_PCB 8

#define LWIP_HOOK_FILENAME "net/lwip/hooks.h"
#define LWIP_HOOK_TCP_ISN net_hook_isn
#define LWIP_HOOK_VLAN_CHECK(netif, eth, vlan) net_hook_vlan_check(vlan)
#define LWIP_HOOK_VLAN_SET(netif, p, source, target, type) net_hook_vlan_set()

#endif
