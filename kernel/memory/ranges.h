/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A list of address ranges, sorted, neighbours joined: what the physical allocator and the arena
 * keep their free memory in. The caller locks.
 */
#ifndef KERNEL_RANGES_H
#define KERNEL_RANGES_H

#include <stdbool.h>
#include <stdint.h>

struct range {
	uint64_t base, end; /* page-aligned, end exclusive */
	unsigned node;	    /* ranges of different nodes are not joined */
	struct range *previous, *next;
};

struct range_list {
	struct range *first, *last;
	struct range *unused; /* descriptors, linked by next */
	unsigned unused_count;
};

/*
 * Gives the list descriptors that lie in `memory`, which it keeps. Each ranges_add() or
 * ranges_take() needs at most one: see to it that unused_count is above 0 before.
 */
void ranges_feed(struct range_list *list, void *memory, uint64_t size);

/* Adds [base, end). Returns false, and changes nothing, when any of it is in the list already. */
bool ranges_add(struct range_list *list, uint64_t base, uint64_t end, unsigned node);

/* Cuts [base, end) out of a range of the list that holds it all. */
void ranges_take(struct range_list *list, struct range *range, uint64_t base, uint64_t end);

/* Removes whatever of [base, end) is in the list. */
void ranges_cut(struct range_list *list, uint64_t base, uint64_t end);

/* Whether any of [base, end) is in the list. */
bool ranges_overlap(const struct range_list *list, uint64_t base, uint64_t end);

/* Whether all of [base, end) is in one range. */
bool ranges_contain(const struct range_list *list, uint64_t base, uint64_t end);

#endif
