/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Control characters and sequences change the cursor and the cells; a flush compares cells with
 * what is shown. Sequence names are those of ECMA-48 §8.3.
 */
#include "kernel/console/screen.h"

#include "kernel/base/compiler.h"
#include "kernel/base/string.h"

#define ESCAPE 0x1b
#define TAB_WIDTH 8
#define UNKNOWN '?' /* for what the font does not have */
#define PARAMETER_MAX 9999

void
screen_init(struct screen *screen, unsigned columns, unsigned rows)
{
	screen->columns = MIN(columns, (unsigned)SCREEN_COLUMNS_MAX);
	screen->rows = MIN(rows, (unsigned)SCREEN_ROWS_MAX);
	screen->column = 0;
	screen->row = 0;
	screen->shown_column = 0;
	screen->shown_row = 0;
	screen->state = SCREEN_TEXT;
	memset(screen->cells, ' ', sizeof(screen->cells));
	memset(screen->shown, ' ', sizeof(screen->shown));
}

static void
line_feed(struct screen *screen)
{
	if (screen->row + 1 < screen->rows) {
		screen->row++;
		return;
	}
	memmove(screen->cells[0], screen->cells[1], screen->row * sizeof(screen->cells[0]));
	memset(screen->cells[screen->row], ' ', sizeof(screen->cells[0]));
}

static void
draw_character(struct screen *screen, char character)
{
	if (screen->column == screen->columns) {
		screen->column = 0;
		line_feed(screen);
	}
	screen->cells[screen->row][screen->column++] = character;
}

static void
put_tab(struct screen *screen)
{
	screen->column =
		MIN(ALIGN_DOWN(screen->column, TAB_WIDTH) + TAB_WIDTH, screen->columns - 1);
}

/* A character of several bytes in UTF-8 shows as one mark. */
static void
put_byte(struct screen *screen, char byte)
{
	uint8_t value = (uint8_t)byte;

	if (byte == '\n') {
		screen->column = 0;
		line_feed(screen);
	} else if (byte == '\r') {
		screen->column = 0;
	} else if (byte == '\b') {
		screen->column -= screen->column > 0;
	} else if (byte == '\t') {
		put_tab(screen);
	} else if (byte == ESCAPE) {
		screen->state = SCREEN_ESCAPE;
	} else if (value >= ' ' && value < 0x7f) {
		draw_character(screen, byte);
	} else if (value >= 0xc0) {
		draw_character(screen, UNKNOWN);
	}
}

/* Blanks the cells from one position up to another, which is not blanked; rows go on. */
static void
erase(struct screen *screen, unsigned from_row, unsigned from, unsigned to_row, unsigned to)
{
	for (unsigned row = from_row; row <= to_row && row < screen->rows; row++) {
		unsigned first = row == from_row ? from : 0;
		unsigned end = MIN(row == to_row ? to : screen->columns, screen->columns);

		if (first < end)
			memset(&screen->cells[row][first], ' ', end - first);
	}
}

/* ED: the rest of the screen, what is before the cursor and at it, or all. */
static void
erase_in_screen(struct screen *screen, unsigned which)
{
	if (which == 0)
		erase(screen, screen->row, screen->column, screen->rows, 0);
	else if (which == 1)
		erase(screen, 0, 0, screen->row, screen->column + 1);
	else if (which == 2)
		erase(screen, 0, 0, screen->rows, 0);
}

/* EL: the same of the line. */
static void
erase_in_line(struct screen *screen, unsigned which)
{
	unsigned row = screen->row;

	if (which == 0)
		erase(screen, row, screen->column, row, screen->columns);
	else if (which == 1)
		erase(screen, row, 0, row, screen->column + 1);
	else if (which == 2)
		erase(screen, row, 0, row, screen->columns);
}

static void
move_to(struct screen *screen, int row, int column)
{
	screen->row = (unsigned)MAX(MIN(row, (int)screen->rows - 1), 0);
	screen->column = (unsigned)MAX(MIN(column, (int)screen->columns - 1), 0);
}

static void
run_sequence(struct screen *screen, char final)
{
	int row = (int)screen->row, column = (int)screen->column;
	unsigned first = screen->parameters[0];
	int count = (int)MAX(first, 1u);

	switch (final) {
	case 'A': /* CUU */
		move_to(screen, row - count, column);
		break;
	case 'B': /* CUD */
		move_to(screen, row + count, column);
		break;
	case 'C': /* CUF */
		move_to(screen, row, column + count);
		break;
	case 'D': /* CUB */
		move_to(screen, row, column - count);
		break;
	case 'H': /* CUP */
		move_to(screen, count - 1, (int)MAX(screen->parameters[1], 1u) - 1);
		break;
	case 'J':
		erase_in_screen(screen, first);
		break;
	case 'K':
		erase_in_line(screen, first);
		break;
	}
}

static void
sequence_byte(struct screen *screen, char byte)
{
	if (byte >= '0' && byte <= '9') {
		unsigned *parameter = &screen->parameters[screen->parameter];

		*parameter = MIN(*parameter * 10 + (unsigned)(byte - '0'), (unsigned)PARAMETER_MAX);
	} else if (byte == ';') {
		screen->parameter = MIN(screen->parameter + 1, SCREEN_PARAMETERS_MAX - 1u);
	} else if (byte >= '@' && byte <= '~') {
		screen->state = SCREEN_TEXT;
		run_sequence(screen, byte);
	} else if (byte < ' ') {
		screen->state = SCREEN_TEXT;
		put_byte(screen, byte);
	}
}

static void
escape_byte(struct screen *screen, char byte)
{
	screen->state = byte == '[' ? SCREEN_SEQUENCE : SCREEN_TEXT;
	screen->parameter = 0;
	memset(screen->parameters, 0, sizeof(screen->parameters));
}

void
screen_put(struct screen *screen, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (screen->state == SCREEN_TEXT)
			put_byte(screen, text[i]);
		else if (screen->state == SCREEN_ESCAPE)
			escape_byte(screen, text[i]);
		else
			sequence_byte(screen, text[i]);
	}
}

static void
flush_row(struct screen *screen, unsigned row)
{
	for (unsigned column = 0; column < screen->columns; column++) {
		char character = screen->cells[row][column];

		if (screen->shown[row][column] == character)
			continue;
		screen->draw(column, row, character);
		screen->shown[row][column] = character;
	}
}

void
screen_flush(struct screen *screen)
{
	unsigned column = MIN(screen->column, screen->columns - 1);

	/* Where the cursor's mark was, the character is drawn again. */
	if (screen->shown_column != column || screen->shown_row != screen->row)
		screen->shown[screen->shown_row][screen->shown_column] = '\0';
	for (unsigned row = 0; row < screen->rows; row++)
		flush_row(screen, row);
	screen->draw_cursor(column, screen->row);
	screen->shown_column = column;
	screen->shown_row = screen->row;
}
