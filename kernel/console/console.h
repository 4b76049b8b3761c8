/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: what is written goes into a ring that the control CPU drains to every device
 * (serial ports, VGA text, framebuffer), so that a polling lcore never waits for a UART. Input
 * from serial ports and a PS/2 keyboard goes through line editing to whoever reads.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/time/clock.h"

/* First serial port at 115200 8N1, written directly. Boot CPU, first of all. */
void console_early_init(void);

/*
 * Before console_init(): has a last report seen, on the first serial port and on a VGA in text
 * mode; later nothing is left to do. Any context, by the one CPU that runs.
 */
void console_open_for_report(void);

/*
 * Opens what bare.console= names; without it the first serial port, the port of ACPI's SPCR and
 * the screen. Each gets what the ring still holds, so that a screen shows the boot from its
 * start. Boot CPU, once, after paging_init(), acpi_init() and clock_init().
 */
void console_init(void);

/*
 * From here on output goes through the ring, and input by interrupt. Boot CPU, once, after
 * smp_start() and ioapic_init().
 */
void console_start(void);

/*
 * Writes bytes; "\n" becomes CR LF at the serial ports. One call's bytes never mix with another's
 * (up to CONSOLE_WRITE_MAX bytes, a longer text counts as several calls), nor do lines: where
 * another thread has left a line open, it gets CONSOLE_LINE_WAIT to end it, then a line break goes
 * before the text. When the ring is full the writer waits 10 ms at most, then the text is dropped,
 * and a line says how much: who can sleep does so before, until console_has_room(). A part of the
 * ring is for writers on the control CPU alone. Any context.
 */
#define CONSOLE_WRITE_MAX 16384
#define CONSOLE_LINE_WAIT (100 * NS_PER_US)
void console_write(const char *text, size_t length);

/* Whether a text, or its first CONSOLE_WRITE_MAX bytes, would be written at once. Any context. */
bool console_has_room(size_t length);

/*
 * A futex word that changes when there is room again: read it, then look at console_has_room(),
 * then sleep on it.
 */
uint32_t *console_output_word(void);

/* The same word for who may not need room at all: it changes only if somebody else does. */
uint32_t *console_output_word_quiet(void);

/* The same for a text that always begins a line of its own: the kernel's log. */
void console_write_line(const char *text, size_t length);

/*
 * Has all that is written given to a function as well, in pieces, beginning with what the ring
 * still holds. It is called in any context with interrupts off, by one CPU at a time, and does not
 * use the console. Once.
 */
void console_set_tap(void (*tap)(const char *text, size_t length));

/*
 * Writes what the ring holds; from here on each write goes to the devices directly, without
 * locks. For the CPU that goes on alone once the others are stopped.
 */
void console_direct(void);

/* The same and a write: for panic(). */
void console_write_panic(const char *text, size_t length);

/* Waits until the devices have sent all that the ring holds, at most 30 s. Any context. */
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

/*
 * The hook is called before one of these words changes: for input in interrupt context or in a
 * call, for room wherever something is written, with whatever locks. It does not use the console.
 * Boot CPU, once.
 */
void console_set_ready_hook(void (*hook)(bool input));

/*
 * Nanoseconds after which a sleeper on that word must call console_readable() by itself, because
 * a device has no interrupt and is polled; 0 when all have one. Any context, after console_start().
 */
uint64_t console_poll_interval(void);

/*
 * What Ctrl-C and Ctrl-\ do (mode.signals): the handler runs on the control CPU in interrupt
 * context. Without one they do nothing.
 */
enum console_signal { CONSOLE_INTERRUPT, CONSOLE_QUIT };
void console_set_signal_handler(void (*handler)(enum console_signal signal));

/*
 * What Ctrl-T does while lines are edited: the handler runs on the control CPU in interrupt
 * context. Boot CPU, once.
 */
void console_set_status_handler(void (*handler)(void));

/* Columns and rows as TIOCGWINSZ reports: 80x25 for serial alone. */
void console_size(unsigned *columns, unsigned *rows);

/* A byte from a device: goes through line editing. Control CPU, interrupts off. */
void console_input(char byte);

#endif
