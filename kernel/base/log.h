/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernel's log: one line a call, with time stamp and level, to the console.
 *
 *	[    0.012345] warning: acpi: MADT: entry 3 has length 0: the rest is ignored
 *	[    0.012391] acpi: 4 CPUs, 1 IO-APIC
 *
 * A message has no newline at its end; it begins with the name of the file's subject and a
 * colon. Errors and warnings are marked so. What is above bare.loglevel= is dropped (before the
 * settings are read, what is above LOG_INFO). Any context, any CPU; lines never mix.
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include "kernel/base/compiler.h"

enum log_level {
	LOG_ERROR = 1,	 /* something asked for does not work */
	LOG_WARNING = 2, /* the machine or its firmware is odd; worked around */
	LOG_INFO = 3,	 /* what was found and chosen (default) */
	LOG_DEBUG = 4,	 /* step by step */
};

void log_message(enum log_level level, const char *format, ...) __printf_like(2, 3);

#define log_error(...) log_message(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_message(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_DEBUG, __VA_ARGS__)

#endif
