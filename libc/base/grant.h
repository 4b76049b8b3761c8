/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory for mappings and files: small pieces from the arena, large ones from the huge pages.
 * Lengths are rounded up to whole 4 KB pages. Any context.
 */
#ifndef LIBC_GRANT_H
#define LIBC_GRANT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Grants read-write memory, not zeroed; NULL when there is none. `pages`: single pages of it may
 * be protected later, so it must come from the arena, whatever its size.
 */
void *grant_take(size_t length, bool pages);

/* Gives back a grant or a page-aligned part of one; its pages must be read-write. */
void grant_return(void *base, size_t length);

/* Length as grant_take() rounds it; 0 when that overflows. */
size_t grant_round(size_t length);

#endif
