/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks for the programs in tests/unit and tests/guest. A check that fails says where and with
 * which values, and the program goes on; main ends with `return check_end();`, which gives 1 if
 * a check failed or if there was none. One source file a program: the counts are its own.
 */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned check_count, check_failures;

/* The condition holds. Gives its truth, so that `if (!CHECK(p != NULL)) return;` is possible. */
#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)

/* Two integers or two pointers are equal; what is due stands second. Each is evaluated once. */
#define CHECK_EQ(value, due)                                                                       \
	check_equal((unsigned long long)(value), (unsigned long long)(due), #value, __FILE__,      \
		    __LINE__)

/* Two strings are equal; neither is NULL. */
#define CHECK_STRING(value, due) check_string((value), (due), #value, __FILE__, __LINE__)

/* A call gives -1 and this error; for who has <errno.h>. */
#define CHECK_FAILS(call, error)                                                                   \
	do {                                                                                       \
		errno = 0;                                                                         \
		CHECK_EQ(call, -1);                                                                \
		CHECK_EQ(errno, error);                                                            \
	} while (0)

static inline bool
check_true(bool holds, const char *what, const char *file, int line)
{
	check_count++;
	if (!holds) {
		check_failures++;
		printf("%s:%d: not so: %s\n", file, line, what);
	}
	return holds;
}

static inline bool
check_equal(unsigned long long value, unsigned long long due, const char *what, const char *file,
	    int line)
{
	check_count++;
	if (value != due) {
		check_failures++;
		printf("%s:%d: %s is %lld (%#llx), not %lld (%#llx)\n", file, line, what,
		       (long long)value, value, (long long)due, due);
	}
	return value == due;
}

static inline bool
check_string(const char *value, const char *due, const char *what, const char *file, int line)
{
	bool equal = strcmp(value, due) == 0;

	check_count++;
	if (!equal) {
		check_failures++;
		printf("%s:%d: %s is \"%s\", not \"%s\"\n", file, line, what, value, due);
	}
	return equal;
}

/* The program's exit status; says how many checks there were. */
static inline int
check_end(void)
{
	printf("%u checks, %u failed\n", check_count, check_failures);
	return check_count == 0 || check_failures != 0;
}

#endif
