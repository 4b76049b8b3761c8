/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading numbers.
 */
#include "libc/tree/proc_number.h"

#define NUMBER_DIGITS_MAX 9 /* no overflow */

int
proc_number(const char *name, size_t length)
{
	int number = 0;

	if (!length || length > NUMBER_DIGITS_MAX || (name[0] == '0' && length > 1))
		return -1;
	for (size_t i = 0; i < length; i++) {
		if (name[i] < '0' || name[i] > '9')
			return -1;
		number = number * 10 + name[i] - '0';
	}
	return number;
}
