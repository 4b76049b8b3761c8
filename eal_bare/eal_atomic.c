/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two functions of gcc's libatomic that a driver of DPDK calls, net/sfc: 16 bytes at once. The
 * library's own choose their way at a program's start, by relocations that an image has not.
 */
#include <rte_common.h>

typedef unsigned __int128 __rte_aligned(16) quantity;

/* (gcc has functions of these names that take the type as it sees fit.) */
unsigned __int128 atomic_load_16(quantity *from, int order) __asm__("__atomic_load_16");
void atomic_store_16(quantity *to, unsigned __int128 value, int order) __asm__("__atomic_store_16");

unsigned __int128
atomic_load_16(quantity *from, int order __rte_unused)
{
	return __sync_val_compare_and_swap(from, 0, 0);
}

void
atomic_store_16(quantity *to, unsigned __int128 value, int order __rte_unused)
{
	unsigned __int128 seen = *to;

	while (!__sync_bool_compare_and_swap(to, seen, value))
		seen = atomic_load_16(to, order);
}
