/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For threads of a test that call the kernel's functions as they are, on the program's stack: its
 * pages come when they are first touched, and must be there before a lock of the kernel's is taken.
 */
#ifndef TOUCHED_STACK_H
#define TOUCHED_STACK_H

#include <stddef.h>
#include <stdint.h>

#define TOUCHED_STACK_BYTES (64 << 10)

/* Touches the pages below the caller's frame. */
static inline void
touched_stack(void)
{
	volatile uint8_t below[TOUCHED_STACK_BYTES];

	for (size_t at = 0; at < sizeof(below); at += 2048)
		below[at] = 0;
}

#endif
