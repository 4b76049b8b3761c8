/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The framebuffer's font: ASCII in cells of 8 by 16 pixels.
 */
#ifndef KERNEL_FONT_H
#define KERNEL_FONT_H

#include <stdint.h>

#define FONT_WIDTH 8
#define FONT_HEIGHT 16
#define FONT_FIRST ' '
#define FONT_LAST '~'

extern const uint64_t font_glyphs[FONT_LAST - FONT_FIRST + 1][2];

/* A row of a character, the leftmost pixel in the highest bit; '?' for what the font lacks. */
static inline uint8_t
font_row(char character, unsigned row)
{
	char known = character >= FONT_FIRST && character <= FONT_LAST ? character : '?';

	return (uint8_t)(font_glyphs[known - FONT_FIRST][row / 8] >> (56 - row % 8 * 8));
}

#endif
