/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers that clashed, or were not there: ORDER says which of two comes first. */
#include <sys/cdefs.h>

#ifdef DPDK
#include <rte_ether.h>
#include <rte_ip.h>
#endif
#if ORDER == 0
#include <linux/if_ether.h>
#include <net/ethernet.h>
#elif ORDER == 1
#include <net/ethernet.h>
#include <linux/if_ether.h>
#elif ORDER == 2
#include <netinet/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_ether.h>
#include <netinet/ether.h>
#else
#include <linux/if_packet.h>
#include <netinet/ether.h>
#endif
#include <stdio.h>

__BEGIN_DECLS
int __CONCAT(double_, of) __P((int)) __THROW __attribute_const__;
__END_DECLS

int
double_of(int number)
{
	return 2 * number;
}

int
main(void)
{
	struct ether_header header = {.ether_type = ETHERTYPE_IP};
	struct ethhdr other = {.h_proto = ETH_P_ARP};

	printf("%zu %zu %x %x %s %d\n", sizeof(header), sizeof(other), header.ether_type,
	       other.h_proto, __STRING(text), double_of(21));
	return 0;
}
