/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Deadlines ordered by time, in a pairing heap (Fredman et al. 1986): adding takes constant time,
 * taking the first or any other O(log n) amortized. No memory of its own. The caller locks.
 */
#ifndef KERNEL_DEADLINE_H
#define KERNEL_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
	uint64_t at; /* clock_ns() time */
	bool queued;
	bool is_timer; /* of a struct timer; else of a thread */
	struct deadline *child, *next;
	struct deadline *previous; /* sibling before, or the parent of a first child */
};

struct deadline_heap {
	struct deadline *first;
};

/* Adds a deadline that is in no heap; its `at` is set. */
void deadline_add(struct deadline_heap *heap, struct deadline *deadline);

/* Takes a deadline out of its heap; nothing happens when it is in none. */
void deadline_remove(struct deadline_heap *heap, struct deadline *deadline);

#endif
