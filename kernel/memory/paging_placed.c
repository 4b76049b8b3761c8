/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pages of the program's own range (paging.h): where they lie in memory has nothing to do with
 * their addresses. They are of 4 KB or 2 MB, come one by one, may be withheld and are taken back in
 * pieces. A page that is withheld stays in its entry, which is not present and has ENTRY_KEPT.
 *
 * A step visits a bounded number of entries, since the caller holds a lock: an entry at a higher
 * level that is empty is passed at once, however much it spans.
 */
#include <stddef.h>

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/paging_entry.h"
#include "kernel/memory/paging_table.h"

#define STEP_ENTRIES 128
#define LARGE_ENTRIES 32 /* for how many a large page counts */

static bool
is_kept(uint64_t entry)
{
	return !(entry & ENTRY_PRESENT) && (entry & ENTRY_KEPT);
}

static bool
holds_page(unsigned level, uint64_t entry)
{
	return is_page(level, entry) || is_kept(entry);
}

/* The entry that decides about an address: a page, or the highest that is empty. */
static uint64_t *
find_entry(const struct paging_tree *tree, uint64_t address, unsigned *level)
{
	uint64_t *table = tree->root;

	for (*level = LEVEL_TOP;; --*level) {
		uint64_t *entry = &table[level_index(*level, address)];

		if (*level == 1 || !(*entry & ENTRY_PRESENT) || is_page(*level, *entry))
			return entry;
		table = (uint64_t *)(*entry & ENTRY_ADDRESS);
	}
}

/* The entry for an address at a level, tables made on the way; NULL: no memory. */
static uint64_t *
make_leaf(struct paging_tree *tree, uint64_t address, unsigned at)
{
	uint64_t *table = tree->root;

	for (unsigned level = LEVEL_TOP; level > at; level--) {
		table = paging_entry_table_below(tree, level, &table[level_index(level, address)]);
		if (table == NULL)
			return NULL;
	}
	return &table[level_index(at, address)];
}

bool
paging_tree_is_empty(const struct paging_tree *tree, uint64_t base, uint64_t end)
{
	while (base < end) {
		unsigned level;
		const uint64_t *entry = find_entry(tree, base, &level);

		if (holds_page(level, *entry))
			return false;
		base = ALIGN_DOWN(base, level_size(level)) + level_size(level);
	}
	return true;
}

int
paging_tree_place(struct paging_tree *tree, uint64_t base, uint64_t physical, uint64_t size,
		  unsigned flags)
{
	unsigned level = size == PAGE_2M ? 2 : 1;
	uint64_t *entry = make_leaf(tree, base, level);

	assert_that(IS_ALIGNED(base | physical, size) && (size == PAGE_4K || size == PAGE_2M));
	if (entry == NULL)
		return -ENOMEM;
	if (!paging_tree_is_empty(tree, base, base + size))
		return -EEXIST;
	if (level == 1 || !(*entry & ENTRY_PRESENT)) {
		entry_set(entry, physical | paging_entry_leaf_bits(level, flags));
		return 0;
	}
	/* There is a table from earlier. */
	for (uint64_t at = 0; at < size; at += PAGE_4K)
		entry_set(make_leaf(tree, base + at, 1),
			  (physical + at) | paging_entry_leaf_bits(1, flags));
	return 0;
}

int
paging_tree_split(struct paging_tree *tree, uint64_t address)
{
	for (;;) {
		unsigned level;
		uint64_t *entry = find_entry(tree, address, &level);

		if (!holds_page(level, *entry) || IS_ALIGNED(address, level_size(level)))
			return 0;
		if (paging_entry_table_below(tree, level, entry) == NULL)
			return -ENOMEM;
	}
}

uint64_t *
paging_tree_entry(struct paging_tree *tree, uint64_t address)
{
	if (paging_tree_split(tree, ALIGN_DOWN(address, PAGE_4K)) != 0)
		return NULL;
	return make_leaf(tree, address, 1);
}

/*
 * The next entry of [*base, end) that holds a page which lies in it wholly; NULL when the step or
 * the range ends before, or, with *error, for want of memory to split a large page.
 */
static uint64_t *
next_page(struct paging_tree *tree, uint64_t *base, uint64_t end, unsigned *budget, unsigned *level,
	  int *error)
{
	for (; *base < end && *budget > 0; --*budget) {
		uint64_t *entry = find_entry(tree, *base, level);
		uint64_t size = level_size(*level);

		if (!holds_page(*level, *entry)) {
			*base = MIN(end, ALIGN_DOWN(*base, size) + size);
		} else if (IS_ALIGNED(*base, size) && end - *base >= size) {
			return entry;
		} else if (paging_entry_table_below(tree, *level, entry) == NULL) {
			*error = -ENOMEM;
			return NULL;
		}
	}
	return NULL;
}

int
paging_tree_protect(struct paging_tree *tree, uint64_t *base, uint64_t end, unsigned flags)
{
	unsigned budget = STEP_ENTRIES, level;
	uint64_t *entry;
	int error = 0, pages = 0;

	while ((entry = next_page(tree, base, end, &budget, &level, &error)) != NULL) {
		uint64_t old = *entry;
		uint64_t new = (old & ENTRY_ADDRESS & ~(level_size(level) - 1)) |
			       paging_entry_leaf_bits(level, flags);

		if (flags & PAGING_NONE)
			new = (new & ~ENTRY_PRESENT) | ENTRY_KEPT;
		if (!is_kept(old) && new != old)
			tree->reduced = true;
		entry_set(entry, new);
		*base += level_size(level);
		pages += (int)(level_size(level) / PAGE_4K);
		budget -= MIN(budget, level > 1 ? (unsigned)LARGE_ENTRIES : 1u);
	}
	return error != 0 ? error : pages;
}

int
paging_tree_release(struct paging_tree *tree, uint64_t *base, uint64_t end,
		    void (*freed)(uint64_t physical, uint64_t size))
{
	unsigned budget = STEP_ENTRIES, level;
	uint64_t *entry;
	int error = 0;

	while ((entry = next_page(tree, base, end, &budget, &level, &error)) != NULL) {
		uint64_t size = level_size(level);
		uint64_t physical = *entry & ENTRY_ADDRESS & ~(size - 1);

		if (!is_kept(*entry))
			tree->reduced = true;
		entry_set(entry, 0);
		freed(physical, size);
		*base += size;
		budget -= MIN(budget, level > 1 ? (unsigned)LARGE_ENTRIES : 1u);
	}
	return error;
}
