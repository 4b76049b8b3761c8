/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A screen of characters, as VGA text and the framebuffer show it: keeps what each cell should
 * hold and what it shows, so that any number of lines may scroll by before the cells that have
 * changed are drawn, and nothing is ever read back from the device. Understands the part of
 * ECMA-48 that line editors use: cursor movement (A B C D H), erasing (J K); colours are ignored.
 */
#ifndef KERNEL_SCREEN_H
#define KERNEL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCREEN_COLUMNS_MAX 240
#define SCREEN_ROWS_MAX 90
#define SCREEN_PARAMETERS_MAX 4

struct screen {
	/* Draws a character (0x20 to 0x7e), or moves the cursor's mark to a cell. */
	void (*draw)(unsigned column, unsigned row, char character);
	void (*draw_cursor)(unsigned column, unsigned row);

	unsigned columns, rows;
	unsigned column, row; /* the cursor; column == columns: the next character wraps */
	unsigned shown_column, shown_row;

	enum { SCREEN_TEXT, SCREEN_ESCAPE, SCREEN_SEQUENCE } state;
	unsigned parameters[SCREEN_PARAMETERS_MAX];
	unsigned parameter; /* being read */

	char cells[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
	char shown[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
};

/*
 * A blank screen, cut to the largest size. The device has been blanked; `draw` and `draw_cursor`
 * are set by the caller.
 */
void screen_init(struct screen *screen, unsigned columns, unsigned rows);

/* Takes text. */
void screen_put(struct screen *screen, const char *text, size_t length);

/* Draws what has changed. */
void screen_flush(struct screen *screen);

#endif
