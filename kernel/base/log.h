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

#include <stddef.h>
#include <stdint.h>

#include "kernel/base/compiler.h"

enum log_level {
	LOG_ERROR = 1,	 /* something asked for does not work */
	LOG_WARNING = 2, /* the machine or its firmware is odd; worked around */
	LOG_INFO = 3,	 /* what was found and chosen (default) */
	LOG_DEBUG = 4,	 /* step by step */
};

void log_message(enum log_level level, const char *format, ...) __printf_like(2, 3);

/*
 * What stands above sets where to and how much the log writes; each boot CPU, once.
 *
 * output: takes a whole line with its newline, in any context. Until it is set lines are lost.
 * time: nanoseconds since the kernel's entry. Until it is set lines say 0.
 * limit: the highest level that is written.
 */
void log_set_output(void (*output)(const char *line, size_t length));
void log_set_time(uint64_t (*time)(void));
void log_set_limit(enum log_level limit);

#define log_error(...) log_message(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_message(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_DEBUG, __VA_ARGS__)

#endif
