/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * setitimer(), and alarm(): three timers that the program has, of which two count CPU time. The
 * kernel's part of that is not counted apart, so that both count the same.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/spinlock.h"
#include "libc/base/syscall.h"
#include "libc/events/clock_timer.h"

#define ABI_ITIMER_REAL 0
#define TIMERS 3

struct abi_itimerval {
	struct abi_timeval interval, value;
};
_Static_assert(sizeof(struct abi_itimerval) == sizeof(struct abi_itimerspec), "struct itimerval");

/* REAL, VIRTUAL, PROF. */
static const struct {
	int clock, signal;
} interval_kinds[TIMERS] = {
	{ABI_CLOCK_MONOTONIC, ABI_SIGALRM},
	{ABI_CLOCK_PROCESS_CPUTIME, ABI_SIGVTALRM},
	{ABI_CLOCK_PROCESS_CPUTIME, ABI_SIGPROF},
};

static struct spinlock interval_lock = SPINLOCK_INIT;
static struct clock_timer interval_timers[TIMERS];

/* A timer, made when it is asked for first. */
static struct clock_timer *
interval_timer_of(int which)
{
	struct clock_timer *timer = &interval_timers[which];
	uint64_t flags = spin_lock(&interval_lock);

	if (!timer->info.signal) {
		clock_timer_init(timer, interval_kinds[which].clock);
		timer->info = (struct abi_siginfo){.signal = interval_kinds[which].signal,
						   .code = ABI_SI_KERNEL};
	}
	spin_unlock(&interval_lock, flags);
	return timer;
}

/* A time of which the microseconds are a part of a second becomes one with nanoseconds. */
static int
load_timeval(const struct abi_timeval *from, struct abi_timespec *to)
{
	if (from->seconds < 0 || from->microseconds < 0 || from->microseconds >= 1000000)
		return -EINVAL;
	*to = (struct abi_timespec){from->seconds, from->microseconds * (int64_t)NS_PER_US};
	return 0;
}

/* Rounded up, so that what runs never shows nothing left. */
static void
store_itimerval(const struct abi_itimerspec *from, struct abi_itimerval *to)
{
	int64_t up = from->value.nanoseconds + (int64_t)NS_PER_US - 1;

	to->interval.seconds = from->interval.seconds;
	to->interval.microseconds = from->interval.nanoseconds / (int64_t)NS_PER_US;
	to->value.seconds = from->value.seconds + up / (int64_t)NS_PER_SECOND;
	to->value.microseconds = up % (int64_t)NS_PER_SECOND / (int64_t)NS_PER_US;
}

int64_t
sys_getitimer(int which, struct abi_itimerval *current)
{
	struct abi_itimerspec left;

	if (which < 0 || which >= TIMERS)
		return -EINVAL;
	clock_timer_get(interval_timer_of(which), &left);
	store_itimerval(&left, current);
	return 0;
}

/* Without a new value it is stopped, as on Linux. */
int64_t
sys_setitimer(int which, const struct abi_itimerval *new, struct abi_itimerval *old)
{
	struct abi_itimerspec wanted = {{0, 0}, {0, 0}}, left;

	if (which < 0 || which >= TIMERS ||
	    (new && (load_timeval(&new->value, &wanted.value) ||
		     load_timeval(&new->interval, &wanted.interval))))
		return -EINVAL;
	if (clock_timer_set(interval_timer_of(which), &wanted, false, &left))
		return -EINVAL;
	if (old)
		store_itimerval(&left, old);
	return 0;
}

/* Returns the seconds that were left, at least 1 when there was something. */
int64_t
sys_alarm(unsigned seconds)
{
	struct abi_itimerspec wanted = {{0, 0}, {seconds, 0}}, left;

	clock_timer_set(interval_timer_of(ABI_ITIMER_REAL), &wanted, false, &left);
	if (left.value.nanoseconds >= (int64_t)NS_PER_SECOND / 2 ||
	    (!left.value.seconds && left.value.nanoseconds))
		left.value.seconds++;
	return left.value.seconds;
}
