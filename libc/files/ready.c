/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One word for all files: those who wait are few, and look at few files each.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/console/console.h"
#include "kernel/thread/futex.h"
#include "kernel/thread/thread.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"

static uint32_t changes;

void
ready_look(struct ready_state *state)
{
	state->files = __atomic_load_n(&changes, __ATOMIC_ACQUIRE);
	state->console = __atomic_load_n(console_input_word(), __ATOMIC_ACQUIRE);
}

int
ready_wait(const struct ready_state *state, uint64_t deadline)
{
	uint32_t *const words[] = {&changes, console_input_word()};
	const uint32_t expected[] = {state->files, state->console};
	uint64_t interval = console_poll_interval();
	uint64_t until = interval ? MIN(deadline, clock_deadline_ns(interval)) : deadline;
	int result = futex_wait_any(words, expected, ARRAY_SIZE(words), until);

	if (result == -EAGAIN || (result == -ETIMEDOUT && !clock_passed(deadline)))
		return 0;
	return result;
}

int
ready_block(struct file *file, const struct ready_state *state, uint64_t deadline)
{
	if ((file->flags & ABI_O_NONBLOCK) ||
	    (deadline != THREAD_NO_DEADLINE && clock_passed(deadline)))
		return -EAGAIN;
	return ready_wait(state, MIN(deadline, ready_next(file))) == -EINTR ? -EINTR : 0;
}

void
ready_changed(void)
{
	__atomic_add_fetch(&changes, 1, __ATOMIC_SEQ_CST);
	futex_wake(&changes, INT32_MAX);
}

uint32_t
ready_events(struct file *file)
{
	if (!file->operations->ready)
		return ABI_POLLIN | ABI_POLLRDNORM | ABI_POLLOUT | ABI_POLLWRNORM;
	return file->operations->ready(file);
}

uint64_t
ready_next(struct file *file)
{
	return file->operations->next ? file->operations->next(file) : THREAD_NO_DEADLINE;
}

uint64_t
ready_activity(struct file *file)
{
	return file->operations->activity ? file->operations->activity(file) : 0;
}
