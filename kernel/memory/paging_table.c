/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An entry at level n (1: a 4 KB page … 4: the root's) covers 512^(n-1) pages. A range is mapped by
 * descending: where the rest of the range covers an entry wholly and the level can hold a page,
 * the entry becomes one; elsewhere the entry becomes a table, a large page being split first.
 * A table, once there, stays: nothing frees one, so a walker on another CPU never meets a freed
 * page.
 */
#include "kernel/memory/paging_table.h"

#include <stddef.h>

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging_entry.h"

uint64_t
paging_entry_leaf_bits(unsigned level, unsigned flags)
{
	uint64_t bits = ENTRY_PRESENT | ENTRY_ACCESSED | ENTRY_DIRTY;

	if (level > 1)
		bits |= ENTRY_LARGE;
	if (flags & PAGING_WRITE)
		bits |= ENTRY_WRITE;
	if (!(flags & PAGING_EXECUTE))
		bits |= ENTRY_NO_EXECUTE;
	/* The PAT as paging.c loads it: entry 0 is WB, 1 (PWT) is WC, 3 (PWT, PCD) is UC. */
	if ((flags & PAGING_CACHE_MASK) == PAGING_WC)
		bits |= ENTRY_PWT;
	if ((flags & PAGING_CACHE_MASK) == PAGING_UC)
		bits |= ENTRY_PWT | ENTRY_PCD;
	return bits;
}

static unsigned
leaf_flags(uint64_t entry)
{
	unsigned flags = PAGING_WB;

	if (entry & ENTRY_PCD)
		flags = PAGING_UC;
	else if (entry & ENTRY_PWT)
		flags = PAGING_WC;
	if (entry & ENTRY_WRITE)
		flags |= PAGING_WRITE;
	if (!(entry & ENTRY_NO_EXECUTE))
		flags |= PAGING_EXECUTE;
	return flags;
}

uint64_t *
paging_entry_table_below(struct paging_tree *tree, unsigned level, uint64_t *entry)
{
	uint64_t old = *entry;
	uint64_t *table;

	if ((old & ENTRY_PRESENT) && !is_page(level, old))
		return (uint64_t *)(old & ENTRY_ADDRESS);
	table = tree->table_grant();
	if (table == NULL)
		return NULL;
	assert_that(((uint64_t)table & ~ENTRY_ADDRESS) == 0);
	memset(table, 0, PAGE_4K);
	if (old & (ENTRY_PRESENT | ENTRY_KEPT)) {
		uint64_t large = level > 2 ? ENTRY_LARGE : 0;
		uint64_t leaf = (old & ~ENTRY_LARGE) | large;

		for (unsigned i = 0; i < PAGING_ENTRIES; i++)
			table[i] = leaf + i * level_size(level - 1);
	}
	entry_set(entry, (uint64_t)table | ENTRY_TABLE);
	return table;
}

/* Whether one page at this level may map what begins at base. */
static bool
may_be_page(const struct paging_tree *tree, unsigned level, uint64_t base, unsigned flags)
{
	if (level == 1)
		return true;
	if (level > 3 || (level == 3 && !tree->pages_1g))
		return false;
	return (flags & PAGING_CACHE_MASK) != PAGING_WB ||
	       tree->page_allowed(base, level_size(level));
}

static void
note_reduction(struct paging_tree *tree, uint64_t old, uint64_t new)
{
	if ((old & ENTRY_PRESENT) && ((old ^ new) & (ENTRY_PRESENT | ENTRY_ATTRIBUTES)))
		tree->reduced = true;
}

static int
map_level(struct paging_tree *tree, unsigned level, uint64_t *table, uint64_t base, uint64_t end,
	  unsigned flags)
{
	uint64_t size = level_size(level);

	while (base < end) {
		uint64_t *entry = &table[level_index(level, base)];
		uint64_t stop = MIN(end, ALIGN_DOWN(base, size) + size);
		bool whole = stop - base == size;
		bool is_table = (*entry & ENTRY_PRESENT) && !is_page(level, *entry);

		if (whole && !is_table && may_be_page(tree, level, base, flags)) {
			uint64_t new = base | paging_entry_leaf_bits(level, flags);

			assert_that(IS_ALIGNED(base, size) && (base & ~ENTRY_ADDRESS) == 0);
			note_reduction(tree, *entry, new);
			entry_set(entry, new);
		} else if (!is_page(level, *entry) || leaf_flags(*entry) != flags) {
			uint64_t *below = paging_entry_table_below(tree, level, entry);

			if (below == NULL || map_level(tree, level - 1, below, base, stop, flags))
				return -ENOMEM;
		}
		base = stop;
	}
	return 0;
}

static int
unmap_level(struct paging_tree *tree, unsigned level, uint64_t *table, uint64_t base, uint64_t end)
{
	uint64_t size = level_size(level);

	while (base < end) {
		uint64_t *entry = &table[level_index(level, base)];
		uint64_t stop = MIN(end, ALIGN_DOWN(base, size) + size);

		if (is_page(level, *entry) && stop - base == size) {
			entry_set(entry, 0);
			tree->reduced = true;
		} else if (*entry & ENTRY_PRESENT) {
			uint64_t *below = paging_entry_table_below(tree, level, entry);

			if (below == NULL || unmap_level(tree, level - 1, below, base, stop))
				return -ENOMEM;
		}
		base = stop;
	}
	return 0;
}

int
paging_tree_map(struct paging_tree *tree, uint64_t base, uint64_t end, unsigned flags)
{
	assert_that(base < end && IS_ALIGNED(base | end, PAGE_4K));
	return map_level(tree, LEVEL_TOP, tree->root, base, end, flags);
}

int
paging_tree_unmap(struct paging_tree *tree, uint64_t base, uint64_t end)
{
	assert_that(base < end && IS_ALIGNED(base | end, PAGE_4K));
	return unmap_level(tree, LEVEL_TOP, tree->root, base, end);
}

bool
paging_tree_lookup(const struct paging_tree *tree, uint64_t address, struct paging_mapping *mapping)
{
	const uint64_t *table = tree->root;

	if (address >= level_size(LEVEL_TOP) * (PAGING_ENTRIES / 2))
		return false; /* the upper half, and what is not canonical */
	for (unsigned level = LEVEL_TOP; level > 0; level--) {
		uint64_t entry =
			__atomic_load_n(&table[level_index(level, address)], __ATOMIC_ACQUIRE);

		if (!(entry & ENTRY_PRESENT))
			return false;
		if (is_page(level, entry)) {
			mapping->size = level_size(level);
			mapping->base = ALIGN_DOWN(address, mapping->size);
			mapping->physical = entry & ENTRY_ADDRESS & ~(mapping->size - 1);
			mapping->flags = leaf_flags(entry);
			return true;
		}
		table = (const uint64_t *)(entry & ENTRY_ADDRESS);
	}
	return false;
}
