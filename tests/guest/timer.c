/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The local APIC's timer against a clock that is known: with -icount an instruction takes a
 * nanosecond, and QEMU's timer counts one in sixteen of them. Its frequency is measured while the
 * boot goes on, and sleeps end neither early nor more than some thousand instructions late.
 */
/* QEMU: -icount shift=0,sleep=off */
/* ARGS: bare.loglevel=debug */
/* EXPECT: lapic: timer at 62(499|500)\d\d\d Hz$ */
#include <stdint.h>
#include <time.h>

#include "tests/unit/check.h"

#define LATE_MAX_NS 20000

static int64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int
main(void)
{
	for (long span = 10000; span <= 900000000; span *= 3) {
		int64_t start = now(), late;

		CHECK_EQ(nanosleep(&(struct timespec){0, span}, NULL), 0);
		late = now() - start - span;
		printf("a sleep of %ld ns was %ld ns too long\n", span, (long)late);
		CHECK(late >= 0 && late <= LATE_MAX_NS);
	}
	return check_end();
}
