/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A screen of characters as a console device: what VGA text and framebuffer have in common.
 */
#ifndef KERNEL_CONSOLE_SCREEN_H
#define KERNEL_CONSOLE_SCREEN_H

#include "kernel/console/console_device.h"
#include "kernel/console/screen.h"

struct console_screen {
	struct console_device device; /* first, so that one is the other */
	struct screen screen;	      /* `draw` and `draw_cursor` are set before it is opened */
};

/* Adds a screen, which has been blanked, to the console's devices. Returns 0 or -ENOSPC. */
int console_screen_open(struct console_screen *console, const char *name, unsigned columns,
			unsigned rows);

#endif
