/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory type range registers, as firmware set them. A page that lies across ranges of
 * different types behaves undefined (Intel SDM vol. 3 §11.11.9): paging.c takes smaller ones.
 */
#ifndef KERNEL_MTRR_H
#define KERNEL_MTRR_H

#include <stdbool.h>
#include <stdint.h>

#define MTRR_RANGES_MAX 32

/* The variable ranges that are in use: an address a is in one when (a & mask) == base. */
struct mtrr_state {
	unsigned count;
	struct mtrr_range {
		uint64_t base, mask; /* of 4 KB pages */
		uint8_t type;
	} ranges[MTRR_RANGES_MAX];
};

/* Reads the calling CPU's registers: no range when it has none, or they are switched off. */
void mtrr_read(struct mtrr_state *state, unsigned address_bits);

/*
 * Whether each range covers all or nothing of a page at `base`; size is a power of two, base a
 * multiple of it. (The fixed ranges below 1 MB are not looked at: page 0 is never mapped, and so
 * there is no large page.)
 */
bool mtrr_page_is_uniform(const struct mtrr_state *state, uint64_t base, uint64_t size);

#endif
