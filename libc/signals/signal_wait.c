/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Taking signals without a handler: sigwait() and its like, and signalfd.
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
#include "libc/signals/signal_queue.h"
#include "libc/threads/task.h"
#include "libc/threads/times.h"

/* What a signalfd gives: struct signalfd_siginfo. */
struct abi_signalfd_siginfo {
	uint32_t signal;
	int32_t error, code;
	uint32_t process, user;
	int32_t descriptor;
	uint32_t timer, band, overrun, trap;
	int32_t status, integer;
	uint64_t pointer;
	uint8_t rest[72];
};
_Static_assert(sizeof(struct abi_signalfd_siginfo) == 128, "struct signalfd_siginfo");

/* Those that are pending for the calling thread, or for the program. */
static uint64_t
pending(void)
{
	return READ_ONCE(thread_current()->events.pending) | signal_queue_of_program();
}

/* Takes one of the wanted signals. Returns whether there was one. */
static bool
take_wanted(uint64_t wanted, struct abi_siginfo *info)
{
	struct thread *self = thread_current();

	for (;;) {
		struct signal_taken taken = {.entry = NULL};
		uint64_t flags = spin_lock(&signal_lock);
		bool found = signal_queue_take(self, wanted, &taken) ||
			     signal_queue_take(NULL, wanted, &taken);

		spin_unlock(&signal_lock, flags);
		if (!found)
			return false;
		if (taken.entry && !taken.entry->taken(taken.entry, &taken.info))
			continue;
		*info = taken.info;
		return true;
	}
}

/* Says what the calling thread waits for, and what it waits for no more. */
static void
set_wanted(uint64_t wanted)
{
	uint64_t flags = spin_lock(&signal_lock);

	WRITE_ONCE(task_current()->awaited_signals, wanted);
	spin_unlock(&signal_lock, flags);
}

/* Waits for a signal of a set. Returns it, -EAGAIN at the deadline, or -EINTR. */
static int64_t
wait_for_signal(uint64_t wanted, uint64_t deadline, struct abi_siginfo *info)
{
	struct thread *self = thread_current();
	int64_t result;

	set_wanted(wanted);
	for (;;) {
		if (take_wanted(wanted, info)) {
			result = info->signal;
			break;
		}
		result = thread_signalled(self) ? -EINTR : -EAGAIN;
		if (result == -EINTR || (deadline != THREAD_NO_DEADLINE && clock_passed(deadline)))
			break;
		thread_park(deadline);
	}
	set_wanted(0);
	signal_mask_set(self->events.held); /* what came too late is another's */
	return result;
}

int64_t
sys_rt_sigtimedwait(const uint64_t *set, struct abi_siginfo *info, const struct abi_timespec *span,
		    size_t size)
{
	uint64_t deadline = THREAD_NO_DEADLINE;
	struct abi_siginfo taken;
	int64_t result;

	if (size != sizeof(uint64_t) || (span && time_deadline(span, &deadline)))
		return -EINVAL;
	result = wait_for_signal(*set & ~SIGNALS_NEVER_HELD, deadline, &taken);
	if (result > 0 && info)
		*info = taken;
	return result;
}

/* -- signalfd --------------------------------------------------------------------------------- */

/* What a signalfd takes. */
struct signal_set {
	uint64_t signals;
};

static struct pool sets = {.size = sizeof(struct signal_set)};

/* What comes with a signal that was sent with a value, or by a timer, lies in the same place. */
static void
store_siginfo(struct abi_signalfd_siginfo *to, const struct abi_siginfo *from)
{
	bool timer = from->code == ABI_SI_TIMER;

	*to = (struct abi_signalfd_siginfo){
		.signal = (uint32_t)from->signal,
		.error = from->error,
		.code = from->code,
		.process = timer ? 0 : (uint32_t)from->process,
		.user = timer ? 0 : from->user,
		.timer = timer ? (uint32_t)from->process : 0,
		.overrun = timer ? from->user : 0,
		.integer = (int32_t)from->value,
		.pointer = from->value,
	};
}

/* As many as there are and as find room, at least one. */
static int64_t
signal_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	const struct signal_set *set = file->state;
	struct abi_signalfd_siginfo *to = buffer;
	size_t count = size / sizeof(*to), done = 0;

	(void)offset;
	if (!count)
		return -EINVAL;
	for (;;) {
		struct ready_state state;
		struct abi_siginfo info;
		int result;

		ready_look(&state);
		while (done < count && take_wanted(READ_ONCE(set->signals), &info))
			store_siginfo(&to[done++], &info);
		if (done)
			return (int64_t)(done * sizeof(*to));
		result = ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

static uint32_t
signal_ready(struct file *file)
{
	const struct signal_set *set = file->state;

	return pending() & READ_ONCE(set->signals) ? ABI_POLLIN | ABI_POLLRDNORM : 0;
}

static struct ready_source *
signal_source(struct file *file)
{
	(void)file;
	return &signal_queue_source;
}

static const struct file_operations signal_operations = {
	.read = signal_read,
	.ready = signal_ready,
	.source = signal_source,
	.states = &sets,
	.at_start = true,
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
		WRITE_ONCE(set->signals, signals & ~SIGNALS_NEVER_HELD);
	} else {
		result = -EINVAL;
	}
	file_put(file);
	signal_queue_mark();
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
	((struct signal_set *)file->state)->signals = *set & ~SIGNALS_NEVER_HELD;
	return descriptor_add_new(file, flags);
}
