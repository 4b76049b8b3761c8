/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * String functions that need no TLS.
 */
#include "kernel/base/string.h"

#include "kernel/base/errno.h"

size_t
string_length(const char *string)
{
	return string_length_within(string, SIZE_MAX);
}

size_t
string_length_within(const char *string, size_t limit)
{
	size_t length = 0;

	while (length < limit && string[length] != '\0')
		length++;
	return length;
}

bool
string_equal(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool
string_starts_with(const char *string, const char *prefix)
{
	while (*prefix != '\0') {
		if (*string++ != *prefix++)
			return false;
	}
	return true;
}

size_t
string_copy(char *to, const char *from, size_t size)
{
	size_t length = string_length(from);
	size_t copied = length < size ? length : size - 1;

	memcpy(to, from, copied);
	to[copied] = '\0';
	return length;
}

const char *
string_find(const char *string, char c)
{
	for (; *string != '\0'; string++) {
		if (*string == c)
			return string;
	}
	return NULL;
}

int
string_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
string_to_u64(const char *string, uint64_t limit, uint64_t *value)
{
	bool hexadecimal = string_starts_with(string, "0x") || string_starts_with(string, "0X");
	int base = hexadecimal ? 16 : 10;
	uint64_t sum = 0;
	bool above = false;

	if (hexadecimal)
		string += 2;
	if (*string == '\0')
		return -EINVAL;
	for (; *string != '\0'; string++) {
		int digit = string_digit(*string);

		if (digit < 0 || digit >= base)
			return -EINVAL;
		above |= __builtin_mul_overflow(sum, (uint64_t)base, &sum);
		above |= __builtin_add_overflow(sum, (uint64_t)digit, &sum);
	}
	if (above || sum > limit)
		return -ERANGE;
	*value = sum;
	return 0;
}
