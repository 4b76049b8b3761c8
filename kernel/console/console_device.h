/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between the console's parts: what a device that shows the console's output has to do.
 */
#ifndef KERNEL_CONSOLE_DEVICE_H
#define KERNEL_CONSOLE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/console/ring.h"

#define CONSOLE_DEVICES_MAX 8

/* All functions are called on one CPU at a time, with interrupts off, and do not log. */
struct console_device {
	const char *name; /* "ttyS0" */

	/* Takes bytes without waiting; returns how many. */
	size_t (*put)(struct console_device *device, const char *bytes, size_t length);

	/* Waits until put() takes something. False: the device has stopped. NULL: always ready. */
	bool (*wait)(struct console_device *device);

	/* Shows what was put; NULL when put() does. */
	void (*flush)(struct console_device *device);

	/*
	 * Says whether an interrupt is wanted when the device can take more, upon which
	 * console_pump() is called. Returns false when the device has no working interrupt: it
	 * is then waited for. NULL: never needed.
	 */
	bool (*want_interrupt)(struct console_device *device, bool wanted);

	/* What the device wants to be logged, once: "is polled". Set by its functions. */
	const char *complaint;

	/* console.c's own */
	unsigned reader;
	bool stopped;
};

/* What is written; each device is a reader. */
extern struct ring console_ring;

extern struct console_state {
	bool started; /* console_start() was called */
	bool direct;  /* console_direct() was called: no CPU but this runs any more */
	void (*pumped)(void); /* called after each pump, without a lock */
} console_state;

/* Adds a device, and writes to it what the ring still holds. Returns 0 or -ENOSPC. Boot CPU. */
int console_add_device(struct console_device *device);

/* The device gets nothing any more. Boot CPU, before console_start(). */
void console_remove_device(struct console_device *device);

/* Moves to the devices what they take without waiting. Control CPU, interrupts off. */
void console_pump(void);

/* Says how often a line has come that was counted, once the devices are no longer behind. */
void console_report_repeats(void);

/* Has the control CPU pump, by an interrupt. Any context, after console_start(). */
void console_kick(void);

/*
 * Sends what the ring holds, or a text beside it, and waits for the devices. Control CPU with
 * interrupts off; before console_start() whoever holds the writers' lock; after console_direct()
 * anyone.
 */
void console_drain_here(void);
void console_send_here(const char *text, size_t length);

/* Logs what the devices complain of. No lock is held. */
void console_pass_complaints(void);

/* Where input comes from that may have no interrupt. */
struct console_source {
	/* Whether it has none, and so is to be polled. Any context. */
	bool (*is_polled)(void);

	/* Takes what there is, when it is polled. Control CPU, interrupts off. */
	void (*poll)(void);
};

/* Adds one of at most CONSOLE_SOURCES_MAX, which stays the caller's. Boot CPU. */
#define CONSOLE_SOURCES_MAX 2
void console_add_source(const struct console_source *source);

/* Calls the hook of console_set_ready_hook(), if there is one. */
void console_tell_ready(bool input);

/* Sees to it that sources that are polled are looked at, now or soon. Any context. */
void console_poll_input(void);
bool console_is_polled(void);

/*
 * From here on output goes through the ring, and pumped() is called after each pump, with
 * interrupts off: console_start()'s. Boot CPU, once.
 */
void console_pump_start(void (*pumped)(void));

/* Shows input: goes on with whatever line is open. Control CPU. */
void console_echo(const char *text, size_t length);

/*
 * The devices, each in a file of its own, opened by the boot CPU.
 *
 * A serial port by a word of bare.console=: "ttyS1,115200n8" or "spcr". Returns 0, -EINVAL (not
 * such a word), -ENODEV (no such port), -ENOSPC.
 */
int console_serial_open(const char *word);

/* Lets go of the first serial port, which console_early_init() opened, unless it was named. */
void console_serial_close_early(void);

/* Hooks the serial ports' interrupts; those without one are polled. */
void console_serial_start(void);

/*
 * The screen that there is, as text ("vga") or pixels ("fb"). Returns 0, -ENODEV (none of that
 * kind), -ENOSPC.
 */
int console_vga_open(void);
int console_framebuffer_open(void);

#endif
