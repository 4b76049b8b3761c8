/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Line editing: bytes from a keyboard go in, what a program may read comes out. Pure; the caller
 * locks. Canonical mode follows POSIX.1-2017 §11.1.6 with the usual control characters.
 */
#ifndef KERNEL_TTY_H
#define KERNEL_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/console/console.h"

#define TTY_LINE_SIZE 1024
#define TTY_READY_SIZE 4096 /* a power of two */

struct tty {
	struct console_mode mode;
	void (*echo)(const char *text, size_t length);

	char line[TTY_LINE_SIZE]; /* being edited */
	unsigned line_length;

	uint16_t ready[TTY_READY_SIZE];	 /* bytes and ends of file, for the program */
	uint32_t ready_head, ready_tail; /* counts, never wrapped to the array's size */
};

/* What an input byte led to; bits. */
#define TTY_READABLE (1u << 0)	/* there is more for the program to read */
#define TTY_INTERRUPT (1u << 1) /* the program is to be interrupted */
#define TTY_QUIT (1u << 2)	/* the program is to end */
#define TTY_STATUS (1u << 3)	/* the operator asks for the CPUs' state */

/* An initializer: canonical mode with echo and signals. */
#define TTY_INIT(show)                                                                             \
	{                                                                                          \
		.mode = {.canonical = true, .echo = true, .signals = true}, .echo = (show)         \
	}

/* Takes a byte from a device; returns TTY_* bits. A byte for which there is no room is lost. */
unsigned tty_input(struct tty *tty, char byte);

/*
 * Gives the program at most size bytes: up to and with the end of a line in canonical mode.
 * Returns the number, 0 at an end of file (or when size is 0), -EAGAIN when nothing is ready.
 */
int tty_read(struct tty *tty, char *buffer, size_t size);

bool tty_readable(const struct tty *tty);

/* Changes the mode. A half-edited line becomes readable when canonical mode ends. */
void tty_set_mode(struct tty *tty, const struct console_mode *mode);

#endif
