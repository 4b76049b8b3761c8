/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Grants from the highest free address that fits, so that low memory stays for hardware that
 * needs it; takes back and joins with the neighbours. A list of free ranges, since grants are few
 * and large: what is small and frequent goes through the arena or DPDK's heap.
 *
 * Free memory is not touched, but for the pages that are taken for more descriptors.
 */
#include "kernel/memory/memory_pool.h"

#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/panic.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"

#define POOL_SPARE 4	    /* a grant or return needs one; feeding needs another */
#define SCRAP_LOWEST MB	    /* below is what 16-bit code may need */

void
memory_pool_init(struct memory_pool *pool)
{
	memset(pool, 0, sizeof(*pool));
	pool->node_count = 1;
	ranges_feed(&pool->free, pool->first_descriptors, sizeof(pool->first_descriptors));
}

static void
ram_append(struct memory_pool *pool, uint64_t base, uint64_t end)
{
	if (pool->ram_count == ARRAY_SIZE(pool->ram))
		panic("memory: RAM is in more than %zu pieces", ARRAY_SIZE(pool->ram));
	pool->ram[pool->ram_count++] = (struct pool_span){.base = base, .end = end};
}

void
memory_pool_add(struct memory_pool *pool, uint64_t base, uint64_t end)
{
	base = ALIGN_UP(base, PAGE_4K);
	end = ALIGN_DOWN(end, PAGE_4K);
	if (base >= end)
		return;
	if (!ranges_add(&pool->free, base, end, 0))
		panic("memory: %#lx..%#lx is in the memory map twice", base, end);
	ram_append(pool, base, end);
}

void
memory_pool_reserve(struct memory_pool *pool, uint64_t base, uint64_t end)
{
	unsigned count = pool->ram_count;

	base = ALIGN_DOWN(base, PAGE_4K);
	end = ALIGN_UP(end, PAGE_4K);
	if (base >= end)
		return;
	ranges_cut(&pool->free, base, end);
	for (unsigned i = 0; i < count; i++) {
		struct pool_span *span = &pool->ram[i];
		uint64_t span_end = span->end;

		if (span->end <= base || end <= span->base)
			continue;
		span->end = MAX(span->base, base); /* may be empty then */
		if (end < span_end)
			ram_append(pool, end, span_end);
	}
}

/* The part of [base, end) that begins at base and is on one node; returns its end. */
static uint64_t
same_node_end(const struct memory_pool *pool, uint64_t base, uint64_t end, unsigned *node)
{
	*node = 0;
	for (unsigned i = 0; i < pool->node_range_count; i++) {
		const struct pool_span *span = &pool->nodes[i];

		if (span->base <= base && base < span->end) {
			*node = span->node;
			return MIN(end, span->end);
		}
		if (span->base > base)
			end = MIN(end, span->base);
	}
	return end;
}

static bool
is_assigned(const struct memory_pool *pool, uint64_t base, uint64_t end)
{
	for (unsigned i = 0; i < pool->node_range_count; i++)
		if (pool->nodes[i].base < end && base < pool->nodes[i].end)
			return true;
	return false;
}

int
memory_pool_assign_node(struct memory_pool *pool, uint64_t base, uint64_t length, unsigned node)
{
	uint64_t end;

	if (node >= MEMORY_NODES_MAX || length == 0 || __builtin_add_overflow(base, length, &end) ||
	    end > UINT64_MAX - PAGE_4K || pool->node_range_count == ARRAY_SIZE(pool->nodes))
		return -EINVAL;
	base = ALIGN_DOWN(base, PAGE_4K);
	end = ALIGN_UP(end, PAGE_4K);
	if (is_assigned(pool, base, end))
		return -EINVAL;
	pool->nodes[pool->node_range_count++] = (struct pool_span){base, end, node};
	pool->node_count = MAX(pool->node_count, node + 1);

	for (struct range *range = pool->free.first; range != NULL;) {
		uint64_t from = MAX(base, range->base);
		uint64_t to = MIN(end, range->end);

		if (from >= to || range->node == node) {
			range = range->next;
			continue;
		}
		ranges_take(&pool->free, range, from, to);
		if (!ranges_add(&pool->free, from, to, node))
			panic("memory: %#lx..%#lx is free twice", from, to);
		range = pool->free.first;
	}
	return 0;
}

/* The highest range of a node that holds an aligned piece ending at or below `limit`. */
static struct range *
find_highest(struct memory_pool *pool, uint64_t length, uint64_t alignment, int node,
	     uint64_t limit, uint64_t *base)
{
	for (struct range *range = pool->free.last; range != NULL; range = range->previous) {
		uint64_t end = MIN(range->end, limit);

		if ((node != MEMORY_ANY_NODE && range->node != (unsigned)node) || end < length)
			continue;
		*base = ALIGN_DOWN(end - length, alignment);
		if (*base >= range->base)
			return range;
	}
	return NULL;
}

static uint64_t
take_from_node(struct memory_pool *pool, uint64_t length, uint64_t alignment, int node,
	       uint64_t limit)
{
	uint64_t base;
	struct range *range = find_highest(pool, length, alignment, node, limit, &base);

	if (range == NULL)
		return 0;
	ranges_take(&pool->free, range, base, base + length);
	return base;
}

/*
 * Keeps descriptors in reserve. When none is left, each is a free range: then there is a page to
 * be had, and so no grant or return fails for want of one.
 */
static void
keep_descriptors(struct memory_pool *pool)
{
	uint64_t page;

	if (pool->free.unused_count >= POOL_SPARE)
		return;
	page = take_from_node(pool, PAGE_4K, PAGE_4K, MEMORY_ANY_NODE, UINT64_MAX);
	if (page == 0)
		return;
	ranges_feed(&pool->free, (void *)page, PAGE_4K);
}

uint64_t
memory_pool_grant(struct memory_pool *pool, uint64_t length, uint64_t alignment, int node,
		  unsigned near, uint64_t limit)
{
	uint64_t base = 0;

	if (length == 0 || length > UINT64_MAX - PAGE_4K || alignment < PAGE_4K ||
	    (alignment & (alignment - 1)) != 0)
		return 0;
	length = ALIGN_UP(length, PAGE_4K);
	keep_descriptors(pool);
	if (node == MEMORY_ANY_NODE && pool->node_count > 1)
		base = take_from_node(pool, length, alignment, (int)near, limit);
	if (base == 0)
		base = take_from_node(pool, length, alignment, node, limit);
	return base;
}

/* The lowest piece of a range in a 2 MB page that does not belong to the range whole; 0: none. */
static uint64_t
scrap_of(const struct range *range, uint64_t length, uint64_t limit)
{
	uint64_t from = MAX(range->base, SCRAP_LOWEST), end = MIN(range->end, limit);
	uint64_t first_end = MIN(ALIGN_UP(from, PAGE_2M), end);
	uint64_t last = MAX(ALIGN_DOWN(range->end, PAGE_2M), from);

	if (from < first_end && first_end - from >= length)
		return from;
	return last < end && end - last >= length ? last : 0;
}

uint64_t
memory_pool_grant_scrap(struct memory_pool *pool, uint64_t length, unsigned node, uint64_t limit)
{
	if (length == 0 || length > PAGE_2M)
		return 0;
	length = ALIGN_UP(length, PAGE_4K);
	keep_descriptors(pool);
	for (struct range *range = pool->free.first; range != NULL; range = range->next) {
		uint64_t base = range->node == node ? scrap_of(range, length, limit) : 0;

		if (base == 0)
			continue;
		ranges_take(&pool->free, range, base, base + length);
		return base;
	}
	return 0;
}

/* The end of the RAM that begins at base, as far as `end`; base itself when it is none. */
static uint64_t
ram_end(const struct memory_pool *pool, uint64_t base, uint64_t end)
{
	for (unsigned i = 0; i < pool->ram_count; i++)
		if (pool->ram[i].base <= base && base < pool->ram[i].end)
			return MIN(end, pool->ram[i].end);
	return base;
}

static bool
is_ram(const struct memory_pool *pool, uint64_t base, uint64_t end)
{
	while (base < end) {
		uint64_t part = ram_end(pool, base, end);

		if (part == base)
			return false;
		base = part;
	}
	return true;
}

int
memory_pool_return(struct memory_pool *pool, uint64_t base, uint64_t length)
{
	uint64_t end;

	if (length == 0 || length > UINT64_MAX - PAGE_4K || !IS_ALIGNED(base, PAGE_4K) ||
	    __builtin_add_overflow(base, ALIGN_UP(length, PAGE_4K), &end) ||
	    !is_ram(pool, base, end))
		return -EINVAL;
	if (ranges_overlap(&pool->free, base, end))
		return -EALREADY;
	while (base < end) {
		unsigned node;
		uint64_t part = same_node_end(pool, base, end, &node);

		keep_descriptors(pool);
		ranges_add(&pool->free, base, part, node);
		base = part;
	}
	return 0;
}

unsigned
memory_pool_node_of(const struct memory_pool *pool, uint64_t address)
{
	unsigned node;

	same_node_end(pool, address, UINT64_MAX, &node);
	return node;
}

static uint64_t
ram_on_node(const struct memory_pool *pool, unsigned node)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < pool->ram_count; i++) {
		uint64_t base = pool->ram[i].base;

		while (base < pool->ram[i].end) {
			unsigned part_node;
			uint64_t part = same_node_end(pool, base, pool->ram[i].end, &part_node);

			if (part_node == node)
				total += part - base;
			base = part;
		}
	}
	return total;
}

void
memory_pool_stats(const struct memory_pool *pool, unsigned node, struct memory_stats *stats)
{
	*stats = (struct memory_stats){.total = ram_on_node(pool, node)};
	for (const struct range *range = pool->free.first; range != NULL; range = range->next) {
		uint64_t first_2m = ALIGN_UP(range->base, PAGE_2M);
		uint64_t end_2m = ALIGN_DOWN(range->end, PAGE_2M);

		if (range->node != node)
			continue;
		stats->free += range->end - range->base;
		stats->largest = MAX(stats->largest, range->end - range->base);
		if (first_2m < end_2m)
			stats->largest_2m = MAX(stats->largest_2m, end_2m - first_2m);
	}
}
