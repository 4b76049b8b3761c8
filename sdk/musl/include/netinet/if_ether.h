/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * musl's, which defines struct ethhdr anew where <linux/if_ether.h> has come first: the latter's
 * stays. The other way round musl tells the kernel's header to leave it out.
 */
#if defined(_LINUX_IF_ETHER_H) || defined(_UAPI_LINUX_IF_ETHER_H)
#define ethhdr __linuxless_musl_ethhdr
#include_next <netinet/if_ether.h>
#undef ethhdr
#else
#define __UAPI_DEF_ETHHDR 0 /* musl says so as well, but only after <net/ethernet.h> */
#include_next <netinet/if_ether.h>
#endif
