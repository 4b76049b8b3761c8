/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which devices are consoles: those that bare.console= names, several at once; without it (or
 * when none of them is there) the first serial port, the firmware's own port and the screen. A
 * device that is not there is logged and left out.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/console/console.h"
#include "kernel/console/console_device.h"
#include "kernel/console/keyboard.h"
#include "kernel/loader/settings.h"

#define CONSOLE_WORDS "ttyS0 to ttyS3, with ,115200n8 and the like; spcr; vga; fb"

static bool consoles_open;

static int
open_word(const char *word)
{
	if (string_equal(word, "vga"))
		return console_vga_open();
	if (string_equal(word, "fb"))
		return console_framebuffer_open();
	return console_serial_open(word);
}

/* Returns whether the device can be used. */
static bool
open_named(const char *word)
{
	int error = open_word(word);

	if (error == -EINVAL)
		log_warning("console: bare.console=%s is not known; there are: " CONSOLE_WORDS,
			    word);
	else if (error == -ENODEV)
		log_warning("console: bare.console=%s: there is no such device", word);
	else if (error)
		log_warning("console: bare.console=%s: error %d", word, error);
	return error == 0;
}

static void
open_defaults(void)
{
	int error = console_serial_open("ttyS0");

	if (error && error != -ENODEV)
		log_warning("console: ttyS0: error %d", error);
	if (acpi_info.serial.present)
		open_named("spcr");
	if (console_framebuffer_open() == -ENODEV)
		console_vga_open();
}

void
console_init(void)
{
	bool any = false;

	consoles_open = true;
	for (unsigned i = 0; i < settings.console_count; i++)
		any |= open_named(settings.console[i].text);
	if (!any)
		open_defaults();
	console_serial_close_early();
}

void
console_open_for_report(void)
{
	if (consoles_open)
		return;
	consoles_open = true;
	console_early_init();
	console_vga_open(); /* where there is none, nothing is lost */
}

void
console_start(void)
{
	console_serial_start();
	keyboard_start();
	console_pump_start(console_report_repeats);
}
