/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mappings of the application: mmap() and its relatives over the region list.
 */
#ifndef LIBC_MAPPING_H
#define LIBC_MAPPING_H

#include <stdbool.h>
#include <stdint.h>


/* Whoever's storage is mapped, as a member of a structure of its own. */
struct mapping_owner {
	/* A mapping of the storage, or a part of it, is gone. The regions are locked. */
	void (*unmapped)(struct mapping_owner *owner, uint64_t length);
};

/*
 * Maps zeroed memory with a protection. Returns its address, or -ENOMEM.
 */
int64_t mapping_anonymous(uint64_t length, uint32_t protection);

/* Enters an owner's storage at `base` as a mapping that it has counted. */
int64_t mapping_shared(uint64_t base, uint64_t length, uint32_t protection,
		       struct mapping_owner *owner);

/* Takes every mapping of a range away. Returns 0, or -ENOMEM (no room to split a region). */
int64_t mapping_remove(uint64_t base, uint64_t length);

/* Changes the protection of a range that is wholly mapped. Returns 0, -ENOMEM. */
int64_t mapping_protect(uint64_t base, uint64_t length, uint32_t protection);

/* Whether a range is wholly mapped; `own`: and no part of it is another owner's. */
bool mapping_covers(uint64_t base, uint64_t length, bool own);

/* Zeroes what is writable memory of its own in a range, as MADV_DONTNEED promises. */
void mapping_clear(uint64_t base, uint64_t length);

#endif
