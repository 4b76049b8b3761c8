/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * timer_create() and its relatives. A timer is known by its place in a list, from which nothing is
 * ever taken: one that is deleted is used again, as soon as no signal of it is pending.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/spinlock.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/events/clock_timer.h"
#include "libc/threads/times.h"

#define TIMERS_MAX 4096
struct posix_timer {
	struct clock_timer timer;
	struct posix_timer *next;
	int id;
	bool used;
};

static struct spinlock posix_timer_lock = SPINLOCK_INIT;
static struct pool posix_timers = {.size = sizeof(struct posix_timer)};
static struct posix_timer *first_timer;
static int timer_count;

static struct clock_timer *
find_timer(int id)
{
	uint64_t flags = spin_lock(&posix_timer_lock);
	struct posix_timer *timer = first_timer;

	while (timer && (timer->id != id || !timer->used))
		timer = timer->next;
	spin_unlock(&posix_timer_lock, flags);
	return timer ? &timer->timer : NULL;
}

/* One that is free, now used; NULL when there is no memory, or there are too many. */
static struct posix_timer *
take_free(void)
{
	uint64_t flags = spin_lock(&posix_timer_lock);
	struct posix_timer *timer = first_timer;

	while (timer && (timer->used || READ_ONCE(timer->timer.pending)))
		timer = timer->next;
	if (!timer && timer_count < TIMERS_MAX)
		timer = pool_take(&posix_timers);
	if (timer && !timer->timer.timer.expire) {
		timer->id = timer_count++;
		timer->next = first_timer;
		first_timer = timer;
	}
	if (timer)
		timer->used = true;
	spin_unlock(&posix_timer_lock, flags);
	return timer;
}

static int
check_event(const struct abi_sigevent *event)
{
	switch (event->notify) {
	case ABI_SIGEV_NONE:
		return 0;
	case ABI_SIGEV_THREAD_ID:
		if (event->thread <= 0 || !thread_exists(event->thread))
			return -EINVAL;
		break;
	case ABI_SIGEV_SIGNAL:
	case ABI_SIGEV_THREAD:
		break;
	default:
		return -EINVAL;
	}
	return event->signal < 1 || event->signal > ABI_SIGNALS ? -EINVAL : 0;
}

int64_t
sys_timer_create(int clock, const struct abi_sigevent *event, int32_t *id)
{
	struct abi_sigevent wanted = {.signal = ABI_SIGALRM};
	struct clock_timer probe = {.clock = 0};
	struct posix_timer *timer;

	if (time_clock_is_for_reading(clock))
		return -ENOTSUP;
	if (event)
		wanted = *event;
	if (clock_timer_init(&probe, clock) || check_event(&wanted))
		return -EINVAL;
	timer = take_free();
	if (!timer)
		return -EAGAIN;
	clock_timer_init(&timer->timer, clock);
	timer->timer.info = (struct abi_siginfo){
		.signal = wanted.notify == ABI_SIGEV_NONE ? 0 : wanted.signal,
		.code = ABI_SI_TIMER,
		.process = timer->id,
		.value = event ? wanted.value : (uint64_t)timer->id,
	};
	timer->timer.thread = wanted.notify == ABI_SIGEV_THREAD_ID ? wanted.thread : 0;
	*id = timer->id;
	return 0;
}

int64_t
sys_timer_settime(int id, int flags, const struct abi_itimerspec *new, struct abi_itimerspec *old)
{
	struct clock_timer *timer = find_timer(id);

	if (!timer || !new)
		return -EINVAL;
	return clock_timer_set(timer, new, flags & ABI_TIMER_ABSTIME, old);
}

int64_t
sys_timer_gettime(int id, struct abi_itimerspec *current)
{
	struct clock_timer *timer = find_timer(id);

	if (!timer)
		return -EINVAL;
	clock_timer_get(timer, current);
	return 0;
}

int64_t
sys_timer_getoverrun(int id)
{
	struct clock_timer *timer = find_timer(id);

	return timer ? (int64_t)READ_ONCE(timer->overrun) : -EINVAL;
}

int64_t
sys_timer_delete(int id)
{
	struct abi_itimerspec never = {{0, 0}, {0, 0}};
	struct clock_timer *timer = find_timer(id);
	struct posix_timer *whole;

	if (!timer)
		return -EINVAL;
	whole = CONTAINER_OF(timer, struct posix_timer, timer);
	clock_timer_set(timer, &never, false, NULL);
	WRITE_ONCE(whole->used, false);
	return 0;
}
