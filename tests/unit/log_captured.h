/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * log_message() for a test that looks at what was said: all lines since log_forget(), one below
 * another.
 */
#ifndef TESTS_UNIT_LOG_CAPTURED_H
#define TESTS_UNIT_LOG_CAPTURED_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kernel/base/log.h"

static char log_text[1 << 20];
static size_t log_length;

void
log_message(enum log_level level, const char *format, ...)
{
	va_list arguments;

	(void)level;
	va_start(arguments, format);
	log_length += (size_t)vsnprintf(log_text + log_length, sizeof(log_text) - log_length - 1,
					format, arguments);
	va_end(arguments);
	log_text[log_length++] = '\n';
	log_text[log_length] = '\0';
}

static inline void
log_forget(void)
{
	log_length = 0;
	log_text[0] = '\0';
}

static inline bool
log_said(const char *text)
{
	return strstr(log_text, text) != NULL;
}

#endif
