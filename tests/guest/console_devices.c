/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Something to show: more lines than a small screen has. test_console.py looks at the devices
 * that show them.
 */
/* EXPECT: ^line 1\n(.*\n)*line 60\n.*exit: status 0 */
#include <stdio.h>

#define LINES 60

int
main(void)
{
	for (unsigned i = 1; i <= LINES; i++)
		printf("line %u\n", i);
	return 0;
}
