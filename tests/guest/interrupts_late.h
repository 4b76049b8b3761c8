/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How late interrupts come: a timer of the kernel's goes off again and again while long calls run
 * on the same CPU. With -icount an instruction takes a nanosecond, so lateness is in instructions,
 * and the same on every host.
 */
#ifndef TESTS_GUEST_INTERRUPTS_LATE_H
#define TESTS_GUEST_INTERRUPTS_LATE_H

#include <stdint.h>
#include <stdio.h>

#include "kernel/thread/timer.h"
#include "kernel/time/clock.h"
#include "tests/unit/check.h"

#define BOUND 100000 /* instructions: docs/linux.md */
#define PERIOD 20000 /* ns */

static volatile uint64_t latest;
static uint64_t due;

static void
note(struct timer *timer)
{
	uint64_t now = clock_ns(), late = now > due ? now - due : 0;

	if (late > latest)
		latest = late;
	due = now + PERIOD;
	timer_set(timer, due);
}

static struct timer timer = {.expire = note};
static uint64_t worst;

/* Runs something, and says how late the timer was meanwhile. */
#define WITHIN_BOUND(bound, what, ...)                                                             \
	do {                                                                                       \
		latest = 0;                                                                        \
		__VA_ARGS__;                                                                       \
		if (!CHECK(latest <= (bound)) || latest > (bound) / 2)                             \
			printf("  %s: %lu instructions\n", what, latest);                         \
		worst = latest > worst ? latest : worst;                                           \
	} while (0)
#define WITHIN(what, ...) WITHIN_BOUND(BOUND, what, __VA_ARGS__)

static inline void
late_begin(void)
{
	due = clock_ns() + PERIOD;
	timer_set(&timer, due);
}

static inline void
late_end(void)
{
	timer_set(&timer, UINT64_MAX);
	printf("longest: %lu instructions\n", worst);
}

#endif
