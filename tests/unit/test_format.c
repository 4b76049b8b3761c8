/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/base/format.c */
/*
 * The kernel's formatting against the C library's, directive by directive, and what it says of
 * texts that do not fit.
 */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "kernel/base/format.h"
#include "tests/unit/check.h"

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-overflow"

/* The same text and length as snprintf. */
#define SAME(...)                                                                                  \
	do {                                                                                       \
		char ours[128], theirs[128];                                                       \
		int due = snprintf(theirs, sizeof(theirs), __VA_ARGS__);                           \
                                                                                                   \
		CHECK_EQ(format_text(ours, sizeof(ours), __VA_ARGS__), due);                       \
		CHECK_STRING(ours, theirs);                                                        \
	} while (0)

static void
test_integers(void)
{
	static const long long values[] = {0,	 1,	  -1,	   9,	      10,	255,
					   -128, INT_MAX, INT_MIN, LLONG_MAX, LLONG_MIN};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		long long v = values[i];

		SAME("%d|%i|%u|%x|%X", (int)v, (int)v, (unsigned)v, (unsigned)v, (unsigned)v);
		SAME("%hhd|%hd|%hhu|%hu|%hhx", (int)v, (int)v, (int)v, (int)v, (int)v);
		SAME("%ld|%lu|%lx", (long)v, (unsigned long)v, (unsigned long)v);
		SAME("%lld|%llu|%llX", v, v, v);
		SAME("%zu|%zx", (size_t)v, (size_t)v);
		SAME("%#x|%#lX|%#llx", (unsigned)v, (unsigned long)v, v);
		SAME("%8d|%-8d|%08d|%+d|% d", (int)v, (int)v, (int)v, (int)v, (int)v);
		SAME("%.3d|%8.3d|%-8.3d|%08.3d|%.0d", (int)v, (int)v, (int)v, (int)v, (int)v);
		SAME("%#10x|%#010x|%-#10x|%#.4x", (unsigned)v, (unsigned)v, (unsigned)v,
		     (unsigned)v);
		SAME("%+08lld|% -12lld|%- 12lld|%+ lld", v, v, v, v);
	}
}

static void
test_texts(void)
{
	SAME("%s|%8s|%-8s|%.2s|%8.2s|%.0s", "abc", "abc", "abc", "abc", "abc", "abc");
	SAME("%c|%4c|%-4c|%%|%c", 'x', 'y', 'z', '\t');
	SAME("%*d|%-*d|%.*s|%*s", 6, 1, 6, 2, 2, "abc", -6, "ab");
	SAME("%.*s", -1, "a negative precision is none");
	SAME("%p", (void *)0x1234abcd);
	SAME("no directive");
	SAME("%s", "");
}

static void
test_what_c_leaves_open(void)
{
	char text[32];

	CHECK_EQ(format_text(text, sizeof(text), "%s", (const char *)NULL), 6);
	CHECK_STRING(text, "(null)");
	format_text(text, sizeof(text), "%q %d", 7);
	CHECK_STRING(text, "%q 7");
	format_text(text, sizeof(text), "%5");
	CHECK_STRING(text, "%5");
	format_text(text, sizeof(text), "%");
	CHECK_STRING(text, "%");
	CHECK_EQ(format_text(text, sizeof(text), "%*d", INT_MIN, 1), 1024);
	CHECK_EQ(format_text(text, sizeof(text), "%99999d", 1), 1024);
}

/* A buffer of each size, exactly allocated so that the sanitizer sees a byte too much. */
static void
test_no_room(void)
{
	const char *due = "12345 abc 0x1f";

	for (size_t size = 0; size <= 20; size++) {
		char *buffer = malloc(size ? size : 1);
		size_t kept = size ? MIN(strlen(due), size - 1) : 0;

		CHECK_EQ(format_text(buffer, size, "%d %s %#x", 12345, "abc", 31), strlen(due));
		if (size) {
			CHECK_EQ(strlen(buffer), kept);
			CHECK_EQ(memcmp(buffer, due, kept), 0);
		}
		free(buffer);
	}
}

int
main(void)
{
	test_integers();
	test_texts();
	test_what_c_leaves_open();
	test_no_room();
	return check_end();
}
