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
	case ABI_CLOCK_TAI: /* nobody reports leap seconds */
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
time_first_expiry(int64_t clock, const struct abi_timespec *value, bool absolute, uint64_t *at)
{
	uint64_t ns;

	if (time_load(value, &ns))
		return -EINVAL;
	*at = 0;
	if (!ns)
		return 0;
	return absolute ? time_deadline_at(clock, value, at) : time_deadline(value, at);
}

uint64_t
time_left(uint64_t at, uint64_t interval, uint64_t now)
{
	if (at > now)
		return at - now;
	return at && interval ? interval - (now - at) % interval : 0;
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

/* Sleeps for a time span; when a signal ends that, writes what is left of it. */
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

bool
time_clock_is_for_reading(int clock)
{
	return clock == ABI_CLOCK_REALTIME_COARSE || clock == ABI_CLOCK_MONOTONIC_COARSE ||
	       clock == ABI_CLOCK_MONOTONIC_RAW;
}

/*
 * Clocks of CPU time: the complement of an id, and below it three bits, of which one says that the
 * id is a thread's and the others what is counted, which is the same for all here.
 */
#define CPU_CLOCK(id, bits) ((int)(~(unsigned)(id) << 3 | (bits)))
#define CPU_CLOCK_ID(clock) ((int)~((unsigned)(clock) >> 3 | 7u << 29))
#define CPU_CLOCK_OF_THREAD 4
#define CPU_CLOCK_RUN 2
#define CPU_CLOCK_NONE 3 /* with the bit of a thread or not: not a clock of CPU time */

static bool
is_own_threads(int clock)
{
	int id = CPU_CLOCK_ID(clock);

	return (clock & CPU_CLOCK_OF_THREAD) && (!id || id == thread_current()->id);
}

/*
 * Sleeps until the program, or another of its threads, has run so long: looked at as soon as it can
 * be so.
 */
static int
sleep_by_cpu_time(int clock, bool absolute, const struct abi_timespec *time)
{
	uint64_t until, now;
	int result = clock < 0 && is_own_threads(clock) ? -EINVAL
							: time_read_cpu_clock(clock, &now);

	if (!result)
		result = time_load(time, &until);
	if (!result && !absolute && __builtin_add_overflow(until, now, &until))
		until = UINT64_MAX;
	while (!result && !(result = time_read_cpu_clock(clock, &now)) && now < until) {
		uint64_t least = (until - now) / cpu_count();

		result = time_sleep(clock_deadline_ns(MAX(least, NS_PER_MS)));
	}
	return result;
}

int64_t
sys_clock_nanosleep(int clock, int flags, const struct abi_timespec *time,
		    struct abi_timespec *left)
{
	uint64_t deadline, now;
	int result;

	if (clock == ABI_CLOCK_PROCESS_CPUTIME || clock < 0)
		return sleep_by_cpu_time(clock, flags & ABI_TIMER_ABSTIME, time);
	if (clock == ABI_CLOCK_THREAD_CPUTIME || time_clock_is_for_reading(clock))
		return -ENOTSUP;
	if (time_read_clock(clock, &now))
		return -EINVAL;
	if (!(flags & ABI_TIMER_ABSTIME))
		return sleep_for(time, left);
	result = time_deadline_at(clock, time, &deadline);
	return result ? result : time_sleep(deadline);
}

int
time_cpu_clock_of(int clock)
{
	if (clock != ABI_CLOCK_THREAD_CPUTIME)
		return clock;
	return CPU_CLOCK(thread_current()->id, CPU_CLOCK_OF_THREAD | CPU_CLOCK_RUN);
}

static int
read_run_time(struct thread *thread, void *ns)
{
	*(uint64_t *)ns = thread_run_time(thread);
	return 0;
}

int
time_read_cpu_clock(int clock, uint64_t *ns)
{
	int id = CPU_CLOCK_ID(clock);

	if (clock == ABI_CLOCK_THREAD_CPUTIME)
		return read_run_time(thread_current(), ns);
	if (clock != ABI_CLOCK_PROCESS_CPUTIME &&
	    (clock >= 0 || (clock & CPU_CLOCK_NONE) == CPU_CLOCK_NONE || id < 0))
		return -EINVAL;
	if (clock < 0 && (clock & CPU_CLOCK_OF_THREAD))
		return thread_with(id, read_run_time, ns) ? -EINVAL : 0;
	if (clock < 0 && id && id != PROCESS_ID)
		return -EINVAL;
	*ns = thread_run_time_all();
	return 0;
}

int64_t
sys_clock_gettime(int clock, struct abi_timespec *time)
{
	uint64_t ns;
	int result = time_read_clock(clock, &ns);

	if (result)
		result = time_read_cpu_clock(clock, &ns);
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

	if (time_read_clock(clock, &ns) && time_read_cpu_clock(clock, &ns))
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
