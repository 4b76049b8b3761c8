/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that the application names by a pointer. It is used as it is, for there is one address
 * space; but what a pointer leads to is looked up in the page tables first, so that a bad one gives
 * -EFAULT as on Linux. A thread that unmaps what another's call works on is not caught by that.
 */
#ifndef LIBC_USER_H
#define LIBC_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct abi_iovec;

#define USER_PATH_MAX 4096 /* of a path, its end counted: PATH_MAX */

/* How many of `size` bytes from `base` on may be read, or written: up to the first that may not. */
size_t user_reach(const void *base, size_t size, bool write);

/* Whether all bytes may be read, or written; none is always so. */
bool user_readable(const void *base, size_t size);
bool user_writable(const void *base, size_t size);

/* Whether a text ends within memory that can be read. Returns 0, -EFAULT or -ENAMETOOLONG. */
int user_text(const char *text);

/*
 * Whether the pieces of a vector, at most ABI_IOVECS_MAX, may be read, or written. A piece that may
 * not, and what is behind it, is taken off the count; -EFAULT when that leaves nothing.
 */
int user_pieces(const struct abi_iovec *vector, uint64_t *count, bool write);

#endif
