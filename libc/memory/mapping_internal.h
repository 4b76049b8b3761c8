/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of this room share: the list, and its locks. Who changes the list or the pages'
 * rights has the mutex; for the change itself it takes the spinlock, which alone a page fault
 * takes: so whoever has the mutex may read the list.
 */
#ifndef LIBC_MAPPING_INTERNAL_H
#define LIBC_MAPPING_INTERNAL_H

#include "kernel/base/spinlock.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/mutex.h"
#include "libc/memory/mapping.h"
#include "libc/memory/regions.h"

extern struct regions mapping_regions;
extern struct spinlock mapping_lock;
extern struct mutex mapping_mutex;

extern bool mapping_populates; /* what is mapped from now on, at once */

/* The last pages are never mapped: what runs over the end of the lower half is not canonical. */
#define MAPPING_TOP (PAGING_SPACE_END - PAGE_2M)

/* -- mapping_image.c --------------------------------------------------------------------------- */

/* Whether a range is of the program's image. */
bool mapping_image_holds(uint64_t base, uint64_t length);

/* Whether an address is in the image's data, which can be protected. */
bool mapping_image_is_data(uint64_t address);

/* Protects a part of its data. Returns 0, -EACCES (it is no data), -ENOMEM. */
int mapping_image_protect(uint64_t base, uint64_t length, uint32_t protection);

/* -- mapping_low.c ----------------------------------------------------------------------------- */

/* Whether a range lies within addresses below 2 GB that are the program's. Any context. */
bool mapping_low_holds(uint64_t base, uint64_t length);

/* A free place there; 0: none, or no RAM to take its addresses from. With the mutex. */
uint64_t mapping_low_place(uint64_t length);

/* -- mapping.c --------------------------------------------------------------------------------- */

/* Whether an address is in the range that the program has mapped something in. Any context. */
bool mapping_is_programs(uint64_t address);

/* Makes addresses from `base` on the program's. Returns whether they are. With the mutex. */
bool mapping_claim(uint64_t base);

/*
 * Splits regions and large pages at a range's ends, so that all that is in it can be changed and
 * taken away. Returns 0, or -ENOMEM. With the mutex.
 */
int mapping_isolate(uint64_t base, uint64_t length);

/*
 * Calls change() for each region in a range until it fails, up to the first hole or past holes.
 * With a hole the result is -ENOMEM in the end.
 */
int64_t mapping_change(uint64_t base, uint64_t length,
		       int (*change)(struct region *region, uint32_t value), uint32_t value,
		       bool past_holes);

/* PAGING_* flags of a region's protection. */
unsigned mapping_rights(uint32_t protection);

/* Gives a page of a private mapping back. */
void mapping_free_page(uint64_t physical, uint64_t size);

/* A page of a shared one: it is the owner's. */
void mapping_leave_page(uint64_t physical, uint64_t size);

/* -- mapping_limit.c --------------------------------------------------------------------------- */

/* Where main's stack is. Once. */
void mapping_limit_note_stack(uint64_t base, uint64_t size);

/* Whether a page at an address would be more of main's stack than may be. With the lock. */
bool mapping_limit_stack_ends(uint64_t address);

/* Whether what has some protection counts for RLIMIT_DATA. */
bool mapping_limit_is_data(uint32_t protection, bool shared);

/* Whether so many bytes more may be mapped, and so many more be data. With the mutex. */
bool mapping_limit_allows(uint64_t space, uint64_t data);

/*
 * -- mapping_dying.c: what is unmapped, until no CPU has it in its TLB ---------------------------
 */

/* Takes the pages of [base, end) away, and gives them back, while the region stays. Mutex held. */
void mapping_drop_pages(const struct region *region, uint64_t base, uint64_t end);

/* Unmaps whole regions in a range. With the mutex. */
void mapping_bury(uint64_t base, uint64_t length);

/* Frees what is unmapped and passed by all CPUs; `all`: has them pass. With the mutex. */
void mapping_reap(bool all);

#endif
