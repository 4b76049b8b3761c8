/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the application has mapped: a sorted list of regions that do not overlap, neighbours of one
 * kind joined. Pure book-keeping: the caller locks, and changes the page tables. Addresses and
 * lengths are whole pages.
 */
#ifndef LIBC_REGIONS_H
#define LIBC_REGIONS_H

#include <stdbool.h>
#include <stdint.h>

struct mapping_owner;

#define REGION_SHARED (1u << 0)	  /* the pages are the owner's own */
#define REGION_COMMON (1u << 1)	  /* shared memory without an owner: its contents stay */
#define REGION_HUGE (1u << 2)	  /* may have 2 MB pages */
#define REGION_ALL_HUGE (1u << 6) /* has no other */
#define REGION_LOCKED (1u << 3)	  /* mlock(): its memory stays */
#define REGION_DYING (1u << 4)	  /* unmapped, but perhaps still in a CPU's TLB */
#define REGION_RESERVED (1u << 5) /* never mapped, and never given out */
#define REGION_GONE (REGION_DYING | REGION_RESERVED)

struct region {
	uint64_t base, length;
	uint32_t protection;	     /* ABI_PROT_* */
	uint32_t flags;		     /* REGION_* */
	struct mapping_owner *owner; /* whose contents this shows; NULL: zeros at first */
	uint64_t offset;	     /* where in the owner's it begins; of a dying one the epoch */
};

struct regions {
	struct region *list;
	unsigned count, room;
};

static inline uint64_t
region_end(const struct region *region)
{
	return region->base + region->length;
}

/* The first region that ends above an address; NULL when there is none. */
struct region *regions_find(const struct regions *regions, uint64_t address);

/* The one behind a region of the list; NULL when it is the last. */
struct region *regions_next(const struct regions *regions, const struct region *region);

/* Whether every byte of a range is in some region that is not gone. */
bool regions_cover(const struct regions *regions, uint64_t base, uint64_t length);

/* Whether none is in any, dying ones included. */
bool regions_are_free(const struct regions *regions, uint64_t base, uint64_t length);

/* Adds a region. Returns 0, -EEXIST (overlaps), -ENOMEM. */
int regions_add(struct regions *regions, const struct region *region);

/*
 * Splits regions so that none crosses the ends of a range: what is in it can be changed by whole
 * regions then. Returns 0, or -ENOMEM.
 */
int regions_isolate(struct regions *regions, uint64_t base, uint64_t length);

/* Takes a region of the list out of it. */
void regions_remove(struct regions *regions, struct region *region);

/* Joins neighbours of one kind, in a range and at its ends. */
void regions_join(struct regions *regions, uint64_t base, uint64_t length);

/*
 * A free place of a length: the highest that begins at a multiple of `alignment` and ends at or
 * below `limit`. 0: there is none above `lowest`.
 */
uint64_t regions_place(const struct regions *regions, uint64_t length, uint64_t alignment,
		       uint64_t lowest, uint64_t limit);

#endif
