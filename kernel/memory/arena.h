/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The arena: memory for stacks, guard pages and small mappings, taken from memory.c in
 * chunks that are mapped with 4 KB pages, so that a page can be protected alone and no huge
 * page that DPDK uses is ever split. Any context.
 */
#ifndef KERNEL_ARENA_H
#define KERNEL_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Grants length bytes (rounded up to 4 KB) of mapped, read-write, no-execute memory.
 * A grant longer than a chunk gets chunks of its own, mapped with 4 KB pages as well.
 * Not zeroed. Returns NULL when there is no memory.
 */
void *arena_grant(size_t length);

/* Gives back a whole grant or a page-aligned part; its pages become read-write again. */
void arena_return(void *base, size_t length);

/* Whether all of a range belongs to the arena (granted or not). */
bool arena_contains(uint64_t base, size_t length);

/*
 * A stack of `size` bytes (rounded up to 4 KB) with an unmapped guard page below it.
 * Returns its top, 16-byte aligned, or NULL. `owner` is what a fault on the guard page calls it:
 * "kernel stack of thread 3"; the string is copied, cut to ARENA_OWNER_SIZE - 1 characters.
 */
#define ARENA_OWNER_SIZE 32
void *arena_stack_grant(size_t size, const char *owner);
void arena_stack_return(void *top, size_t size);

/*
 * The owner of the guard page at an address, NULL when it is none: distinguishes a stack overflow
 * from another fault.
 */
const char *arena_guard_owner(uint64_t address);

#endif
