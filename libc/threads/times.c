/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks and sleeping. All sleeps are deadlines of the monotonic clock.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/time/clock.h"
#include "libc/base/syscall.h"
#include "libc/threads/times.h"

#define LAST_DEADLINE (THREAD_NO_DEADLINE - 1)
#define NS_PER_MICROSECOND 1000

/* Linux's limit: the signed count of ns, less 30 years that the machine may run. */
#define LAST_SETTABLE ((INT64_MAX / NS_PER_SECOND - 30ULL * 365 * 86400) * NS_PER_SECOND)

void
time_store(struct abi_timespec *to, uint64_t ns)
{
	to->seconds = (int64_t)(ns / NS_PER_SECOND);
	to->nanoseconds = (int64_t)(ns % NS_PER_SECOND);
}

int
time_load(const struct abi_timespec *from, uint64_t *ns)
{
	if (from->seconds < 0 || from->nanoseconds < 0 ||
	    from->nanoseconds >= (int64_t)NS_PER_SECOND)
		return -EINVAL;
	if ((uint64_t)from->seconds >= LAST_DEADLINE / NS_PER_SECOND)
		*ns = LAST_DEADLINE;
	else
		*ns = (uint64_t)from->seconds * NS_PER_SECOND + (uint64_t)from->nanoseconds;
	return 0;
}

int
time_read_clock(int64_t clock, uint64_t *ns)
{
	switch (clock) {
	case ABI_CLOCK_REALTIME:
	case ABI_CLOCK_REALTIME_COARSE:
		*ns = clock_realtime_ns();
		return 0;
	case ABI_CLOCK_MONOTONIC:
	case ABI_CLOCK_MONOTONIC_RAW:
	case ABI_CLOCK_MONOTONIC_COARSE:
	case ABI_CLOCK_BOOTTIME:
		*ns = clock_ns();
		return 0;
	default:
		return -EINVAL;
	}
}

uint64_t
time_from_now(uint64_t ns)
{
	uint64_t now = clock_ns();

	return ns < LAST_DEADLINE - now ? now + ns : LAST_DEADLINE;
}

int
time_deadline(const struct abi_timespec *span, uint64_t *deadline)
{
	uint64_t ns;

	if (time_load(span, &ns))
		return -EINVAL;
	*deadline = time_from_now(ns);
	return 0;
}

int
time_deadline_at(int64_t clock, const struct abi_timespec *at, uint64_t *deadline)
{
	uint64_t then, now;

	if (time_load(at, &then) || time_read_clock(clock, &now))
		return -EINVAL;
	*deadline = time_from_now(then > now ? then - now : 0);
	return 0;
}

int
time_sleep(uint64_t deadline)
{
	while (!clock_passed(deadline)) {
		if (thread_signalled(thread_current()))
			return -EINTR;
		thread_park(deadline);
	}
	return 0;
}

/* Sleeps for a time span; when a signal ends that, tells what is left of it. */
static int64_t
sleep_for(const struct abi_timespec *span, struct abi_timespec *left)
{
	uint64_t deadline;
	int result = time_deadline(span, &deadline);

	if (!result)
		result = time_sleep(deadline);
	if (result == -EINTR && left) {
		uint64_t now = clock_ns();

		time_store(left, deadline > now ? deadline - now : 0);
	}
	return result;
}

int64_t
sys_nanosleep(const struct abi_timespec *span, struct abi_timespec *left)
{
	return sleep_for(span, left);
}

int64_t
sys_clock_nanosleep(int clock, int flags, const struct abi_timespec *time,
		    struct abi_timespec *left)
{
	uint64_t deadline, now;
	int result;

	if (time_read_clock(clock, &now))
		return -EINVAL;
	if (!(flags & ABI_TIMER_ABSTIME))
		return sleep_for(time, left);
	result = time_deadline_at(clock, time, &deadline);
	return result ? result : time_sleep(deadline);
}

static int
add_run_time(struct thread *thread, void *sum)
{
	*(uint64_t *)sum += thread_run_time(thread);
	return 0;
}

int64_t
sys_clock_gettime(int clock, struct abi_timespec *time)
{
	uint64_t ns = 0;
	int result = 0;

	if (clock == ABI_CLOCK_THREAD_CPUTIME)
		ns = thread_run_time(thread_current());
	else if (clock == ABI_CLOCK_PROCESS_CPUTIME)
		thread_for_each(add_run_time, &ns);
	else
		result = time_read_clock(clock, &ns);
	if (!result)
		time_store(time, ns);
	return result;
}

int64_t
sys_clock_settime(int clock, const struct abi_timespec *time)
{
	uint64_t ns;

	if (clock != ABI_CLOCK_REALTIME || time_load(time, &ns) || ns >= LAST_SETTABLE)
		return -EINVAL;
	clock_realtime_set(ns);
	return 0;
}

int64_t
sys_clock_getres(int clock, struct abi_timespec *resolution)
{
	uint64_t ns;

	if (clock != ABI_CLOCK_THREAD_CPUTIME && clock != ABI_CLOCK_PROCESS_CPUTIME &&
	    time_read_clock(clock, &ns))
		return -EINVAL;
	if (resolution)
		time_store(resolution, 1);
	return 0;
}

int64_t
sys_gettimeofday(struct abi_timeval *time, void *zone)
{
	uint64_t ns = clock_realtime_ns();

	(void)zone;
	if (time) {
		time->seconds = (int64_t)(ns / NS_PER_SECOND);
		time->microseconds = (int64_t)(ns % NS_PER_SECOND / NS_PER_MICROSECOND);
	}
	return 0;
}

int64_t
sys_time(int64_t *result)
{
	int64_t seconds = (int64_t)(clock_realtime_ns() / NS_PER_SECOND);

	if (result)
		*result = seconds;
	return seconds;
}
