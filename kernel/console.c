/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is written goes to the first serial port, directly, under a lock.
 */
#include "kernel/console.h"

#include "kernel/serial.h"
#include "kernel/spinlock.h"

static struct serial_port console_com1 = {.base = SERIAL_COM1};
static struct spinlock console_lock = SPINLOCK_INIT;

void
console_early_init(void)
{
	serial_open(&console_com1, SERIAL_DEFAULT_BAUD);
}

void
console_write_panic(const char *text, size_t length)
{
	size_t start = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] != '\n')
			continue;
		serial_write(&console_com1, text + start, i - start);
		serial_write(&console_com1, "\r\n", 2);
		start = i + 1;
	}
	serial_write(&console_com1, text + start, length - start);
}

void
console_write(const char *text, size_t length)
{
	uint64_t flags = spin_lock(&console_lock);

	console_write_panic(text, length);
	spin_unlock(&console_lock, flags);
}
