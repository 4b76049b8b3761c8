/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Times as the application sees them.
 */
#ifndef LIBC_TIMES_H
#define LIBC_TIMES_H

#include <stdbool.h>
#include <stdint.h>

#include "libc/base/abi.h"

/*
 * Reads a clock that is the same for all threads, in ns. Returns 0, or -EINVAL. Any context, with
 * no system call: the vDSO does it.
 */
int time_read_clock(int64_t clock, uint64_t *ns);

/*
 * Reads the CPU time that a thread, or the program, has used, in ns: ABI_CLOCK_THREAD_CPUTIME and
 * its like, and those that pthread_getcpuclockid() and clock_getcpuclockid() give. Returns 0, or
 * -EINVAL: it is no such clock, or its thread has ended.
 */
int time_read_cpu_clock(int clock, uint64_t *ns);

/* The same clock with the thread's id in place of "the caller". */
int time_cpu_clock_of(int clock);

void time_store(struct abi_timespec *to, uint64_t ns);

/* Reads a time; what is beyond 64 bits of ns becomes the last one. Returns 0, or -EINVAL. */
int time_load(const struct abi_timespec *from, uint64_t *ns);

/* The deadline in clock_ns() time that is so far away, the last one at most. */
uint64_t time_from_now(uint64_t ns);

/*
 * The deadline in clock_ns() time for a time span, or for a point in time of a clock.
 * Returns 0, or -EINVAL.
 */
int time_deadline(const struct abi_timespec *span, uint64_t *deadline);
int time_deadline_at(int64_t clock, const struct abi_timespec *at, uint64_t *deadline);

/*
 * When a timer that is set to `value` first expires: a deadline in clock_ns() time, or 0, never.
 * The value is a span, or a point in time of a clock. Returns 0, or -EINVAL.
 */
int time_first_expiry(int64_t clock, const struct abi_timespec *value, bool absolute, uint64_t *at);

/* What is left, in ns, to a timer's next expiry; 0: it stands still, or was to expire once. */
uint64_t time_left(uint64_t at, uint64_t interval, uint64_t now);

/* Sleeps until a deadline. Returns 0, or -EINTR when a signal is to be delivered. */
int time_sleep(uint64_t deadline);

/* Whether a clock is there to be read alone, and neither sleeps nor timers go by it. */
bool time_clock_is_for_reading(int clock);

#endif
