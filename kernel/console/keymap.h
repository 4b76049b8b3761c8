/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a keyboard's scan codes to characters, US layout. Pure.
 */
#ifndef KERNEL_KEYMAP_H
#define KERNEL_KEYMAP_H

#include <stdbool.h>
#include <stdint.h>

#define KEYMAP_BYTES_MAX 4

struct keymap {
	bool set2; /* else set 1, which the 8042 makes of set 2 */

	/* keymap.c's own; all begin as 0 */
	bool shift_left, shift_right, control_left, control_right, caps_lock;
	bool extended; /* E0 came before */
	bool released; /* F0 came before, in set 2 */
	uint8_t skip;  /* bytes of Pause that are left */
};

/*
 * Takes a byte from the keyboard. Returns how many bytes of input it makes, 0 to
 * KEYMAP_BYTES_MAX: a character, or the ECMA-48 sequence of a cursor key.
 */
unsigned keymap_input(struct keymap *keymap, uint8_t code, char bytes[KEYMAP_BYTES_MAX]);

#endif
