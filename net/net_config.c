/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading bare.net=.
 */
#include "net/net_config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 256
#define VLAN_MAX 4094
#define MAPPED_AT 12

static bool
read_number(const char *text, unsigned long least, unsigned long most, unsigned long *number)
{
	char *end;

	*number = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && *number >= least && *number <= most;
}

/* The domain may be left out, as with DPDK's -a. */
static bool
read_pci(const char *text, struct net_config *config)
{
	unsigned domain = 0, bus, device, function;
	char rest;

	if (sscanf(text, "%4x:%2x:%2x.%1x%c", &domain, &bus, &device, &function, &rest) != 4) {
		domain = 0;
		if (sscanf(text, "%2x:%2x.%1x%c", &bus, &device, &function, &rest) != 3)
			return false;
	}
	if (device > 0x1f || function > 7)
		return false;
	snprintf(config->pci, sizeof(config->pci), "%.4x:%.2x:%.2x.%x", domain & 0xffff, bus & 0xff,
		 device, function);
	return true;
}

static bool
read_mac(const char *text, struct net_config *config)
{
	unsigned part[6];
	char rest;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &part[0], &part[1], &part[2], &part[3],
		   &part[4], &part[5], &rest) != 6)
		return false;
	for (unsigned i = 0; i < sizeof(config->mac); i++)
		config->mac[i] = (uint8_t)part[i];
	return true;
}

/* An address of either family; one of IPv4 is mapped. */
static bool
read_address(const char *text, uint8_t address[16], bool *four)
{
	memset(address, 0, 16);
	memset(address + MAPPED_AT - 2, 0xff, 2);
	*four = inet_pton(AF_INET, text, address + MAPPED_AT) == 1;
	return *four || inet_pton(AF_INET6, text, address) == 1;
}

static bool
read_own(char *text, struct net_config *config)
{
	char *slash = strchr(text, '/');
	uint8_t address[16];
	unsigned long prefix;
	bool four;

	if (!slash)
		return false;
	*slash = '\0';
	if (!read_address(text, address, &four) ||
	    !read_number(slash + 1, 1, four ? 32 : 128, &prefix))
		return false;
	if (four) {
		memcpy(&config->address4, address + MAPPED_AT, sizeof(config->address4));
		config->prefix4 = (uint8_t)prefix;
	} else {
		memcpy(config->address6, address, sizeof(config->address6));
		config->prefix6 = (uint8_t)prefix;
	}
	return true;
}

static bool
read_router(const char *text, struct net_config *config)
{
	uint8_t address[16];
	bool four;

	if (!read_address(text, address, &four))
		return false;
	if (four)
		memcpy(&config->router4, address + MAPPED_AT, sizeof(config->router4));
	else
		memcpy(config->router6, address, sizeof(config->router6));
	return true;
}

static bool
read_server(const char *text, struct net_config *config)
{
	bool four;

	return config->server_count < NET_SERVERS_MAX &&
	       read_address(text, config->servers[config->server_count++], &four);
}

static bool
read_word(char *word, struct net_config *config)
{
	unsigned long number = 0;
	bool good = true;

	if (strcmp(word, "dhcp") == 0) {
		config->dhcp = true;
	} else if (strncmp(word, "gw=", 3) == 0) {
		good = read_router(word + 3, config);
	} else if (strncmp(word, "dns=", 4) == 0) {
		good = read_server(word + 4, config);
	} else if (strncmp(word, "vlan=", 5) == 0) {
		good = read_number(word + 5, 1, VLAN_MAX, &number);
		config->vlan = (uint16_t)number;
	} else if (strncmp(word, "poll=", 5) == 0) {
		good = read_number(word + 5, 1, NET_POLL_MAX, &number);
		config->poll = (uint16_t)number;
	} else if (strncmp(word, "wait=", 5) == 0) {
		good = read_number(word + 5, 1, NET_WAIT_MAX, &number);
		config->wait = (uint16_t)number;
	} else {
		good = read_own(word, config);
	}
	return good;
}

const char *
net_config_parse(const char *text, struct net_config *config, char sentence[NET_SENTENCE_SIZE])
{
	char copy[TEXT_MAX], *rest = copy, *word;

	*config = (struct net_config){.poll = NET_POLL_DEFAULT};
	if (strlen(text) >= sizeof(copy))
		return "it is too long";
	strcpy(copy, text);
	word = strsep(&rest, ",");
	if (!read_mac(word, config) && !read_pci(word, config)) {
		snprintf(sentence, NET_SENTENCE_SIZE,
			 "it begins with a PCI address (0000:00:05.0) or a MAC, not with \"%.32s\"",
			 word);
		return sentence;
	}
	while ((word = strsep(&rest, ",")) != NULL) {
		char shown[TEXT_MAX];

		strcpy(shown, word);
		if (read_word(word, config))
			continue;
		snprintf(sentence, NET_SENTENCE_SIZE,
			 "\"%.48s\" is none of dhcp, ADDRESS/LENGTH, gw=, dns=, vlan=, poll=, "
			 "wait=",
			 shown);
		return sentence;
	}
	if (config->dhcp && config->address4)
		return "an address of IPv4 is given, or found by dhcp: not both";
	return NULL;
}
