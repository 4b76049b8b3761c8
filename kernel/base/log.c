/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A message is put together on the stack and handed to the console in one call, so that lines
 * of several CPUs never mix. One that is too long is cut and ends in "...".
 */
#include "kernel/base/log.h"

#include <stdarg.h>
#include <stdint.h>

#include "kernel/base/format.h"
#include "kernel/base/string.h"
#include "kernel/console/console.h"
#include "kernel/loader/settings.h"
#include "kernel/time/clock.h"

#define LOG_LINE_SIZE 512
#define LOG_CUT_MARK "..."

/* What stands before a message: info and debug lines speak for themselves. */
static const char *const log_level_text[] = {
	[LOG_ERROR] = "error: ",
	[LOG_WARNING] = "warning: ",
	[LOG_INFO] = "",
	[LOG_DEBUG] = "",
};

/* Before the settings are read there is no limit set: the default holds. */
static bool
log_is_wanted(enum log_level level)
{
	enum log_level limit = settings.loglevel ? settings.loglevel : LOG_INFO;

	return level <= limit;
}

/* Ends the line that wanted `length` characters; returns its length with the newline. */
static size_t
log_end_line(char line[LOG_LINE_SIZE], size_t length)
{
	if (length > LOG_LINE_SIZE - 1) {
		length = LOG_LINE_SIZE - sizeof(LOG_CUT_MARK);
		memcpy(line + length, LOG_CUT_MARK, sizeof(LOG_CUT_MARK) - 1);
		length += sizeof(LOG_CUT_MARK) - 1;
	}
	line[length++] = '\n';
	return length;
}

void
log_message(enum log_level level, const char *format, ...)
{
	char line[LOG_LINE_SIZE];
	unsigned long long now = clock_ns();
	size_t length;
	va_list args;

	if (!log_is_wanted(level))
		return;
	length = format_text(line, sizeof(line), "[%5llu.%06llu] %s", now / NS_PER_SECOND,
			     now % NS_PER_SECOND / NS_PER_US, log_level_text[level]);
	va_start(args, format);
	length += format_text_va(line + length, sizeof(line) - length, format, args);
	va_end(args);
	length = log_end_line(line, length);
	console_write_line(line, length);
}
