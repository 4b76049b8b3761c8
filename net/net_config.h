/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bare.net= as a structure.
 */
#ifndef NET_CONFIG_H
#define NET_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_SERVERS_MAX 2
#define NET_PCI_SIZE 16
#define NET_POLL_DEFAULT 1
#define NET_POLL_MAX 1000
#define NET_WAIT_MAX 3600

struct net_config {
	char pci[NET_PCI_SIZE]; /* the port, as DPDK writes it: 0000:00:05.0; empty: by mac */
	uint8_t mac[6];
	bool dhcp;
	uint32_t address4, router4; /* in network order; 0: none */
	uint8_t prefix4;
	uint8_t address6[16], router6[16]; /* all zero: none, but by router advertisement */
	uint8_t prefix6;
	uint8_t servers[NET_SERVERS_MAX][16]; /* of DNS; those of IPv4 mapped */
	unsigned server_count;
	uint16_t vlan; /* 1..4094; 0: no tag */
	uint16_t poll; /* milliseconds between looks at a port without interrupts */
	uint16_t wait; /* seconds that the program's start waits for an address */
};

/*
 * Reads PORT,HOW...: PORT a PCI address or a MAC, HOW dhcp or ADDRESS/LENGTH, and gw=, dns=, vlan=,
 * poll=, wait=. Returns NULL, or what is wrong, in words; room for a sentence is the caller's.
 */
#define NET_SENTENCE_SIZE 128
const char *net_config_parse(const char *text, struct net_config *config,
			     char sentence[NET_SENTENCE_SIZE]);

#endif
