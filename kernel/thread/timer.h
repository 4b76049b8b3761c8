/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Something that is done at a time, on the control CPU. No other CPU is interrupted by that.
 */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include <stdint.h>

#include "kernel/thread/deadline.h"

/* Zeroed but for `expire` at first; it stays a timer for ever, since `expire` may be on its way. */
struct timer {
	struct deadline deadline;

	/*
	 * Called in interrupt context, without a lock, when the time has come. It finds out for
	 * itself whether it still is to do something: timer_set() does not wait for it.
	 */
	void (*expire)(struct timer *timer);
};

/* Sets when a timer expires, in clock_ns() time; THREAD_NO_DEADLINE: never. Any context. */
void timer_set(struct timer *timer, uint64_t at);

#endif
