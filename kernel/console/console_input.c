/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Input: bytes from the devices' interrupts go through line editing (tty.c) under a lock; who
 * waits for input sleeps on a word that is changed whenever there is more.
 */
#include <limits.h>

#include "kernel/base/spinlock.h"
#include "kernel/console/console.h"
#include "kernel/console/console_device.h"
#include "kernel/console/tty.h"
#include "kernel/thread/futex.h"
#include "kernel/time/clock.h"

#define POLL_INTERVAL (20 * NS_PER_MS)

static struct tty console_tty = TTY_INIT(console_echo);
static struct spinlock console_tty_lock = SPINLOCK_INIT;
static uint32_t console_word;
static void (*console_signal_handler)(enum console_signal signal);

static void
signal_program(enum console_signal signal)
{
	void (*handler)(enum console_signal) = READ_ONCE(console_signal_handler);

	if (handler)
		handler(signal);
}

static void (*console_status_handler)(void);

void
console_set_status_handler(void (*handler)(void))
{
	console_status_handler = handler;
}

static void
wake_readers(void)
{
	console_tell_ready(true);
	__atomic_fetch_add(&console_word, 1, __ATOMIC_RELEASE);
	futex_wake(&console_word, INT_MAX);
}

void
console_input(char byte)
{
	uint64_t flags = spin_lock(&console_tty_lock);
	unsigned events = tty_input(&console_tty, byte);

	spin_unlock(&console_tty_lock, flags);
	if (events & TTY_READABLE)
		wake_readers();
	if (events & TTY_INTERRUPT)
		signal_program(CONSOLE_INTERRUPT);
	if ((events & TTY_STATUS) && console_status_handler)
		console_status_handler();
	if (events & TTY_QUIT)
		signal_program(CONSOLE_QUIT);
}

int
console_read(char *buffer, size_t size)
{
	uint64_t flags;
	int result;

	console_poll_input();
	flags = spin_lock(&console_tty_lock);
	result = tty_read(&console_tty, buffer, size);
	spin_unlock(&console_tty_lock, flags);
	return result;
}

bool
console_readable(void)
{
	uint64_t flags;
	bool readable;

	console_poll_input();
	flags = spin_lock(&console_tty_lock);
	readable = tty_readable(&console_tty);
	spin_unlock(&console_tty_lock, flags);
	return readable;
}

void
console_mode_get(struct console_mode *mode)
{
	uint64_t flags = spin_lock(&console_tty_lock);

	*mode = console_tty.mode;
	spin_unlock(&console_tty_lock, flags);
}

void
console_mode_set(const struct console_mode *mode)
{
	uint64_t flags = spin_lock(&console_tty_lock);
	bool readable;

	tty_set_mode(&console_tty, mode);
	readable = tty_readable(&console_tty);
	spin_unlock(&console_tty_lock, flags);
	if (readable)
		wake_readers();
}

uint32_t *
console_input_word(void)
{
	return &console_word;
}

uint64_t
console_poll_interval(void)
{
	return console_is_polled() ? POLL_INTERVAL : 0;
}

void
console_set_signal_handler(void (*handler)(enum console_signal signal))
{
	WRITE_ONCE(console_signal_handler, handler);
}
