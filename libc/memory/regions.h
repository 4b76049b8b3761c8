/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the application has mapped: a sorted list of regions that do not overlap. Pure
 * book-keeping: the caller locks, and changes the page tables. Addresses and lengths are whole
 * pages.
 */
#ifndef LIBC_REGIONS_H
#define LIBC_REGIONS_H

#include <stdbool.h>
#include <stdint.h>

struct mapping_owner;

struct region {
	uint64_t base, length;
	uint32_t protection;	    /* ABI_PROT_* */
	struct mapping_owner *owner; /* whose storage this is; NULL: memory of its own */
};

struct regions {
	struct region *list;
	unsigned count, room;
};

/* The first region that ends above an address; NULL when there is none. */
struct region *regions_find(const struct regions *regions, uint64_t address);

/* Whether every byte of a range is in some region; `own`: and none of them is another owner's. */
bool regions_cover(const struct regions *regions, uint64_t base, uint64_t length, bool own);

/* Adds a region. Returns 0, -EEXIST (overlaps), -ENOMEM. */
int regions_add(struct regions *regions, const struct region *region);

/*
 * Takes the first piece of a range that is mapped out of the list, and tells it. Returns false
 * when nothing in the range is left. A region in whose middle it lies is split: make room first.
 */
bool regions_take(struct regions *regions, uint64_t base, uint64_t length, struct region *piece);

/* Makes room for `more` regions. Returns 0, or -ENOMEM. */
int regions_reserve(struct regions *regions, unsigned more);

#endif
