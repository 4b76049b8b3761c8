/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * When it expires its signal is sent, and it is not started again until that has been taken: what
 * has passed by then is its overrun (POSIX.1-2017 timer_getoverrun()). So a signal that is held
 * back, or whose handler is slow, costs no interrupts, however short the interval.
 *
 * A clock of CPU time cannot be waited for: it is looked at when it may be that far at the
 * earliest, with all CPUs running, but not more often than each LOOK_AGAIN. Only the control CPU is
 * interrupted for that.
 */
#include "libc/events/clock_timer.h"

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/spinlock.h"
#include "kernel/time/clock.h"
#include "libc/threads/times.h"

#define LOOK_AGAIN NS_PER_MS /* also of one whose signal is ignored */

/* Within it the table of threads' lock may be taken. */
static struct spinlock clock_timer_lock = SPINLOCK_INIT;

static bool
is_of_cpu_time(const struct clock_timer *timer)
{
	return timer->clock < 0 || timer->clock == ABI_CLOCK_PROCESS_CPUTIME;
}

/* The clock's time: of all but CPU time clock_ns(). That of a thread that has ended is 0. */
static uint64_t
now_of(const struct clock_timer *timer)
{
	uint64_t ns;

	if (!is_of_cpu_time(timer))
		return clock_ns();
	return time_read_cpu_clock(timer->clock, &ns) ? 0 : ns;
}

/* Expiries that are behind the next one. */
static uint64_t
clock_timer_passed(const struct clock_timer *timer, uint64_t now)
{
	return timer->interval && now > timer->at ? (now - timer->at) / timer->interval : 0;
}

/* Has it looked at when it may be due, but not before a time. */
static void
arm_clock_timer(struct clock_timer *timer, uint64_t earliest)
{
	uint64_t at = timer->at, now;

	spin_assert_held(&clock_timer_lock);
	if (!at || timer->pending || !timer->info.signal) {
		timer_set(&timer->timer, THREAD_NO_DEADLINE);
		return;
	}
	if (is_of_cpu_time(timer)) {
		now = now_of(timer);
		at = time_from_now(MAX(at > now ? (at - now) / cpu_count() : 0, LOOK_AGAIN));
	}
	timer_set(&timer->timer, MAX(at, earliest));
}

/* Goes on behind what has been delivered, or lost. */
static void
advance_clock_timer(struct clock_timer *timer, uint64_t earliest)
{
	uint64_t missed = clock_timer_passed(timer, now_of(timer));

	spin_assert_held(&clock_timer_lock);
	timer->overrun = (uint32_t)MIN(missed, (uint64_t)INT32_MAX);
	timer->at = timer->interval ? timer->at + (missed + 1) * timer->interval : 0;
	arm_clock_timer(timer, earliest);
}

/* The hook of its signal. */
static bool
taken(struct signal_entry *entry, struct abi_siginfo *info)
{
	struct clock_timer *timer = CONTAINER_OF(entry, struct clock_timer, entry);
	uint64_t flags = spin_lock(&clock_timer_lock);
	bool delivered = info && !timer->stale;

	timer->pending = false;
	if (timer->stale)
		arm_clock_timer(timer, 0);
	else
		advance_clock_timer(timer, info ? 0 : clock_deadline_ns(LOOK_AGAIN));
	timer->stale = false;
	if (delivered && info->code == ABI_SI_TIMER)
		info->user = timer->overrun;
	spin_unlock(&clock_timer_lock, flags);
	return delivered;
}

static int
signal_thread(struct thread *thread, void *argument)
{
	struct clock_timer *timer = argument;

	return signal_send_info(thread, &timer->info, &timer->entry);
}

static void
expire_clock_timer(struct timer *kernel_timer)
{
	struct clock_timer *timer = CONTAINER_OF(kernel_timer, struct clock_timer, timer);
	uint64_t flags = spin_lock(&clock_timer_lock);
	bool due = timer->at && !timer->pending && now_of(timer) >= timer->at;
	int result = 0;

	if (due)
		timer->pending = true;
	else
		arm_clock_timer(timer, 0);
	spin_unlock(&clock_timer_lock, flags);
	if (due && timer->thread)
		result = thread_with(timer->thread, signal_thread, timer);
	else if (due)
		result = signal_send_program_info(&timer->info, &timer->entry);
	if (!result)
		return;
	flags = spin_lock(&clock_timer_lock);
	timer->pending = false;
	if (timer->stale)
		arm_clock_timer(timer, 0);
	else if (result == -ESRCH)
		timer->at = 0;
	else
		advance_clock_timer(timer, clock_deadline_ns(LOOK_AGAIN));
	timer->stale = false;
	spin_unlock(&clock_timer_lock, flags);
}

int
clock_timer_init(struct clock_timer *timer, int clock)
{
	uint64_t ns;

	clock = time_cpu_clock_of(clock);
	if (time_read_clock(clock, &ns) && time_read_cpu_clock(clock, &ns))
		return -EINVAL;
	timer->clock = clock;
	timer->timer.expire = expire_clock_timer;
	timer->entry.taken = taken;
	return 0;
}

/* An expiry that has not been delivered yet leaves the least there is, as on Linux. */
static void
show_current(const struct clock_timer *timer, struct abi_itimerspec *current)
{
	uint64_t left = time_left(timer->at, timer->interval, now_of(timer));

	spin_assert_held(&clock_timer_lock);
	if (!left && timer->at && timer->info.signal)
		left = 1;
	time_store(&current->value, left);
	time_store(&current->interval, timer->interval);
}

/* When it is to expire first: in its clock's time, or for those of clock_ns() in that. */
static int
first_expiry(const struct clock_timer *timer, const struct abi_timespec *value, bool absolute,
	     uint64_t *at)
{
	uint64_t ns;

	if (!is_of_cpu_time(timer))
		return time_first_expiry(timer->clock, value, absolute, at);
	if (time_load(value, &ns))
		return -EINVAL;
	*at = absolute || !ns ? ns : MIN(now_of(timer) + ns, INT64_MAX);
	return 0;
}

int
clock_timer_set(struct clock_timer *timer, const struct abi_itimerspec *new, bool absolute,
		struct abi_itimerspec *old)
{
	uint64_t at, interval, flags;
	struct abi_itimerspec before;

	if (first_expiry(timer, &new->value, absolute, &at) || time_load(&new->interval, &interval))
		return -EINVAL;
	flags = spin_lock(&clock_timer_lock);
	show_current(timer, &before);
	timer->at = at;
	timer->interval = at ? interval : 0;
	timer->overrun = 0;
	timer->stale = timer->pending;
	arm_clock_timer(timer, 0);
	spin_unlock(&clock_timer_lock, flags);
	if (old)
		*old = before;
	return 0;
}

void
clock_timer_get(struct clock_timer *timer, struct abi_itimerspec *current)
{
	struct abi_itimerspec now;
	uint64_t flags = spin_lock(&clock_timer_lock);

	show_current(timer, &now);
	spin_unlock(&clock_timer_lock, flags);
	*current = now;
}
