/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * In canonical mode bytes gather in `line` until a line end, or Ctrl-D, moves them to `ready`,
 * where Ctrl-D leaves a mark behind them at which one read ends. In raw mode they go to `ready`
 * at once. CR counts as a line end in both, as terminals send it for Enter.
 */
#include "kernel/console/tty.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"

#define CONTROL(letter) ((letter)&0x1f)
#define DELETE 0x7f
#define TTY_END_OF_FILE 0x100 /* a mark in `ready`; everything else there is a byte */

static void
tty_echo(struct tty *tty, const char *text, size_t length)
{
	if (tty->mode.echo)
		tty->echo(text, length);
}

static unsigned
ready_room(const struct tty *tty)
{
	return TTY_READY_SIZE - (tty->ready_head - tty->ready_tail);
}

/* There is room. */
static void
ready_put(struct tty *tty, uint16_t item)
{
	tty->ready[tty->ready_head++ % TTY_READY_SIZE] = item;
}

/* Hands the edited line over, and `end` behind it. Returns false when there is no room. */
static bool
line_finish(struct tty *tty, uint16_t end)
{
	if (ready_room(tty) < tty->line_length + 1)
		return false;
	for (unsigned i = 0; i < tty->line_length; i++)
		ready_put(tty, (uint8_t)tty->line[i]);
	ready_put(tty, end);
	tty->line_length = 0;
	return true;
}

static bool
is_control(char byte)
{
	return (uint8_t)byte < ' ' || byte == DELETE;
}

/* A second or later byte of a UTF-8 character takes no column. */
static bool
is_continuation(char byte)
{
	return ((uint8_t)byte & 0xc0) == 0x80;
}

/* Shows a byte of the line: a tab as one blank, another control character as ^X. */
static void
line_echo(struct tty *tty, char byte)
{
	char caret[2] = {'^', (char)(byte ^ 0x40)};

	if (byte == '\t')
		tty_echo(tty, " ", 1);
	else if (is_control(byte))
		tty_echo(tty, caret, sizeof(caret));
	else
		tty_echo(tty, &byte, 1);
}

/* Takes the last character back, from the line and from the screen. */
static void
line_erase(struct tty *tty)
{
	char byte;

	do {
		byte = tty->line[--tty->line_length];
	} while (is_continuation(byte) && tty->line_length);
	tty_echo(tty, "\b \b", 3);
	if (is_control(byte) && byte != '\t')
		tty_echo(tty, "\b \b", 3);
}

static void
line_add(struct tty *tty, char byte)
{
	if (tty->line_length == TTY_LINE_SIZE) {
		tty_echo(tty, "\a", 1);
		return;
	}
	tty->line[tty->line_length++] = byte;
	line_echo(tty, byte);
}

static unsigned
line_input(struct tty *tty, char byte)
{
	switch (byte) {
	case '\n':
		tty_echo(tty, "\n", 1);
		return line_finish(tty, '\n') ? TTY_READABLE : 0;
	case CONTROL('D'):
		return line_finish(tty, TTY_END_OF_FILE) ? TTY_READABLE : 0;
	case '\b':
	case DELETE:
		if (tty->line_length)
			line_erase(tty);
		return 0;
	case CONTROL('U'):
		while (tty->line_length)
			line_erase(tty);
		return 0;
	default:
		line_add(tty, byte);
		return 0;
	}
}

unsigned
tty_input(struct tty *tty, char byte)
{
	if (tty->mode.signals && (byte == CONTROL('C') || byte == CONTROL('\\'))) {
		bool quit = byte == CONTROL('\\');

		tty->line_length = 0;
		tty_echo(tty, quit ? "^\\\n" : "^C\n", 3);
		return quit ? TTY_QUIT : TTY_INTERRUPT;
	}
	if (tty->mode.signals && tty->mode.canonical && byte == CONTROL('T'))
		return TTY_STATUS;
	if (byte == '\r')
		byte = '\n';
	if (tty->mode.canonical)
		return line_input(tty, byte);
	if (!ready_room(tty))
		return 0;
	tty_echo(tty, &byte, 1);
	ready_put(tty, (uint8_t)byte);
	return TTY_READABLE;
}

bool
tty_readable(const struct tty *tty)
{
	return tty->ready_head != tty->ready_tail;
}

int
tty_read(struct tty *tty, char *buffer, size_t size)
{
	size_t done = 0;

	if (!size)
		return 0;
	if (!tty_readable(tty))
		return -EAGAIN;
	while (done < size && tty_readable(tty)) {
		uint16_t item = tty->ready[tty->ready_tail++ % TTY_READY_SIZE];

		if (item == TTY_END_OF_FILE)
			break;
		buffer[done++] = (char)item;
		if (tty->mode.canonical && item == '\n')
			break;
	}
	return (int)done;
}

void
tty_set_mode(struct tty *tty, const struct console_mode *mode)
{
	if (tty->mode.canonical && !mode->canonical) {
		unsigned count = MIN(tty->line_length, ready_room(tty));

		for (unsigned i = 0; i < count; i++)
			ready_put(tty, (uint8_t)tty->line[i]);
		tty->line_length = 0;
	}
	tty->mode = *mode;
}
