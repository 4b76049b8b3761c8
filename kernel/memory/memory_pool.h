/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The allocator of physical memory without its lock, so that it is tested on the host: what is
 * RAM and may be granted, on which node it is, and what of it is free. The caller locks.
 */
#ifndef KERNEL_MEMORY_POOL_H
#define KERNEL_MEMORY_POOL_H

#include <stdint.h>

#include "kernel/loader/boot_info.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/ranges.h"

#define POOL_NODE_RANGES_MAX 256
/* Each module and hole may cut one of the loader's ranges in two. */
#define POOL_RAM_MAX (BOOT_MEMORY_RANGES_MAX + BOOT_MODULES_MAX + 4)
#define POOL_FIRST_DESCRIPTORS 1024 /* for the boot; more come from the memory itself */

struct pool_span {
	uint64_t base, end;
	unsigned node;
};

struct memory_pool {
	struct range_list free;
	struct pool_span ram[POOL_RAM_MAX]; /* what may ever be granted */
	unsigned ram_count;
	struct pool_span nodes[POOL_NODE_RANGES_MAX]; /* what is not listed is on node 0 */
	unsigned node_range_count;
	unsigned node_count;
	struct range first_descriptors[POOL_FIRST_DESCRIPTORS];
};

/* An empty pool with one node. */
void memory_pool_init(struct memory_pool *pool);

/* Takes the whole pages of [base, end) as RAM to be granted. Panics when it was given before. */
void memory_pool_add(struct memory_pool *pool, uint64_t base, uint64_t end);

/* Takes the pages that [base, end) touches out for good: they are not RAM to be granted. */
void memory_pool_reserve(struct memory_pool *pool, uint64_t base, uint64_t end);

/* As memory_assign_node(). */
int memory_pool_assign_node(struct memory_pool *pool, uint64_t base, uint64_t length,
			    unsigned node);

/*
 * As memory_grant(): from `node`, or if it is MEMORY_ANY_NODE from `near` before all others, at
 * most up to `limit`. Returns the address, 0 when nothing fits.
 */
uint64_t memory_pool_grant(struct memory_pool *pool, uint64_t length, uint64_t alignment, int node,
		    unsigned near, uint64_t limit);

/* As memory_grant_scrap(), from `node` alone. Returns the address, 0 when nothing fits. */
uint64_t memory_pool_grant_scrap(struct memory_pool *pool, uint64_t length, unsigned node,
				 uint64_t limit);

/* As memory_return(). Returns 0, -EINVAL (never grantable), -EALREADY (some of it is free). */
int memory_pool_return(struct memory_pool *pool, uint64_t base, uint64_t length);

unsigned memory_pool_node_of(const struct memory_pool *pool, uint64_t address);
void memory_pool_stats(const struct memory_pool *pool, unsigned node, struct memory_stats *stats);

#endif
