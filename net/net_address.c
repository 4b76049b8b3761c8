/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses between lwIP and libc: which are the machine's own, and in /etc/resolv.conf, which the
 * C library reads, the servers of DNS. Looked at again whenever lwIP may have changed them.
 */
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include "lwip/dns.h"
#include "lwip/ip6_addr.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"

#include "net/net.h"

#define MAPPED_AT 12
#define IP4_BITS 96 /* before the part of IPv4 */
#define LINK_PREFIX 64
#define RESOLV_CONF "/etc/resolv.conf"

struct known {
	struct far_address addresses[FAR_ADDRESSES_MAX];
	unsigned count;
	bool router4, router6;
	ip_addr_t servers[DNS_MAX_SERVERS];
};

static struct known known;
static bool is_there;

/* -- Ends -------------------------------------------------------------------------------------- */

static void
map_address(const ip_addr_t *from, uint8_t to[16])
{
	memset(to, 0, 16);
	if (IP_IS_V6(from)) {
		memcpy(to, ip_2_ip6(from)->addr, 16);
		return;
	}
	memset(to + MAPPED_AT - 2, 0xff, 2);
	memcpy(to + MAPPED_AT, &ip_2_ip4(from)->addr, sizeof(ip_2_ip4(from)->addr));
}

struct far_end
net_end(const ip_addr_t *address, uint16_t port)
{
	struct far_end end = {.port = lwip_htons(port)};

	map_address(address, end.address);
	return end;
}

ip_addr_t
net_ip(const uint8_t address[16])
{
	static const uint8_t mapped[MAPPED_AT] = {[10] = 0xff, [11] = 0xff};
	ip_addr_t ip = IPADDR6_INIT(0, 0, 0, 0);

	if (memcmp(address, mapped, sizeof(mapped)) == 0) {
		IP_SET_TYPE(&ip, IPADDR_TYPE_V4);
		memcpy(&ip_2_ip4(&ip)->addr, address + MAPPED_AT, 4);
	} else {
		memcpy(ip_2_ip6(&ip)->addr, address, 16);
		ip6_addr_assign_zone(ip_2_ip6(&ip), IP6_UNKNOWN, &net_link);
	}
	return ip;
}

/* -- What there is now ------------------------------------------------------------------------- */

static unsigned
count_bits(uint32_t mask)
{
	return (unsigned)__builtin_popcount(mask);
}

static void
add(struct known *now, const ip_addr_t *address, unsigned prefix)
{
	struct far_address *to = &now->addresses[now->count++];

	map_address(address, to->address);
	to->prefix = (uint8_t)prefix;
}

static bool
has_router6(void)
{
	for (unsigned i = 0; i < LWIP_ND6_NUM_ROUTERS; i++)
		if (default_router_list[i].neighbor_entry)
			return true;
	return false;
}

static void
collect(struct known *now)
{
	memset(now, 0, sizeof(*now));
	if (!ip4_addr_isany_val(*netif_ip4_addr(&net_link)))
		add(now, netif_ip_addr4(&net_link),
		    IP4_BITS + count_bits(netif_ip4_netmask(&net_link)->addr));
	for (unsigned i = LWIP_IPV6_NUM_ADDRESSES; i-- > 0;) /* the link's own is the first */
		if (ip6_addr_isvalid(netif_ip6_addr_state(&net_link, i)))
			add(now, netif_ip_addr6(&net_link, i), LINK_PREFIX);
	now->router4 = !ip4_addr_isany_val(*netif_ip4_gw(&net_link));
	now->router6 = has_router6();
	for (unsigned i = 0; i < DNS_MAX_SERVERS; i++)
		ip_addr_copy(now->servers[i], *dns_getserver((u8_t)i));
}

/* -- Telling of it ----------------------------------------------------------------------------- */

static void
write_server(FILE *file, const ip_addr_t *server)
{
	if (!ip_addr_isany(server))
		fprintf(file, "nameserver %s\n", ipaddr_ntoa(server));
}

/* Those of the setting come first. */
static void
write_servers(const struct net_config *config, const struct known *now)
{
	FILE *file = fopen(RESOLV_CONF ".new", "w");

	if (!file)
		return;
	for (unsigned i = 0; i < config->server_count; i++) {
		ip_addr_t server = net_ip(config->servers[i]);

		write_server(file, &server);
	}
	for (unsigned i = 0; i < DNS_MAX_SERVERS; i++)
		write_server(file, &now->servers[i]);
	fclose(file);
	rename(RESOLV_CONF ".new", RESOLV_CONF);
}

static bool
has(const struct known *some, const struct far_address *address)
{
	for (unsigned i = 0; i < some->count; i++)
		if (memcmp(&some->addresses[i], address, sizeof(*address)) == 0)
			return true;
	return false;
}

static void
report(const char *what, const struct far_address *address)
{
	ip_addr_t ip = net_ip(address->address);
	bool four = IP_IS_V4(&ip);
	char text[INET6_ADDRSTRLEN];

	inet_ntop(four ? AF_INET : AF_INET6, address->address + (four ? MAPPED_AT : 0), text,
		  sizeof(text));
	printf("net: %s %s/%u\n", what, text, address->prefix - (four ? IP4_BITS : 0));
}

static void
report_changes(const struct known *now)
{
	for (unsigned i = 0; i < now->count; i++)
		if (!has(&known, &now->addresses[i]))
			report("address", &now->addresses[i]);
	for (unsigned i = 0; i < known.count; i++)
		if (!has(now, &known.addresses[i]))
			report("no more address", &known.addresses[i]);
}

/* Whether the addresses are there that the setting asks for; without any, one that leads out. */
static bool
is_complete(const struct net_config *config, const struct known *now)
{
	bool four = false, six = false, want4 = config->dhcp || config->address4;

	for (unsigned i = 0; i < now->count; i++) {
		four |= now->addresses[i].address[0] == 0;
		six |= now->addresses[i].address[0] != 0 && now->addresses[i].address[0] != 0xfe;
	}
	return want4 ? four && (six || !config->prefix6) : six;
}

void
net_address_update(const struct net_config *config)
{
	static bool begun;
	struct known now;

	collect(&now);
	if (begun && memcmp(&now, &known, sizeof(now)) == 0)
		return;
	if (memcmp(now.addresses, known.addresses, sizeof(now.addresses)) != 0)
		report_changes(&now);
	if (!begun || memcmp(now.servers, known.servers, sizeof(now.servers)) != 0)
		write_servers(config, &now);
	begun = true;
	known = now;
	far_set_addresses(now.addresses, now.count, now.router4, now.router6);
	__atomic_store_n(&is_there, is_complete(config, &now), __ATOMIC_RELEASE);
}

bool
net_address_is_there(void)
{
	return __atomic_load_n(&is_there, __ATOMIC_ACQUIRE);
}
