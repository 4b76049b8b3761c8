/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A clock that sends a signal: what timer_create() and setitimer() have in common.
 */
#ifndef LIBC_CLOCK_TIMER_H
#define LIBC_CLOCK_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/thread/timer.h"
#include "libc/base/abi.h"
#include "libc/signals/signal.h"

/* Zeroed at first; once in use it stays one for ever. */
struct clock_timer {
	struct timer timer;
	struct signal_entry entry;

	int clock;		 /* ABI_CLOCK_*, or one of CPU time */
	struct abi_siginfo info; /* what is delivered; signal 0: nothing, it is only asked for */
	int thread;		 /* whom; 0: the program */

	/* Under clock_timer.c's lock. */
	uint64_t at;		 /* the next expiry in the clock's time; 0: none */
	uint64_t interval;	 /* ns; 0: once */
	uint32_t overrun;	 /* expiries beside the one that was delivered last */
	bool pending;		 /* its signal is */
	bool stale;		 /* and is not to be delivered: it was set anew meanwhile */
};

/* Makes it a timer of a clock. Returns 0, or -EINVAL: there is no such clock. */
int clock_timer_init(struct clock_timer *timer, int clock);

/*
 * Sets it, or stops it (`new` has the value 0), and returns what was left (`old`, or NULL).
 * Returns 0, or -EINVAL.
 */
int clock_timer_set(struct clock_timer *timer, const struct abi_itimerspec *new, bool absolute,
		    struct abi_itimerspec *old);

/* What is left until the next expiry, and the interval. */
void clock_timer_get(struct clock_timer *timer, struct abi_itimerspec *current);

#endif
