/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/console/screen.c */
/*
 * The screen of characters: what text and control sequences leave in the cells, and that a flush
 * draws what has changed and no more.
 */
#include "kernel/console/screen.h"
#include "tests/unit/check.h"

#define COLUMNS 10
#define ROWS 4

static struct screen screen;
static char device[ROWS][COLUMNS + 1];
static unsigned drawn, cursor_column, cursor_row;

static void
draw(unsigned column, unsigned row, char character)
{
	if (!CHECK(column < COLUMNS && row < ROWS))
		return;
	device[row][column] = character;
	drawn++;
}

static void
draw_cursor(unsigned column, unsigned row)
{
	CHECK(column < COLUMNS && row < ROWS);
	cursor_column = column;
	cursor_row = row;
}

static void
begin(void)
{
	screen.draw = draw;
	screen.draw_cursor = draw_cursor;
	for (unsigned row = 0; row < ROWS; row++)
		memset(device[row], ' ', COLUMNS);
	screen_init(&screen, COLUMNS, ROWS);
	screen_flush(&screen);
	drawn = 0;
}

/* Puts text and compares the whole screen, blanks at the ends of lines left out. */
static void
shows(const char *text, const char *line0, const char *line1, const char *line2, const char *line3)
{
	const char *due[ROWS] = {line0, line1, line2, line3};

	screen_put(&screen, text, strlen(text));
	screen_flush(&screen);
	for (unsigned row = 0; row < ROWS; row++) {
		char line[COLUMNS + 1];
		size_t length = COLUMNS;

		memcpy(line, device[row], COLUMNS);
		while (length && line[length - 1] == ' ')
			length--;
		line[length] = '\0';
		CHECK_STRING(line, due[row]);
	}
}

static void
cursor_is_at(unsigned column, unsigned row)
{
	CHECK_EQ(cursor_column, column);
	CHECK_EQ(cursor_row, row);
}

static void
test_text(void)
{
	begin();
	shows("ab\ncd", "ab", "cd", "", "");
	cursor_is_at(2, 1);
	shows("\rx\b\by", "ab", "yd", "", "");
	begin();
	shows("a\tb\tc", "a       bc", "", "", ""); /* no tab past the last column */
	begin();
	shows("a\xc3\xa4z\a", "a?z", "", "", "");
}

static void
test_wrap_and_scroll(void)
{
	begin();
	shows("0123456789", "0123456789", "", "", ""); /* a full line alone does not wrap */
	cursor_is_at(9, 0);
	shows("\na", "0123456789", "a", "", "");
	shows("\n0123456789b", "0123456789", "a", "0123456789", "b");
	shows("\nc", "a", "0123456789", "b", "c");
	shows("\n\n\n\n\nz", "", "", "", "z");
}

static void
test_sequences(void)
{
	begin();
	shows("abcdef\x1b[3D\x1b[K", "abc", "", "", "");
	shows("\x1b[2;3Hx\x1b[Hy\x1b[4;10Hz", "ybc", "  x", "", "         z");
	shows("\x1b[99A\x1b[99Da\x1b[99B\x1b[99Cb", "abc", "  x", "", "         b");
	shows("\x1b[2;2H\x1b[1K\x1b[C", "abc", "  x", "", "         b");
	shows("\x1b[2;3H\x1b[J", "abc", "", "", "");
	shows("\x1b[1;2H\x1b[1J", "  c", "", "", "");
	shows("\x1b[2K", "", "", "", "");
	shows("ab\x1b[2J", "", "", "", "");
	begin();
	shows("\x1b[31;1mred\x1b[0m \x1bZ\x1b[?25l.", "red .", "", "", "");
	begin();
	shows("\x1b[99999999999;;;;;;;;9999Hx", "", "", "", "x");
	shows("\x1b[1\ny", "", "", "x", "y");
}

static void
test_least_drawing(void)
{
	begin();
	shows("abc", "abc", "", "", "");
	CHECK_EQ(drawn, 3);
	drawn = 0;
	screen_flush(&screen);
	CHECK_EQ(drawn, 0);
	shows("\x1b[Habc", "abc", "", "", "");
	CHECK_EQ(drawn, 0);
	shows("\x1b[Ha", "abc", "", "", "");
	CHECK_EQ(drawn, 1); /* the cell that the cursor's mark was on */
}

static void
test_too_large(void)
{
	screen_init(&screen, 100000, 100000);
	CHECK_EQ(screen.columns, SCREEN_COLUMNS_MAX);
	CHECK_EQ(screen.rows, SCREEN_ROWS_MAX);
}

int
main(void)
{
	test_text();
	test_wrap_and_scroll();
	test_sequences();
	test_least_drawing();
	test_too_large();
	return check_end();
}
