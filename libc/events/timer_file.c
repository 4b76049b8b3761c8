/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * timerfd: the times that have come are counted until somebody reads them. A timer that has expired
 * is not started again before: what passes until then is counted by the clock. Whoever sees
 * first that it has expired, its interrupt or by the clock, marks it for those who watch: once.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/thread/timer.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/pieces.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/threads/times.h"

#define ABI_TFD_TIMER_ABSTIME 1
#define ABI_TFD_TIMER_CANCEL_ON_SET 2 /* nobody sets the clock */

/* Stays one for ever: its file is gone, and it is used again. Under timer_lock. */
struct timer_file {
	struct timer timer;
	uint64_t at;	   /* the next expiry, in clock_ns() time; 0: none */
	uint64_t interval; /* ns; 0: once */
	uint64_t count;	   /* expiries before that which were not read */
	bool expired;	   /* the next one has come, and was marked; it is not counted yet */
	int clock;	   /* of absolute times */
	struct ready_source source;
	struct timer_file *next_free;
};

static struct spinlock timer_lock = SPINLOCK_INIT;
static struct pool timer_files = {.size = sizeof(struct timer_file)};
static struct timer_file *free_timers;

/* Expiries that the clock is past, the one at `at` counted. */
static uint64_t
timer_file_passed(const struct timer_file *timer, uint64_t now)
{
	spin_assert_held(&timer_lock);
	if (!timer->at || now < timer->at)
		return 0;
	return 1 + (timer->interval ? (now - timer->at) / timer->interval : 0);
}

static void
arm_timer_file(struct timer_file *timer)
{
	spin_assert_held(&timer_lock);
	timer_set(&timer->timer, timer->at ? timer->at : THREAD_NO_DEADLINE);
}

/* Marks an expiry, once. Returns whether it was not. */
static bool
mark_expired(struct timer_file *timer)
{
	bool first = !timer->expired;

	spin_assert_held(&timer_lock);
	timer->expired = true;
	if (first)
		ready_mark(&timer->source, ABI_POLLIN);
	return first;
}

/*
 * Counts what has passed, and starts the timer for what comes next. Returns whether ready_changed()
 * is due: where this comes before the timer's interrupt, that finds nothing left to mark.
 */
static bool
count_passed(struct timer_file *timer)
{
	uint64_t count = timer_file_passed(timer, clock_ns()), span;
	bool marked;

	spin_assert_held(&timer_lock);
	/* (What another CPU has marked has come, however near this one's clock is to it.) */
	if (!count && timer->expired)
		count = 1;
	if (!count)
		return false;
	marked = mark_expired(timer);
	timer->expired = false;
	timer->count += count;
	if (!timer->interval)
		timer->at = 0;
	else if (__builtin_mul_overflow(count, timer->interval, &span) ||
		 __builtin_add_overflow(timer->at, span, &timer->at))
		timer->at = THREAD_NO_DEADLINE;
	arm_timer_file(timer);
	return marked;
}

/* It may have been set anew, or be another file's by now. */
static void
expire_timer_file(struct timer *kernel_timer)
{
	struct timer_file *timer = CONTAINER_OF(kernel_timer, struct timer_file, timer);
	uint64_t flags = spin_lock(&timer_lock);
	bool due = timer_file_passed(timer, clock_ns());

	if (due)
		mark_expired(timer);
	else
		arm_timer_file(timer);
	spin_unlock(&timer_lock, flags);
	if (due)
		ready_changed_anywhere();
}

/* Takes the expiries that were not read yet. */
static uint64_t
take_count(struct timer_file *timer)
{
	uint64_t flags = spin_lock(&timer_lock), count;
	bool marked = count_passed(timer);

	count = timer->count;
	timer->count = 0;
	spin_unlock(&timer_lock, flags);
	if (marked)
		ready_changed();
	return count;
}

static int64_t
timer_read_vector(struct file *file, const struct abi_iovec *vector, uint64_t vectors)
{
	struct pieces pieces = {vector, vectors, 0};

	if (pieces_size(&pieces) < (int64_t)sizeof(uint64_t))
		return -EINVAL;
	for (;;) {
		struct ready_state state;
		uint64_t count;
		int result;

		ready_look(&state);
		count = take_count(file->state);
		if (count) {
			pieces_into(&pieces, &count, sizeof(count));
			return sizeof(count);
		}
		result = ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

static int64_t
timer_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	struct abi_iovec piece = {buffer, size};

	(void)offset;
	return timer_read_vector(file, &piece, 1);
}

static uint32_t
timer_ready(struct file *file)
{
	struct timer_file *timer = file->state;
	uint64_t flags = spin_lock(&timer_lock);
	bool any;

	if (timer_file_passed(timer, clock_ns()))
		mark_expired(timer);
	any = timer->count || timer->expired;
	spin_unlock(&timer_lock, flags);
	return any ? ABI_POLLIN : 0;
}

static struct ready_source *
timer_source(struct file *file)
{
	return &((struct timer_file *)file->state)->source;
}

static struct timer_file *
take_timer(int clock)
{
	uint64_t flags = spin_lock(&timer_lock);
	struct timer_file *timer = free_timers;

	if (timer)
		free_timers = timer->next_free;
	else
		timer = pool_take(&timer_files);
	if (timer) {
		timer->timer.expire = expire_timer_file;
		timer->at = timer->interval = timer->count = 0;
		timer->expired = false;
		timer->clock = clock;
	}
	spin_unlock(&timer_lock, flags);
	return timer;
}

static void
give_timer(struct timer_file *timer)
{
	uint64_t flags = spin_lock(&timer_lock);

	timer->at = 0;
	arm_timer_file(timer);
	timer->next_free = free_timers;
	free_timers = timer;
	spin_unlock(&timer_lock, flags);
}

static void
timer_close(struct file *file)
{
	give_timer(file->state);
}

static const struct file_operations timer_operations = {
	.read = timer_read,
	.read_vector = timer_read_vector,
	.ready = timer_ready,
	.source = timer_source,
	.close = timer_close,
	.at_start = true,
};

int64_t
sys_timerfd_create(int clock, int flags)
{
	struct timer_file *timer;
	struct file *file;
	uint64_t ns;

	if (time_read_clock(clock, &ns) || (flags & ~(ABI_O_CLOEXEC | ABI_O_NONBLOCK)))
		return -EINVAL;
	timer = take_timer(clock);
	if (!timer)
		return -ENOMEM;
	file = file_make(&timer_operations, ABI_O_RDWR | (uint32_t)flags, NULL);
	if (file)
		file->state = timer;
	else
		give_timer(timer);
	return descriptor_add_new(file, flags);
}

/* -- Setting ----------------------------------------------------------------------------------- */

/* What is left of the time to the next expiry: 0 also of one that has expired for good. */
static void
store_timer(const struct timer_file *timer, struct abi_itimerspec *to)
{
	spin_assert_held(&timer_lock);
	time_store(&to->interval, timer->interval);
	time_store(&to->value, time_left(timer->at, timer->interval, clock_ns()));
}

/* Writes what a timer was, and sets it. */
static int64_t
set_timer(struct timer_file *timer, const struct abi_itimerspec *new, bool absolute,
	  struct abi_itimerspec *old)
{
	struct abi_itimerspec before;
	uint64_t at, interval, flags;

	if (time_first_expiry(timer->clock, &new->value, absolute, &at) ||
	    time_load(&new->interval, &interval))
		return -EINVAL;
	flags = spin_lock(&timer_lock);
	store_timer(timer, &before);
	timer->at = at;
	timer->interval = interval;
	timer->count = 0;
	timer->expired = false;
	arm_timer_file(timer);
	spin_unlock(&timer_lock, flags);
	if (old)
		*old = before;
	return 0;
}

static void
get_timer(struct timer_file *timer, struct abi_itimerspec *current)
{
	struct abi_itimerspec now;
	uint64_t flags = spin_lock(&timer_lock);
	bool marked = count_passed(timer);

	store_timer(timer, &now);
	spin_unlock(&timer_lock, flags);
	if (marked)
		ready_changed();
	*current = now;
}

/* The open file of a descriptor, held, if it is a timer; NULL and *error if not. */
static struct file *
get_timer_file(int descriptor, int64_t *error)
{
	struct file *file = file_get(descriptor);

	*error = file ? -EINVAL : -EBADF;
	if (!file || file->operations == &timer_operations)
		return file;
	file_put(file);
	return NULL;
}

int64_t
sys_timerfd_settime(int descriptor, int flags, const struct abi_itimerspec *new,
		    struct abi_itimerspec *old)
{
	int64_t result;
	uint64_t ns;
	struct file *file;

	if ((flags & ~(ABI_TFD_TIMER_ABSTIME | ABI_TFD_TIMER_CANCEL_ON_SET)) ||
	    time_load(&new->value, &ns) || time_load(&new->interval, &ns))
		return -EINVAL;
	file = get_timer_file(descriptor, &result);
	if (!file)
		return result;
	result = set_timer(file->state, new, flags & ABI_TFD_TIMER_ABSTIME, old);
	file_put(file);
	return result;
}

int64_t
sys_timerfd_gettime(int descriptor, struct abi_itimerspec *current)
{
	int64_t result;
	struct file *file = get_timer_file(descriptor, &result);

	if (!file)
		return result;
	get_timer(file->state, current);
	file_put(file);
	return 0;
}
