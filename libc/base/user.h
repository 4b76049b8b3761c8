/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that the application names by a pointer. It is used as it is, for there is one address
 * space; but what a pointer leads to is looked up first, in the page tables, and among what is
 * mapped and was never touched, so that a bad one gives -EFAULT as on Linux. What another thread
 * unmaps under a call is libc/memory/mapping_lend.c's affair.
 */
#ifndef LIBC_USER_H
#define LIBC_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct abi_iovec;

#define USER_PATH_MAX 4096 /* of a path, its end counted: PATH_MAX */

/*
 * All but user_bring() may breathe (thread_breathe()): system call context, with no spinlock held.
 *
 * How many of `size` bytes from `base` on may be read, or written: up to the first that may not.
 */
size_t user_reach(const void *base, size_t size, bool write);

/*
 * Registers who brings what is mapped and not in memory yet: reach(address, write) returns how many
 * bytes from there on may be accessed all the same, 0 when none may; bring() takes memory for the
 * page of an address, and returns whether it is there. At the start, once.
 */
struct user_mappings {
	size_t (*reach)(uint64_t address, bool write);
	bool (*bring)(uint64_t address, bool write);
};
void user_set_mappings(const struct user_mappings *mappings);

/* Whether bytes may be written, and are in memory from now on. Also in an exception's handler. */
bool user_bring(void *base, size_t size);

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

/* Whether there is not one byte in the pieces of a vector. */
bool user_pieces_empty(const struct abi_iovec *vector, uint64_t count);

#endif
