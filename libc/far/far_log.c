/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the console has said lately, as lines. The writer is whoever writes to the console, be it an
 * interrupt handler; readers copy a line out under the lock, and look for its kind afterwards.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/spinlock.h"
#include "kernel/base/string.h"
#include "kernel/console/console.h"
#include "kernel/thread/futex.h"
#include "libc/far/far.h"

#define BYTES_KEPT (64 * 1024) /* a power of two */

static struct spinlock log_lock = SPINLOCK_INIT;
static char far_log_bytes[BYTES_KEPT];
static uint64_t head; /* bytes kept since the start */
static uint32_t line_count;

static void
keep(const char *text, size_t length)
{
	uint64_t flags = spin_lock(&log_lock);
	bool whole = false;

	for (size_t i = 0; i < length; i++) {
		far_log_bytes[head++ % BYTES_KEPT] = text[i];
		whole |= text[i] == '\n';
	}
	spin_unlock(&log_lock, flags);
	if (!whole)
		return;
	__atomic_add_fetch(&line_count, 1, __ATOMIC_RELEASE);
	futex_wake(&line_count, INT32_MAX);
}

void
far_log_begin(void)
{
	console_set_tap(keep);
}

uint32_t *
far_log_word(void)
{
	return &line_count;
}

/* Where the line ends that begins at a position; `head`: it is not whole. */
static uint64_t
find_end(uint64_t from)
{
	spin_assert_held(&log_lock);
	while (from < head && far_log_bytes[from % BYTES_KEPT] != '\n')
		from++;
	return from;
}

static bool
copy_line(struct far_line *line)
{
	uint64_t from = line->position, end;

	spin_assert_held(&log_lock);
	if (head > BYTES_KEPT && from < head - BYTES_KEPT)
		from = find_end(head - BYTES_KEPT) + 1; /* behind one that is there in part */
	end = find_end(from);
	if (end >= head)
		return false;
	line->length = 0;
	for (uint64_t at = from; at < end && line->length < sizeof(line->text); at++)
		if (far_log_bytes[at % BYTES_KEPT] != '\r')
			line->text[line->length++] = far_log_bytes[at % BYTES_KEPT];
	line->position = end + 1;
	return true;
}

/* Whether a text begins with a word. */
static bool
begins(const char *text, size_t length, const char *word)
{
	size_t size = string_length(word);

	return length >= size && !memcmp(text, word, size);
}

/* The kernel's lines begin with the time, and then the level of those that matter. */
static void
tell_kind(struct far_line *line)
{
	const char *text = line->text;
	size_t at = 0;

	line->severity = FAR_INFORMATIONAL;
	line->kernels = false;
	if (line->length < 2 || text[0] != '[' ||
	    (text[1] != ' ' && (text[1] < '0' || text[1] > '9')))
		return;
	while (at < line->length && text[at] != ']')
		at++;
	line->kernels = at < line->length;
	at += sizeof("] ") - 1;
	if (at >= line->length)
		return;
	if (begins(text + at, line->length - at, "error: "))
		line->severity = FAR_ERROR;
	else if (begins(text + at, line->length - at, "warning: "))
		line->severity = FAR_WARNING;
}

bool
far_log_read(struct far_line *line)
{
	uint64_t flags = spin_lock(&log_lock);
	bool any = copy_line(line);

	spin_unlock(&log_lock, flags);
	if (any)
		tell_kind(line);
	return any;
}
