/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters to wait on: eventfd, which threads add to, and timerfd, which time does.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/threads/times.h"

#define COUNT_MAX (UINT64_MAX - 1)
#define ABI_EFD_SEMAPHORE 1
#define ABI_TFD_TIMER_ABSTIME 1

struct abi_itimerspec {
	struct abi_timespec interval, value;
};

/*
 * -- eventfd: file->argument is the count, file->size whether it is a semaphore, file->offset how
 * often the count has changed
 */

static void
count_changed(struct file *file)
{
	__atomic_add_fetch(&file->offset, 1, __ATOMIC_SEQ_CST);
	ready_changed();
}

static int64_t
event_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	(void)offset;
	if (size < sizeof(uint64_t))
		return -EINVAL;
	for (;;) {
		struct ready_state state;
		uint64_t count, taken;
		int result;

		ready_look(&state);
		count = __atomic_load_n(&file->argument, __ATOMIC_SEQ_CST);
		taken = file->size ? MIN(count, 1ULL) : count;
		if (count &&
		    __atomic_compare_exchange_n(&file->argument, &count, count - taken, false,
						__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
			memcpy(buffer, &taken, sizeof(taken));
			count_changed(file);
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
		count = __atomic_load_n(&file->argument, __ATOMIC_SEQ_CST);
		fits = add <= COUNT_MAX - count;
		if (fits && __atomic_compare_exchange_n(&file->argument, &count, count + add, false,
							__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
			count_changed(file);
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
	uint64_t count = READ_ONCE(file->argument);

	return (count ? ABI_POLLIN | ABI_POLLRDNORM : 0) |
	       (count < COUNT_MAX ? ABI_POLLOUT | ABI_POLLWRNORM : 0);
}

static uint64_t
event_activity(struct file *file)
{
	return READ_ONCE(file->offset);
}

static const struct file_operations event_operations = {
	.read = event_read,
	.write = event_write,
	.ready = event_ready,
	.activity = event_activity,
};

/* Gives a new file a descriptor; flags are ABI_O_CLOEXEC and ABI_O_NONBLOCK. */
static int64_t
add_file(const struct file_operations *operations, uint64_t offset, uint64_t argument,
	 uint64_t size, int flags)
{
	struct file *file = file_make(operations, ABI_O_RDWR | (uint32_t)flags, NULL);
	int result;

	if (!file)
		return -ENOMEM;
	file->offset = offset;
	file->argument = argument;
	file->size = size;
	result = descriptor_add(file, 0, flags & ABI_O_CLOEXEC);
	if (result < 0)
		file_put(file);
	return result;
}

static int64_t
make_event(unsigned count, int flags)
{
	int semaphore = flags & ABI_EFD_SEMAPHORE;

	if (flags & ~(ABI_EFD_SEMAPHORE | ABI_O_CLOEXEC | ABI_O_NONBLOCK))
		return -EINVAL;
	return add_file(&event_operations, 0, count, (uint64_t)semaphore, flags & ~semaphore);
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

/*
 * -- timerfd: file->argument is the next expiry in clock_ns() time (0: none), file->size the
 * interval, file->offset the clock of absolute times
 */

static struct spinlock timer_lock = SPINLOCK_INIT;

/* The expiry that is `count` intervals after the next; none when that is beyond the clock's end. */
static uint64_t
expiry_after(const struct file *file, uint64_t count)
{
	uint64_t span, at;

	if (__builtin_mul_overflow(count, file->size, &span) ||
	    __builtin_add_overflow(file->argument, span, &at))
		return THREAD_NO_DEADLINE;
	return at;
}

/* Expiries that have passed and were not read yet; `take` counts them as read. */
static uint64_t
expiries(struct file *file, bool take)
{
	uint64_t flags = spin_lock(&timer_lock);
	uint64_t now = clock_ns(), count = 0;

	if (file->argument && now >= file->argument) {
		count = 1 + (file->size ? (now - file->argument) / file->size : 0);
		if (take)
			file->argument = file->size ? expiry_after(file, count) : 0;
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
		count = expiries(file, true);
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
	return expiries(file, false) ? ABI_POLLIN | ABI_POLLRDNORM : 0;
}

static uint64_t
timer_next(struct file *file)
{
	uint64_t at = READ_ONCE(file->argument);

	return at ? at : THREAD_NO_DEADLINE;
}

static uint64_t
timer_activity(struct file *file)
{
	return READ_ONCE(file->argument) + expiries(file, false);
}

static const struct file_operations timer_operations = {
	.read = timer_read,
	.ready = timer_ready,
	.next = timer_next,
	.activity = timer_activity,
};

int64_t
sys_timerfd_create(int clock, int flags)
{
	uint64_t ns;

	if (time_read_clock(clock, &ns) || (flags & ~(ABI_O_CLOEXEC | ABI_O_NONBLOCK)))
		return -EINVAL;
	return add_file(&timer_operations, (uint64_t)clock, 0, 0, flags);
}

static void
tell_timer(const struct file *file, struct abi_itimerspec *to)
{
	uint64_t now = clock_ns();

	time_store(&to->interval, file->size);
	time_store(&to->value, file->argument > now ? file->argument - now : !!file->argument);
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

static int64_t
with_timer(int descriptor, const struct abi_itimerspec *new, bool absolute,
	   struct abi_itimerspec *old)
{
	struct file *file = file_get(descriptor);
	uint64_t at = 0, interval = 0, flags;
	int64_t result = 0;

	if (!file)
		return -EBADF;
	if (file->operations != &timer_operations)
		result = -EINVAL;
	else if (new && (first_expiry((int64_t)file->offset, new, absolute, &at) ||
			 time_load(&new->interval, &interval)))
		result = -EINVAL;
	flags = spin_lock(&timer_lock);
	if (!result && old)
		tell_timer(file, old);
	if (!result && new) {
		file->argument = at;
		file->size = interval;
	}
	spin_unlock(&timer_lock, flags);
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
