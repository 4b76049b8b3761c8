/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Text is taken into the cells at once, and what has changed is drawn once a pump.
 */
#include "kernel/console/console_screen.h"

#include "kernel/console/console.h"

#define TERMINAL_COLUMNS 80 /* behind a serial port, which does not report it */
#define TERMINAL_ROWS 25

static const struct screen *console_shown; /* NULL: serial ports alone */

static size_t
console_screen_put(struct console_device *device, const char *bytes, size_t length)
{
	screen_put(&((struct console_screen *)device)->screen, bytes, length);
	return length;
}

static void
console_screen_flush(struct console_device *device)
{
	screen_flush(&((struct console_screen *)device)->screen);
}

int
console_screen_open(struct console_screen *console, const char *name, unsigned columns,
		    unsigned rows)
{
	screen_init(&console->screen, columns, rows);
	console->device.name = name;
	console->device.put = console_screen_put;
	console->device.flush = console_screen_flush;
	console_shown = &console->screen;
	return console_add_device(&console->device);
}

void
console_size(unsigned *columns, unsigned *rows)
{
	*columns = console_shown ? console_shown->columns : TERMINAL_COLUMNS;
	*rows = console_shown ? console_shown->rows : TERMINAL_ROWS;
}
