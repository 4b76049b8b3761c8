/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The last line is kept, without its time. A text that is longer than what is kept, or is not just
 * one line, is never repeated.
 */
#include "kernel/console/repeats.h"

#include "kernel/base/string.h"

#define LINE_MOST 256
#define TIME_MOST 24 /* "[12345.123456] " */

static struct {
	char text[LINE_MOST];
	size_t length; /* 0: nothing that could be repeated */
	unsigned long count;
} last_line;

/* Where a line's text begins, behind the log's time. */
static size_t
time_length(const char *text, size_t length)
{
	if (text[0] != '[')
		return 0;
	for (size_t i = 1; i < TIME_MOST && i + 1 < length; i++) {
		if (text[i] == ']')
			return i + 1;
		if (text[i] != ' ' && text[i] != '.' && (text[i] < '0' || text[i] > '9'))
			break;
	}
	return 0;
}

static bool
is_one_line(const char *text, size_t length)
{
	for (size_t i = 0; i + 1 < length; i++)
		if (text[i] == '\n')
			return false;
	return length > 1 && length <= LINE_MOST && text[length - 1] == '\n';
}

void
repeats_note(const char *text, size_t length)
{
	size_t time = length ? time_length(text, length) : 0;

	last_line.length = 0;
	if (!is_one_line(text + time, length - time))
		return;
	last_line.length = length - time;
	memcpy(last_line.text, text + time, last_line.length);
}

bool
repeats_count(const char *text, size_t length)
{
	size_t time = length ? time_length(text, length) : 0;

	if (!last_line.length || length - time != last_line.length ||
	    memcmp(text + time, last_line.text, last_line.length) != 0)
		return false;
	last_line.count++;
	return true;
}

unsigned long
repeats_take(void)
{
	unsigned long count = last_line.count;

	last_line.count = 0;
	return count;
}

bool
repeats_any(void)
{
	return last_line.count != 0;
}
