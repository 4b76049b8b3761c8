/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Holding signals back. Under the lock a mask and what is pending change together, so that a signal
 * of the program is never left with a thread that holds it back while another does not.
 */
#include <stddef.h>

#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/signals/signal_queue.h"
#include "libc/threads/task.h"

#define ABI_SIG_BLOCK 0
#define ABI_SIG_UNBLOCK 1
#define ABI_SIG_SETMASK 2

/* Of what is due now the ignored goes, so that it ends no call. */
static void
drop_ignored(struct thread *self, struct signal_entry **dropped)
{
	uint64_t due = self->events.pending & ~self->events.held;
	uint64_t ignored = 0;

	spin_assert_held(&signal_lock);
	for (; due; due &= due - 1)
		if (signal_is_ignored(__builtin_ctzll(due) + 1))
			ignored |= due & -due;
	if (ignored)
		signal_queue_drop(self, ignored, dropped);
}

void
signal_mask_set(uint64_t mask)
{
	struct thread *self = thread_current();
	struct signal_entry *dropped = NULL;
	uint64_t flags = spin_lock(&signal_lock);
	uint64_t left;

	self->events.held = mask & ~SIGNALS_NEVER_HELD;
	signal_queue_adopt(self, ~self->events.held);
	signal_queue_release(self, self->events.held);
	drop_ignored(self, &dropped);
	left = signal_queue_of_program();
	spin_unlock(&signal_lock, flags);
	signal_queue_done(dropped);
	if (left)
		signal_offer(left);
}

void
signal_thread_ends(void)
{
	struct thread *self = thread_current();
	struct signal_entry *dropped = NULL;
	uint64_t flags;

	signal_mask_set(UINT64_MAX);
	flags = spin_lock(&signal_lock);
	self->events.held = UINT64_MAX;
	signal_queue_release(self, UINT64_MAX);
	signal_queue_drop(self, UINT64_MAX, &dropped);
	spin_unlock(&signal_lock, flags);
	signal_queue_done(dropped);
}

int64_t
sys_rt_sigprocmask(int how, const uint64_t *new, uint64_t *old, size_t size)
{
	uint64_t before = thread_current()->events.held;

	if (size != sizeof(uint64_t))
		return -EINVAL;
	if (new && how == ABI_SIG_BLOCK)
		signal_mask_set(before | *new);
	else if (new && how == ABI_SIG_UNBLOCK)
		signal_mask_set(before & ~*new);
	else if (new && how == ABI_SIG_SETMASK)
		signal_mask_set(*new);
	else if (new)
		return -EINVAL;
	if (old)
		*old = before;
	return 0;
}

int64_t
sys_rt_sigpending(uint64_t *set, size_t size)
{
	struct thread *self = thread_current();
	uint64_t flags, found;

	if (size > sizeof(*set))
		return -EINVAL;
	flags = spin_lock(&signal_lock);
	found = (self->events.pending | signal_queue_of_program()) & self->events.held;
	spin_unlock(&signal_lock, flags);
	*set = found;
	return 0;
}

void
signal_mask_for_call(uint64_t mask)
{
	struct thread *self = thread_current();
	struct task *task = task_of(self);

	task->saved_mask = self->events.held;
	task->restores_mask = true;
	signal_mask_set(mask);
}

/* With a signal due, signal_frame_push() puts the saved mask into the handler's frame. */
void
signal_mask_after_call(void)
{
	struct thread *self = thread_current();
	struct task *task = task_of(self);

	if (!task->restores_mask || thread_signalled(self))
		return;
	task->restores_mask = false;
	signal_mask_set(task->saved_mask);
}

static int64_t
await_signal(void)
{
	while (!thread_signalled(thread_current()))
		thread_park(THREAD_NO_DEADLINE);
	return -EINTR;
}

int64_t
sys_pause(void)
{
	return await_signal();
}

int64_t
sys_rt_sigsuspend(const uint64_t *mask, size_t size)
{
	if (size != sizeof(uint64_t))
		return -EINVAL;
	signal_mask_for_call(*mask);
	return await_signal();
}
