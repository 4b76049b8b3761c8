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

#define LOG_LINE_SIZE 512
#define LOG_CUT_MARK "..."

/* What stands before a message: info and debug lines speak for themselves. */
static const char *const log_level_text[] = {
	[LOG_ERROR] = "error: ",
	[LOG_WARNING] = "warning: ",
	[LOG_INFO] = "",
	[LOG_DEBUG] = "",
};

static void (*log_output)(const char *line, size_t length);
static uint64_t (*log_time)(void);
static enum log_level log_limit = LOG_INFO;

void
log_set_output(void (*output)(const char *line, size_t length))
{
	log_output = output;
}

void
log_set_time(uint64_t (*time)(void))
{
	log_time = time;
}

void
log_set_limit(enum log_level limit)
{
	log_limit = limit;
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
	unsigned long long now;
	size_t length;
	va_list args;

	if (level > log_limit || !log_output)
		return;
	now = log_time ? log_time() : 0;
	length = format_text(line, sizeof(line), "[%5llu.%06llu] %s", now / NS_PER_SECOND,
			     now % NS_PER_SECOND / NS_PER_US, log_level_text[level]);
	va_start(args, format);
	length += format_text_va(line + length, sizeof(line) - length, format, args);
	va_end(args);
	length = log_end_line(line, length);
	log_output(line, length);
}
