/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/console/tty.c */
/*
 * Line editing: what is typed against what is shown and what the program reads.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/console/tty.h"
#include "tests/unit/check.h"

static struct tty tty;
static char shown[8192];
static size_t shown_length;

static void
echo(const char *text, size_t length)
{
	if (shown_length + length < sizeof(shown)) {
		memcpy(shown + shown_length, text, length);
		shown_length += length;
	}
	shown[shown_length] = '\0';
}

static void
begin(void)
{
	tty = (struct tty)TTY_INIT(echo);
	shown_length = 0;
	shown[0] = '\0';
}

static unsigned
type(const char *keys)
{
	unsigned events = 0;

	while (*keys)
		events |= tty_input(&tty, *keys++);
	return events;
}

/* The program reads once, `due` in full; NULL: nothing is ready. */
static void
reads(const char *due)
{
	char buffer[TTY_READY_SIZE + 1];
	int length = tty_read(&tty, buffer, sizeof(buffer) - 1);

	if (!due) {
		CHECK_EQ(length, -EAGAIN);
		CHECK(!tty_readable(&tty));
		return;
	}
	buffer[MAX(length, 0)] = '\0';
	CHECK_EQ(length, strlen(due));
	CHECK_STRING(buffer, due);
}

static void
test_line(void)
{
	begin();
	CHECK_EQ(type("hello"), 0);
	reads(NULL);
	CHECK_EQ(type("\r"), TTY_READABLE);
	CHECK(tty_readable(&tty));
	CHECK_STRING(shown, "hello\n");
	reads("hello\n");
	reads(NULL);
}

static void
test_one_line_a_read(void)
{
	char two[2];

	begin();
	type("one\ntwo\n");
	reads("one\n");
	CHECK_EQ(tty_read(&tty, two, sizeof(two)), 2);
	CHECK_EQ(memcmp(two, "tw", 2), 0);
	CHECK_EQ(tty_read(&tty, two, 0), 0);
	reads("o\n");
	reads(NULL);
}

static void
test_erase(void)
{
	begin();
	type("ab\x7f"
	     "c\b"
	     "d\n");
	reads("ad\n");
	CHECK_STRING(shown, "ab\b \bc\b \bd\n");

	begin();
	type("\b\x7f"
	     "x\n"); /* nothing to erase, and the prompt stays */
	reads("x\n");
	CHECK_STRING(shown, "x\n");

	begin();
	type("\x01\b\t\bz\n"); /* ^A takes two columns, a tab one */
	reads("z\n");
	CHECK_STRING(shown, "^A\b \b\b \b \b \bz\n");
}

static void
test_erase_utf8(void)
{
	begin();
	type("a\xc3\xa4\xe2\x82\xac\b\bb\n");
	reads("ab\n");
	CHECK_STRING(shown, "a\xc3\xa4\xe2\x82\xac\b \b\b \bb\n");

	begin();
	type("\xa4\xa4\b\n"); /* continuation bytes of nothing */
	reads("\n");
}

static void
test_kill(void)
{
	begin();
	type("abc\x15"
	     "d\n");
	reads("d\n");
	CHECK_STRING(shown, "abc\b \b\b \b\b \bd\n");
}

static void
test_end_of_file(void)
{
	begin();
	CHECK_EQ(type("\x04"), TTY_READABLE);
	CHECK(tty_readable(&tty));
	reads("");
	reads(NULL);
	CHECK_STRING(shown, "");

	begin();
	type("abc\x04");
	reads("abc"); /* at once, without a line end */
	reads(NULL);
	type("x\n\x04y\n");
	reads("x\n");
	reads("");
	reads("y\n");
	reads(NULL);
}

static void
test_interrupt(void)
{
	struct console_mode mode = {true, true, false};

	begin();
	CHECK_EQ(type("abc\x1c"), TTY_QUIT);
	CHECK_STRING(shown, "abc^\\\n");
	begin();
	CHECK_EQ(type("ab\x14"), TTY_STATUS);
	type("c\n"); /* the line goes on */
	reads("abc\n");
	begin();
	CHECK_EQ(type("abc\x03"), TTY_INTERRUPT);
	CHECK_STRING(shown, "abc^C\n");
	reads(NULL);
	type("d\n");
	reads("d\n");

	begin();
	tty_set_mode(&tty, &mode);
	type("\x03\n");
	reads("\x03\n");
	CHECK_STRING(shown, "^C\n");
}

static void
test_raw(void)
{
	struct console_mode raw = {false, false, false}, edited = {true, true, true};

	begin();
	type("half");
	tty_set_mode(&tty, &raw); /* what was typed so far is not lost */
	reads("half");
	CHECK_EQ(type("a"), TTY_READABLE);
	reads("a");
	type("\x03\x04\x15\b\x1b[A\r");
	reads("\x03\x04\x15\b\x1b[A\n");
	CHECK_STRING(shown, "half");
	tty_set_mode(&tty, &edited);
	type("line\n");
	reads("line\n");
}

static void
test_raw_with_echo(void)
{
	struct console_mode mode = {false, true, false};

	begin();
	tty_set_mode(&tty, &mode);
	type("ab\r");
	reads("ab\n");
	CHECK_STRING(shown, "ab\n");
}

static void
test_long_line(void)
{
	char buffer[TTY_LINE_SIZE + 2];

	begin();
	for (unsigned i = 0; i < TTY_LINE_SIZE + 10; i++)
		tty_input(&tty, 'x');
	CHECK_EQ(shown_length, TTY_LINE_SIZE + 10);
	CHECK_EQ(shown[TTY_LINE_SIZE], '\a');
	CHECK_EQ(tty_input(&tty, '\n'), TTY_READABLE);
	CHECK_EQ(tty_read(&tty, buffer, sizeof(buffer)), TTY_LINE_SIZE + 1);
	CHECK_EQ(buffer[TTY_LINE_SIZE], '\n');
}

/* Nobody reads: what does not fit is lost, what fitted is not. */
static void
test_full(void)
{
	struct console_mode raw = {false, false, false};
	char buffer[TTY_READY_SIZE + 1];
	unsigned lines = 0;

	begin();
	while (type("0123456789\n") & TTY_READABLE)
		lines++;
	CHECK_EQ(lines, TTY_READY_SIZE / 11);
	for (unsigned i = 0; i < lines; i++)
		reads("0123456789\n");
	CHECK_EQ(type("\n"), TTY_READABLE); /* the line that had no room is still being edited */
	reads("0123456789\n");

	tty_set_mode(&tty, &raw);
	for (unsigned i = 0; i < TTY_READY_SIZE; i++)
		CHECK_EQ(tty_input(&tty, (char)('a' + i % 26)), TTY_READABLE);
	CHECK_EQ(tty_input(&tty, 'x'), 0);
	CHECK_EQ(tty_read(&tty, buffer, sizeof(buffer)), TTY_READY_SIZE);
	for (unsigned i = 0; i < TTY_READY_SIZE; i++)
		if (!CHECK_EQ(buffer[i], 'a' + i % 26))
			break;
	reads(NULL);
}

int
main(void)
{
	test_line();
	test_one_line_a_read();
	test_erase();
	test_erase_utf8();
	test_kill();
	test_end_of_file();
	test_interrupt();
	test_raw();
	test_raw_with_echo();
	test_long_line();
	test_full();
	return check_end();
}
