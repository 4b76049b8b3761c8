/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters to wait on: eventfd, which threads add to, and timerfd, which time does.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/threads/times.h"

#define COUNT_MAX (UINT64_MAX - 1)
#define ABI_EFD_SEMAPHORE 1
#define ABI_TFD_TIMER_ABSTIME 1

/* -- eventfd ----------------------------------------------------------------------------------- */

struct counter {
	uint64_t count;
	uint64_t changes;  /* how often it has changed */
	bool is_semaphore; /* read one at a time */
};

static struct pool event_states = {.size = sizeof(struct counter)};

static void
count_changed(struct counter *counter)
{
	__atomic_add_fetch(&counter->changes, 1, __ATOMIC_SEQ_CST);
	ready_changed();
}

static int64_t
event_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	struct counter *counter = file->state;

	(void)offset;
	if (size < sizeof(uint64_t))
		return -EINVAL;
	for (;;) {
		struct ready_state state;
		uint64_t count, taken;
		int result;

		ready_look(&state);
		count = __atomic_load_n(&counter->count, __ATOMIC_SEQ_CST);
		taken = counter->is_semaphore ? MIN(count, 1ULL) : count;
		if (count &&
		    __atomic_compare_exchange_n(&counter->count, &count, count - taken, false,
						__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
			memcpy(buffer, &taken, sizeof(taken));
			count_changed(counter);
			return sizeof(taken);
		}
		result = count ? 0 : ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

static int64_t
event_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	struct counter *counter = file->state;
	uint64_t add;

	(void)offset;
	if (size < sizeof(add))
		return -EINVAL;
	memcpy(&add, buffer, sizeof(add));
	if (add == UINT64_MAX)
		return -EINVAL;
	for (;;) {
		struct ready_state state;
		uint64_t count;
		bool fits;
		int result;

		ready_look(&state);
		count = __atomic_load_n(&counter->count, __ATOMIC_SEQ_CST);
		fits = add <= COUNT_MAX - count;
		if (fits && __atomic_compare_exchange_n(&counter->count, &count, count + add, false,
							__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
			count_changed(counter);
			return sizeof(add);
		}
		result = fits ? 0 : ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

static uint32_t
event_ready(struct file *file)
{
	const struct counter *counter = file->state;
	uint64_t count = READ_ONCE(counter->count);

	return (count ? ABI_POLLIN | ABI_POLLRDNORM : 0) |
	       (count < COUNT_MAX ? ABI_POLLOUT | ABI_POLLWRNORM : 0);
}

static uint64_t
event_activity(struct file *file)
{
	const struct counter *counter = file->state;

	return READ_ONCE(counter->changes);
}

static const struct file_operations event_operations = {
	.read = event_read,
	.write = event_write,
	.ready = event_ready,
	.activity = event_activity,
	.states = &event_states,
};

static int64_t
make_event(unsigned count, int flags)
{
	struct file *file;
	struct counter *counter;

	if (flags & ~(ABI_EFD_SEMAPHORE | ABI_O_CLOEXEC | ABI_O_NONBLOCK))
		return -EINVAL;
	file = file_make(&event_operations,
			 ABI_O_RDWR | ((uint32_t)flags & ~(uint32_t)ABI_EFD_SEMAPHORE), NULL);
	if (!file)
		return -ENOMEM;
	counter = file->state;
	counter->count = count;
	counter->is_semaphore = flags & ABI_EFD_SEMAPHORE;
	return descriptor_add_new(file, flags);
}

int64_t
sys_eventfd(unsigned count)
{
	return make_event(count, 0);
}

int64_t
sys_eventfd2(unsigned count, int flags)
{
	return make_event(count, flags);
}

/* -- timerfd ----------------------------------------------------------------------------------- */

/* Under timer_lock. */
struct timer {
	uint64_t at;	   /* the next expiry, in clock_ns() time; 0: none */
	uint64_t interval; /* ns; 0: once */
	int clock;	   /* of absolute times */
};

static struct spinlock timer_lock = SPINLOCK_INIT;
static struct pool timers = {.size = sizeof(struct timer)};

/* The expiry that is `count` intervals after the next; none when that is beyond the clock's end. */
static uint64_t
expiry_after(const struct timer *timer, uint64_t count)
{
	uint64_t span, at;

	if (__builtin_mul_overflow(count, timer->interval, &span) ||
	    __builtin_add_overflow(timer->at, span, &at))
		return THREAD_NO_DEADLINE;
	return at;
}

/* Expiries that have passed and were not read yet; `take` counts them as read. */
static uint64_t
expiries(struct timer *timer, bool take)
{
	uint64_t flags = spin_lock(&timer_lock);
	uint64_t now = clock_ns(), count = 0;

	if (timer->at && now >= timer->at) {
		count = 1 + (timer->interval ? (now - timer->at) / timer->interval : 0);
		if (take)
			timer->at = timer->interval ? expiry_after(timer, count) : 0;
	}
	spin_unlock(&timer_lock, flags);
	return count;
}

static int64_t
timer_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	(void)offset;
	if (size < sizeof(uint64_t))
		return -EINVAL;
	for (;;) {
		struct ready_state state;
		uint64_t count;
		int result;

		ready_look(&state);
		count = expiries(file->state, true);
		if (count) {
			memcpy(buffer, &count, sizeof(count));
			return sizeof(count);
		}
		result = ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

static uint32_t
timer_ready(struct file *file)
{
	return expiries(file->state, false) ? ABI_POLLIN | ABI_POLLRDNORM : 0;
}

static uint64_t
timer_next(struct file *file)
{
	const struct timer *timer = file->state;
	uint64_t at = READ_ONCE(timer->at);

	return at ? at : THREAD_NO_DEADLINE;
}

static uint64_t
timer_activity(struct file *file)
{
	const struct timer *timer = file->state;

	return READ_ONCE(timer->at) + expiries(file->state, false);
}

static const struct file_operations timer_operations = {
	.read = timer_read,
	.ready = timer_ready,
	.next = timer_next,
	.activity = timer_activity,
	.states = &timers,
};

int64_t
sys_timerfd_create(int clock, int flags)
{
	struct file *file;
	uint64_t ns;

	if (time_read_clock(clock, &ns) || (flags & ~(ABI_O_CLOEXEC | ABI_O_NONBLOCK)))
		return -EINVAL;
	file = file_make(&timer_operations, ABI_O_RDWR | (uint32_t)flags, NULL);
	if (!file)
		return -ENOMEM;
	((struct timer *)file->state)->clock = clock;
	return descriptor_add_new(file, flags);
}

static void
tell_timer(const struct timer *timer, struct abi_itimerspec *to)
{
	uint64_t now = clock_ns();

	time_store(&to->interval, timer->interval);
	time_store(&to->value, timer->at > now ? timer->at - now : !!timer->at);
}

/* When the timer first expires: 0 switches it off. */
static int
first_expiry(int64_t clock, const struct abi_itimerspec *new, bool absolute, uint64_t *at)
{
	uint64_t value;

	if (time_load(&new->value, &value))
		return -EINVAL;
	*at = 0;
	if (!value)
		return 0;
	return absolute ? time_deadline_at(clock, &new->value, at)
			: time_deadline(&new->value, at);
}

/* Tells what a timer was, and sets it. */
static int64_t
change_timer(struct timer *timer, const struct abi_itimerspec *new, bool absolute,
	     struct abi_itimerspec *old)
{
	uint64_t at = 0, interval = 0, flags;

	if (new && (first_expiry(timer->clock, new, absolute, &at) ||
		    time_load(&new->interval, &interval)))
		return -EINVAL;
	flags = spin_lock(&timer_lock);
	if (old)
		tell_timer(timer, old);
	if (new) {
		timer->at = at;
		timer->interval = interval;
	}
	spin_unlock(&timer_lock, flags);
	return 0;
}

static int64_t
with_timer(int descriptor, const struct abi_itimerspec *new, bool absolute,
	   struct abi_itimerspec *old)
{
	struct file *file = file_get(descriptor);
	int64_t result = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->operations == &timer_operations)
		result = change_timer(file->state, new, absolute, old);
	file_put(file);
	ready_changed();
	return result;
}

int64_t
sys_timerfd_settime(int descriptor, int flags, const struct abi_itimerspec *new,
		    struct abi_itimerspec *old)
{
	return with_timer(descriptor, new, flags & ABI_TFD_TIMER_ABSTIME, old);
}

int64_t
sys_timerfd_gettime(int descriptor, struct abi_itimerspec *current)
{
	return with_timer(descriptor, NULL, false, current);
}
