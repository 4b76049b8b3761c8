/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: what is written goes to every sink (serial ports, VGA text, framebuffer) and to
 * a ring that the control CPU drains, so that a polling lcore never waits for a UART. Input from
 * serial and PS/2 keyboard goes through line editing to whoever reads.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First serial port at 115200 8N1, written directly. Boot CPU, first of all. */
void console_early_init(void);

/* The sinks that settings.console and boot_info.framebuffer name. After paging_init(). */
void console_init(void);

/*
 * From here on output goes through the ring, and input by interrupt. After irq and threads are up.
 */
void console_start(void);

/*
 * Writes bytes; "\n" becomes CR LF at the sinks. One call's bytes never mix with another's.
 * When the ring is full: on the control CPU drains it in place; elsewhere waits no longer than
 * the ring's drain takes, at most 10 ms, then drops and counts (a line says how many). Any context.
 */
void console_write(const char *text, size_t length);

/* Writes directly to all sinks, ring first, without locks: for panic(). */
void console_write_panic(const char *text, size_t length);

/* Moves what the ring holds to the sinks. Control CPU. */
void console_drain(void);

/* Terminal mode, as termios' ICANON, ECHO, ISIG. */
struct console_mode {
	bool canonical; /* line editing; else bytes as they come */
	bool echo;
	bool signals; /* Ctrl-C ends the program */
};
void console_mode_get(struct console_mode *mode);
void console_mode_set(const struct console_mode *mode);

/*
 * Takes input that is ready: in canonical mode at most a line. Returns the number of bytes,
 * 0 at end of file (Ctrl-D), -EAGAIN when nothing is ready. Any context.
 */
int console_read(char *buffer, size_t size);

/* Whether console_read() would return something other than -EAGAIN. */
bool console_readable(void);

/* A futex word that changes with each input that becomes ready: sleepers on it are woken. */
uint32_t *console_input_word(void);

/* Columns and rows as TIOCGWINSZ tells: 80x25 for serial alone. */
void console_size(unsigned *columns, unsigned *rows);

/* A byte from a device: goes through line editing. Interrupt context. */
void console_input(char byte);

#endif
