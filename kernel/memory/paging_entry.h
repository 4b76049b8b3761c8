/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Entries of the page tables, for the files that build and walk them. Intel SDM vol. 3 §4.5.
 */
#ifndef KERNEL_PAGING_ENTRY_H
#define KERNEL_PAGING_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/memory/paging_table.h"

/* Entry bits, SDM vol. 3 tables 4-15 to 4-20. */
#define ENTRY_PRESENT (1ULL << 0)
#define ENTRY_WRITE (1ULL << 1)
#define ENTRY_PWT (1ULL << 3)
#define ENTRY_PCD (1ULL << 4)
#define ENTRY_ACCESSED (1ULL << 5)
#define ENTRY_DIRTY (1ULL << 6)
#define ENTRY_LARGE (1ULL << 7) /* levels 2 and 3 */
#define ENTRY_NO_EXECUTE (1ULL << 63)
/* Ours, in an entry that is not present: it names a page that is kept (paging_placed.c). */
#define ENTRY_KEPT (1ULL << 9)
#define ENTRY_ADDRESS 0x000ffffffffff000ULL

/* Attributes of a leaf, and those of a table: the leaf decides alone. */
#define ENTRY_ATTRIBUTES (ENTRY_WRITE | ENTRY_PWT | ENTRY_PCD | ENTRY_NO_EXECUTE)
#define ENTRY_TABLE (ENTRY_PRESENT | ENTRY_WRITE | ENTRY_ACCESSED)

#define LEVEL_TOP 4
#define LEVEL_BITS 9
#define PAGE_BITS 12

static inline uint64_t
level_size(unsigned level)
{
	return 1ULL << (PAGE_BITS + LEVEL_BITS * (level - 1));
}

static inline unsigned
level_index(unsigned level, uint64_t address)
{
	return address / level_size(level) % PAGING_ENTRIES;
}

static inline bool
is_page(unsigned level, uint64_t entry)
{
	return (entry & ENTRY_PRESENT) && (level == 1 || (entry & ENTRY_LARGE));
}

/*
 * Leaf bits for PAGING_* flags. Accessed and dirty are set, so that the CPU need not write them.
 */
uint64_t paging_entry_leaf_bits(unsigned level, unsigned flags);

static inline void
entry_set(uint64_t *entry, uint64_t value)
{
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
}

/*
 * The table below an entry that is no table yet: made, and what was one large page split. NULL:
 * no memory.
 */
uint64_t *paging_entry_table_below(struct paging_tree *tree, unsigned level, uint64_t *entry);

#endif
