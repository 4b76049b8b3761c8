/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/base/log.h for host programs: messages go to standard error. In an archive, so that a test
 * which defines its own takes the place of this one.
 */
#include <stdarg.h>
#include <stdio.h>

#include "kernel/base/log.h"

void
log_message(enum log_level level, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "log %d: ", level);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}
