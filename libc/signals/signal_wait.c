/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Taking signals without a handler: sigwait() and its like, and signalfd. What was sent to the
 * program while all threads held it back lies with one of them, and is anybody's.
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
#include "libc/signals/signal.h"
#include "libc/threads/task.h"
#include "libc/threads/times.h"

/* A siginfo structure, and that of a signalfd, as far as they are filled here. */
struct abi_signalfd_siginfo {
	uint32_t signal;
	int32_t error, code;
	uint32_t process, user;
	uint8_t rest[108];
};
_Static_assert(sizeof(struct abi_signalfd_siginfo) == 128, "struct signalfd_siginfo");

struct search {
	uint64_t wanted;
	bool take;
	int signal; /* found */
};

/* Finds, and takes with search->take, a signal that is pending with a thread. */
static int
search_thread(struct thread *thread, void *argument)
{
	struct search *search = argument;
	uint64_t found = READ_ONCE(thread->events.pending) & search->wanted;
	uint64_t bit;

	if (thread != thread_current())
		found &= READ_ONCE(task_of(thread)->program_signals) & thread->events.held;
	if (!found)
		return 0;
	bit = found & -found;
	if (search->take) {
		if (!(__atomic_fetch_and(&thread->events.pending, ~bit, __ATOMIC_ACQUIRE) & bit))
			return 0; /* another thread was quicker */
		__atomic_fetch_and(&task_of(thread)->program_signals, ~bit, __ATOMIC_RELAXED);
	}
	search->signal = __builtin_ctzll(bit) + 1;
	return 1;
}

/* The signal of a set that the calling thread may take; 0 when there is none. */
static int
find_pending(uint64_t wanted, bool take)
{
	struct search search = {.wanted = wanted, .take = take};

	if (!search_thread(thread_current(), &search))
		thread_for_each(search_thread, &search);
	return search.signal;
}

/* Waits for a signal of a set. Returns it, -EAGAIN at the deadline, or -EINTR. */
static int64_t
wait_for_signal(uint64_t wanted, uint64_t deadline)
{
	struct thread *self = thread_current();
	int64_t result;

	WRITE_ONCE(task_of(self)->awaited_signals, wanted);
	for (;;) {
		result = find_pending(wanted, true);
		if (result)
			break;
		result = thread_signalled(self) ? -EINTR : -EAGAIN;
		if (result == -EINTR || (deadline != THREAD_NO_DEADLINE && clock_passed(deadline)))
			break;
		thread_park(deadline);
	}
	WRITE_ONCE(task_of(self)->awaited_signals, 0);
	return result;
}

int64_t
sys_rt_sigtimedwait(const uint64_t *set, struct abi_siginfo *info, const struct abi_timespec *span,
		    size_t size)
{
	uint64_t deadline = THREAD_NO_DEADLINE;
	int64_t result;

	if (size != sizeof(uint64_t) || (span && time_deadline(span, &deadline)))
		return -EINVAL;
	result = wait_for_signal(*set, deadline);
	if (result > 0 && info)
		*info = (struct abi_siginfo){
			.signal = (int32_t)result, .code = ABI_SI_USER, .process = 1};
	return result;
}

/* -- signalfd --------------------------------------------------------------------------------- */

/* What a signalfd takes. */
struct signal_set {
	uint64_t signals;
};

static struct pool sets = {.size = sizeof(struct signal_set)};

static int64_t
signal_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	const struct signal_set *set = file->state;
	struct abi_signalfd_siginfo info = {.code = ABI_SI_USER, .process = 1};

	(void)offset;
	if (size < sizeof(info))
		return -EINVAL;
	for (;;) {
		struct ready_state state;
		int result;

		ready_look(&state);
		info.signal = (uint32_t)find_pending(READ_ONCE(set->signals), true);
		if (info.signal) {
			memcpy(buffer, &info, sizeof(info));
			return sizeof(info);
		}
		result = ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

static uint32_t
signal_ready(struct file *file)
{
	const struct signal_set *set = file->state;

	return find_pending(READ_ONCE(set->signals), false) ? ABI_POLLIN | ABI_POLLRDNORM : 0;
}

static const struct file_operations signal_operations = {
	.read = signal_read,
	.ready = signal_ready,
	.states = &sets,
};

static int64_t
change_set(int descriptor, uint64_t signals)
{
	struct file *file = file_get(descriptor);
	struct signal_set *set;
	int64_t result = descriptor;

	if (!file)
		return -EBADF;
	if (file->operations == &signal_operations) {
		set = file->state;
		WRITE_ONCE(set->signals, signals);
	} else {
		result = -EINVAL;
	}
	file_put(file);
	ready_changed();
	return result;
}

/* A descriptor of -1 makes a new one. */
int64_t
sys_signalfd4(int descriptor, const uint64_t *set, size_t size, int flags)
{
	struct file *file;

	if (size != sizeof(uint64_t) || (flags & ~(ABI_O_CLOEXEC | ABI_O_NONBLOCK)))
		return -EINVAL;
	if (descriptor != -1)
		return change_set(descriptor, *set);
	file = file_make(&signal_operations, ABI_O_RDWR | (uint32_t)flags, NULL);
	if (!file)
		return -ENOMEM;
	((struct signal_set *)file->state)->signals = *set;
	return descriptor_add_new(file, flags);
}
