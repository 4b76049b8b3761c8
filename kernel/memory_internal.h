/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How memory_init.c fills the allocator of memory.c. Boot CPU only.
 */
#ifndef KERNEL_MEMORY_INTERNAL_H
#define KERNEL_MEMORY_INTERNAL_H

#include <stdint.h>

/* Takes the whole pages of [base, end) as RAM to be granted. Panics when it was given before. */
void memory_manage(uint64_t base, uint64_t end);

/* Takes the pages that [base, end) touches out of what is free, for good. */
void memory_reserve(uint64_t base, uint64_t end);

#endif
