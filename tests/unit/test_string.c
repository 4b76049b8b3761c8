/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/base/string.c */
/*
 * The kernel's string functions at their edges.
 */
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "tests/unit/check.h"

#define UNTOUCHED 0x5a5a

/* Reads a number that must be taken. */
static void
check_number(const char *text, uint64_t limit, uint64_t due)
{
	uint64_t value = UNTOUCHED;

	if (!CHECK_EQ(string_to_u64(text, limit, &value), 0))
		printf("  %s\n", text);
	CHECK_EQ(value, due);
}

static void
check_no_number(const char *text, uint64_t limit, int error)
{
	uint64_t value = UNTOUCHED;

	if (!CHECK_EQ(string_to_u64(text, limit, &value), error))
		printf("  %s\n", text);
	CHECK_EQ(value, UNTOUCHED);
}

static void
test_numbers(void)
{
	check_number("0", 0, 0);
	check_number("007", 100, 7);
	check_number("18446744073709551615", UINT64_MAX, UINT64_MAX);
	check_number("0xffffffffffffffff", UINT64_MAX, UINT64_MAX);
	check_number("0XaBc", UINT64_MAX, 0xabc);
	check_number("100", 100, 100);
	check_no_number("101", 100, -ERANGE);
	check_no_number("18446744073709551616", UINT64_MAX, -ERANGE);
	check_no_number("0x10000000000000000", UINT64_MAX, -ERANGE);
	check_no_number("99999999999999999999999x", UINT64_MAX, -EINVAL);
	check_no_number("", UINT64_MAX, -EINVAL);
	check_no_number("0x", UINT64_MAX, -EINVAL);
	check_no_number("-1", UINT64_MAX, -EINVAL);
	check_no_number("1 ", UINT64_MAX, -EINVAL);
	check_no_number("1a", UINT64_MAX, -EINVAL);
	check_no_number("0xg", UINT64_MAX, -EINVAL);
}

static void
test_copy(void)
{
	char to[4] = "zzz";

	CHECK_EQ(string_copy(to, "ab", sizeof(to)), 2);
	CHECK_STRING(to, "ab");
	CHECK_EQ(string_copy(to, "abc", sizeof(to)), 3);
	CHECK_STRING(to, "abc");
	CHECK_EQ(string_copy(to, "abcdef", sizeof(to)), 6);
	CHECK_STRING(to, "abc");
	CHECK_EQ(string_copy(to, "x", 1), 1);
	CHECK_STRING(to, "");
}

static void
test_compare(void)
{
	CHECK(string_equal("", "") && string_equal("a", "a"));
	CHECK(!string_equal("a", "") && !string_equal("", "a") && !string_equal("ab", "ac"));
	CHECK(string_starts_with("abc", "ab") && string_starts_with("ab", "ab"));
	CHECK(string_starts_with("", "") && !string_starts_with("a", "ab"));
	CHECK_EQ(string_length("four"), 4);
	CHECK_EQ(string_length_within("four", 2), 2);
	CHECK_EQ(string_length_within("", 0), 0);
	CHECK(string_find("a=b", '=')[1] == 'b');
	CHECK(string_find("ab", '=') == NULL && string_find("", 'x') == NULL);
}

int
main(void)
{
	test_numbers();
	test_copy();
	test_compare();
	return check_end();
}
