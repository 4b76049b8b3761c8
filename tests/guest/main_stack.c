/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The first thread's stack: on a machine with memory it has the 8 MB that programs for Linux count
 * on, what getrlimit() says of it is true, and below it is a guard.
 */
/* QEMU: -m 512 */
/* EXPECT: 7 MB are there */
/* EXPECT: PANIC on CPU \d+: page fault .* in main */
/* EXPECT: stack overflow: the guard page of the stack of main\(\) */
/* EXIT: 127 */
#include <alloca.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/unit/check.h"

#define MB (1u << 20)

int
main(void)
{
	volatile char *room = alloca(7 * MB);
	struct rlimit limit;

	for (size_t i = 0; i < 7 * MB; i += 4096)
		room[i] = 1;
	CHECK_EQ(getrlimit(RLIMIT_STACK, &limit), 0);
	if (CHECK_EQ(limit.rlim_cur, 8 * MB))
		puts("7 MB are there");
	/* Downwards, a page at a time, to the page that is not there. */
	for (size_t down = 0; down < 2 * MB; down += 4096)
		*(volatile char *)alloca(4096) = 1;
	return check_end();
}
