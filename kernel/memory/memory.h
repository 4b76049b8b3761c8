/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Physical memory: free ranges kept per NUMA node, granted contiguously, given back and merged.
 * Every granted byte is RAM that is mapped read-write, no-execute, write-back.
 * Nothing is zeroed. Any context, any CPU, unless said otherwise.
 */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define MEMORY_NODES_MAX 64
#define MEMORY_ANY_NODE (-1)

/* The first megabyte of a PC: a segment below the lowest is no extended BIOS data area. */
#define MEMORY_EBDA_LOWEST 0x80000
#define MEMORY_BIOS_AREA 0xe0000 /* searched for the RSDP: ACPI 6.5 §5.2.5.1 */
#define MEMORY_BIOS_AREA_END 0x100000

/*
 * Takes all RAM of boot_info but page 0, the image, the modules, the extended BIOS data area and
 * one page below 1 MB for the AP trampoline. One node (0) until memory_assign_node(). Boot CPU,
 * once, before paging_init().
 */
void memory_init(void);

/*
 * Moves the free memory of a range to a node, as the SRAT says (ACPI 6.5 §5.2.16).
 * node 0..MEMORY_NODES_MAX-1. Returns 0, or -EINVAL (node, wraps, overlaps an earlier range, one
 * range too many). Boot CPU, before other CPUs start.
 */
int memory_assign_node(uint64_t base, uint64_t length, unsigned node);

/* Makes a node known that has CPUs and no memory. Returns 0, or -EINVAL. As above. */
int memory_add_node(unsigned node);

/*
 * Grants length bytes, rounded up to 4 KB, at a multiple of alignment (a power of two of at
 * least 4 KB). Takes the highest fitting address, so that low memory stays for devices that
 * need it. MEMORY_ANY_NODE prefers the calling CPU's node, then any. Returns NULL when no range
 * fits.
 */
void *memory_grant(size_t length, size_t alignment, int node);

/* The same below a limit, for hardware with few address bits; the address + length <= limit. */
void *memory_grant_below(size_t length, size_t alignment, uint64_t limit);

/*
 * The same at a multiple of 4 KB in a 2 MB page that is in part taken already (what is left around
 * the image and between firmware's tables), the lowest above 1 MB, on the calling CPU's node: no
 * whole 2 MB page is broken, and a hypervisor need not provide another. length is at most 2 MB.
 * NULL when none has room.
 */
void *memory_grant_scrap(size_t length, uint64_t limit);

/*
 * Gives back [base, base + length), all of it or a page-aligned part of what was granted.
 * Panics when any of it is free already, or never was grantable.
 */
void memory_return(void *base, size_t length);

struct memory_stats {
	uint64_t total;	       /* bytes that may be granted on this node */
	uint64_t free;	       /* bytes free now */
	uint64_t largest;      /* longest free range */
	uint64_t largest_2m;   /* longest free range counted in whole aligned 2 MB pages */
};

/* Number of nodes that have memory or CPUs, at least 1. */
unsigned memory_node_count(void);

/* Node's figures; zeros for a node that does not exist. */
void memory_stats(unsigned node, struct memory_stats *stats);

/* Node of an address, 0 when the SRAT does not list it. */
unsigned memory_node_of(uint64_t address);

/* The page below 1 MB that was set aside for the AP trampoline; 0 when there was none. */
uint64_t memory_trampoline_page(void);

#endif
