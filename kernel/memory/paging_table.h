/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page tables as a data structure: one tree of 4-level tables, built and walked without touching
 * the CPU, so that it is tested on the host. Intel SDM vol. 3 §4.5.
 */
#ifndef KERNEL_PAGING_TABLE_H
#define KERNEL_PAGING_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/memory/paging.h"

#define PAGING_ENTRIES 512

struct paging_tree {
	uint64_t *root;		/* level 4 */
	bool pages_1g;		/* the CPU has 1 GB pages */
	void *(*table_grant)(void); /* a page for a table, any contents; NULL: none is left */
	/* Whether write-back memory may be mapped with this large page. */
	bool (*page_allowed)(uint64_t base, uint64_t size);
	bool reduced;		/* a mapping was taken away or weakened: TLBs may be stale */
};

/*
 * Maps the pages of [base, end), both multiples of 4 KB, with PAGING_* flags.
 * Returns 0 or -ENOMEM; then a part may be mapped.
 */
int paging_tree_map(struct paging_tree *tree, uint64_t base, uint64_t end, unsigned flags);

/* Takes the pages of [base, end) out, splitting larger ones. Returns 0 or -ENOMEM. */
int paging_tree_unmap(struct paging_tree *tree, uint64_t base, uint64_t end);

/* Finds the page that holds an address; false when there is none. */
bool paging_tree_lookup(const struct paging_tree *tree, uint64_t address,
			struct paging_mapping *mapping);

/*
 * -- paging_placed.c: pages whose addresses are not where they lie ------------------------------
 */

/*
 * Puts the page at `physical` at `base`, both multiples of size, which is PAGE_4K or PAGE_2M.
 * Returns 0, -EEXIST (a page is there, or is withheld there), -ENOMEM (no page for a table).
 */
int paging_tree_place(struct paging_tree *tree, uint64_t base, uint64_t physical, uint64_t size,
		      unsigned flags);

/* The entry of the 4 KB page of an address, tables made, large pages split. NULL: no memory. */
uint64_t *paging_tree_entry(struct paging_tree *tree, uint64_t address);

/* Whether no page is in [base, end), withheld ones included. Any context, without a lock. */
bool paging_tree_is_empty(const struct paging_tree *tree, uint64_t base, uint64_t end);

/*
 * Has pages begin at an address, a multiple of 4 KB: a larger one that it lies within is split.
 * Returns 0, or -ENOMEM (no page for a table).
 */
int paging_tree_split(struct paging_tree *tree, uint64_t address);

/*
 * A step: gives the pages that are in [*base, end), multiples of 4 KB, other rights, or withholds
 * them (PAGING_NONE); advances *base, to `end` when all is done. Returns how many of 4 KB there
 * were, or -ENOMEM: a large page could not be split.
 */
int paging_tree_protect(struct paging_tree *tree, uint64_t *base, uint64_t end, unsigned flags);

/* The same for taking them out: freed() gets each. Returns 0, or -ENOMEM. */
int paging_tree_release(struct paging_tree *tree, uint64_t *base, uint64_t end,
			void (*freed)(uint64_t physical, uint64_t size));

#endif
