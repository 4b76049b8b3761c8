/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Grants from the highest free address that fits, so that low memory stays for hardware that
 * needs it; takes back and joins with the neighbours. One lock: grants are few and large, what is
 * small and frequent goes through the arena or DPDK's heap.
 */
#include "kernel/memory.h"

#include "kernel/bootinfo.h"
#include "kernel/compiler.h"
#include "kernel/cpu.h"
#include "kernel/errno.h"
#include "kernel/memory_internal.h"
#include "kernel/paging.h"
#include "kernel/panic.h"
#include "kernel/ranges.h"
#include "kernel/spinlock.h"

#define SPARE_DESCRIPTORS 4 /* a grant or return needs one; feeding needs another */
#define FIRST_DESCRIPTORS 1024 /* for the boot; more come from the memory itself */
#define NODE_RANGES_MAX 256

struct node_range {
	uint64_t base, end;
	unsigned node;
};

static struct spinlock memory_lock = SPINLOCK_INIT;
static struct range_list free_list;
static struct range first_descriptors[FIRST_DESCRIPTORS];

/* What may ever be granted, and which node an address is on (what is not listed is on node 0). */
static struct node_range managed[2 * BOOT_MEMORY_RANGES_MAX];
static unsigned managed_count;
static struct node_range node_ranges[NODE_RANGES_MAX];
static unsigned node_range_count;
static unsigned node_count = 1;

void
memory_manage(uint64_t base, uint64_t end)
{
	base = ALIGN_UP(base, PAGE_4K);
	end = ALIGN_DOWN(end, PAGE_4K);
	if (base >= end)
		return;
	if (managed_count == 0)
		ranges_feed(&free_list, first_descriptors, sizeof(first_descriptors));
	if (managed_count == ARRAY_SIZE(managed))
		panic("memory: more than %zu ranges of RAM", ARRAY_SIZE(managed));
	if (!ranges_add(&free_list, base, end, 0))
		panic("memory: %#lx..%#lx is in the memory map twice", base, end);
	managed[managed_count++] = (struct node_range){.base = base, .end = end};
}

void
memory_reserve(uint64_t base, uint64_t end)
{
	ranges_cut(&free_list, ALIGN_DOWN(base, PAGE_4K), ALIGN_UP(end, PAGE_4K));
}

/* The part of [base, end) that begins at base and is on one node; returns its end. */
static uint64_t
same_node_end(uint64_t base, uint64_t end, unsigned *node)
{
	*node = 0;
	for (unsigned i = 0; i < node_range_count; i++) {
		const struct node_range *range = &node_ranges[i];

		if (range->base <= base && base < range->end) {
			*node = range->node;
			return MIN(end, range->end);
		}
		if (range->base > base)
			end = MIN(end, range->base);
	}
	return end;
}

int
memory_assign_node(uint64_t base, uint64_t length, unsigned node)
{
	uint64_t end;

	if (node >= MEMORY_NODES_MAX || length == 0 || __builtin_add_overflow(base, length, &end) ||
	    node_range_count == NODE_RANGES_MAX)
		return -EINVAL;
	base = ALIGN_DOWN(base, PAGE_4K);
	end = ALIGN_UP(end, PAGE_4K);
	node_ranges[node_range_count++] = (struct node_range){base, end, node};
	node_count = MAX(node_count, node + 1);

	for (struct range *range = free_list.first; range != NULL;) {
		struct range *next = range->next;
		uint64_t from = MAX(base, range->base);
		uint64_t to = MIN(end, range->end);

		if (from < to && range->node != node) {
			ranges_take(&free_list, range, from, to);
			if (!ranges_add(&free_list, from, to, node))
				panic("memory: %#lx..%#lx is free twice", from, to);
			range = free_list.first;
			continue;
		}
		range = next;
	}
	return 0;
}

/* The highest range of a node that holds an aligned piece ending at or below `limit`. */
static struct range *
find(uint64_t length, uint64_t alignment, int node, uint64_t limit, uint64_t *base)
{
	for (struct range *range = free_list.last; range != NULL;
	     range = range->previous) {
		uint64_t end = MIN(range->end, limit);

		if ((node != MEMORY_ANY_NODE && range->node != (unsigned)node) || end < length)
			continue;
		*base = ALIGN_DOWN(end - length, alignment);
		if (*base >= range->base)
			return range;
	}
	return NULL;
}

static void *
take(uint64_t length, uint64_t alignment, int node, uint64_t limit)
{
	uint64_t base;
	struct range *range = find(length, alignment, node, limit, &base);

	if (range == NULL)
		return NULL;
	ranges_take(&free_list, range, base, base + length);
	return (void *)base;
}

/* Keeps descriptors in reserve, so that no grant or return fails for want of one. */
static void
feed(void)
{
	void *page;

	if (free_list.unused_count >= SPARE_DESCRIPTORS)
		return;
	page = take(PAGE_4K, PAGE_4K, MEMORY_ANY_NODE, UINT64_MAX);
	if (page != NULL)
		ranges_feed(&free_list, page, PAGE_4K);
}

static void *
grant(size_t length, size_t alignment, int node, uint64_t limit)
{
	uint64_t flags;
	void *memory = NULL;

	if (length == 0 || length > UINT64_MAX - PAGE_4K || alignment < PAGE_4K ||
	    (alignment & (alignment - 1)) != 0)
		return NULL;
	length = ALIGN_UP(length, PAGE_4K);
	flags = spin_lock(&memory_lock);
	feed();
	if (free_list.unused_count > 0) {
		if (node == MEMORY_ANY_NODE && node_count > 1)
			memory = take(length, alignment, (int)cpu_this()->node, limit);
		if (memory == NULL)
			memory = take(length, alignment, node, limit);
	}
	spin_unlock(&memory_lock, flags);
	return memory;
}

void *
memory_grant(size_t length, size_t alignment, int node)
{
	return grant(length, alignment, node, UINT64_MAX);
}

void *
memory_grant_below(size_t length, size_t alignment, uint64_t limit)
{
	return grant(length, alignment, MEMORY_ANY_NODE, limit);
}

static bool
is_managed(uint64_t base, uint64_t end)
{
	for (unsigned i = 0; i < managed_count; i++) {
		if (managed[i].base <= base && end <= managed[i].end)
			return true;
	}
	return false;
}

void
memory_return(void *memory, size_t length)
{
	uint64_t base = (uint64_t)memory;
	uint64_t end = base + ALIGN_UP(length, PAGE_4K);
	uint64_t flags;

	if (length == 0 || !IS_ALIGNED(base, PAGE_4K) || end <= base || !is_managed(base, end))
		panic("memory: %p + %#zx was never granted", memory, length);
	flags = spin_lock(&memory_lock);
	while (base < end) {
		unsigned node;
		uint64_t part = same_node_end(base, end, &node);

		feed();
		if (!ranges_add(&free_list, base, part, node))
			panic("memory: %#lx..%#lx is given back twice", base, part);
		base = part;
	}
	spin_unlock(&memory_lock, flags);
}

unsigned
memory_node_count(void)
{
	return node_count;
}

unsigned
memory_node_of(uint64_t address)
{
	unsigned node;

	same_node_end(address, address + 1, &node);
	return node;
}

static uint64_t
managed_on_node(unsigned node)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < managed_count; i++) {
		uint64_t base = managed[i].base;

		while (base < managed[i].end) {
			unsigned part_node;
			uint64_t part = same_node_end(base, managed[i].end, &part_node);

			if (part_node == node)
				total += part - base;
			base = part;
		}
	}
	return total;
}

void
memory_stats(unsigned node, struct memory_stats *stats)
{
	uint64_t flags = spin_lock(&memory_lock);

	*stats = (struct memory_stats){.total = managed_on_node(node)};
	for (const struct range *range = free_list.first; range != NULL;
	     range = range->next) {
		uint64_t first_2m = ALIGN_UP(range->base, PAGE_2M);
		uint64_t last_2m = ALIGN_DOWN(range->end, PAGE_2M);

		if (range->node != node)
			continue;
		stats->free += range->end - range->base;
		stats->largest = MAX(stats->largest, range->end - range->base);
		if (first_2m < last_2m)
			stats->largest_2m = MAX(stats->largest_2m, last_2m - first_2m);
	}
	spin_unlock(&memory_lock, flags);
}
