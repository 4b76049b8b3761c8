/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/base/panic.h for host programs: says why and aborts. In an archive, so that a test which
 * defines its own takes the place of this one.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel/base/panic.h"

void
panic(const char *format, ...)
{
	va_list arguments;

	fputs("panic: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}
