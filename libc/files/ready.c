/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One word for all files: those who wait are few, and look at few files each. Sources are lists of
 * those who watch.
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
#include "libc/threads/task.h"

#define WRITING_EVENTS (ABI_POLLOUT | ABI_POLLWRNORM)

struct spinlock ready_lock = SPINLOCK_INIT;

static uint32_t changes;
static void (*forget_watched)(struct file *file);
static void (*after_change)(bool in_call);

void
ready_look(struct ready_state *state)
{
	state->files = __atomic_load_n(&changes, __ATOMIC_ACQUIRE);
	state->console = __atomic_load_n(console_input_word(), __ATOMIC_ACQUIRE);
	state->console_room = __atomic_load_n(console_output_word_quiet(), __ATOMIC_ACQUIRE);
}

int
ready_wait(const struct ready_state *state, uint64_t deadline)
{
	uint32_t *const words[] = {&changes, console_input_word(), console_output_word_quiet()};
	const uint32_t expected[] = {state->files, state->console, state->console_room};
	uint64_t interval = console_poll_interval();
	uint64_t until = interval ? MIN(deadline, clock_deadline_ns(interval)) : deadline;
	int result = futex_wait_any(words, expected, ARRAY_SIZE(words), until);

	if (result == -ETIMEDOUT && interval)
		(void)console_readable(); /* looks at what has no interrupt */
	if (result == -EAGAIN || (result == -ETIMEDOUT && !clock_passed(deadline)))
		return 0;
	return result;
}

int
ready_block(struct file *file, const struct ready_state *state, uint64_t deadline)
{
	if ((file->flags & ABI_O_NONBLOCK) || task_current()->no_wait ||
	    (deadline != THREAD_NO_DEADLINE && clock_passed(deadline)))
		return -EAGAIN;
	return ready_wait(state, deadline) == -EINTR ? -EINTR : 0;
}

void
ready_wake(void)
{
	__atomic_add_fetch(&changes, 1, __ATOMIC_SEQ_CST);
	futex_wake(&changes, INT32_MAX);
}

static void
tell_change(bool in_call)
{
	void (*after)(bool) = __atomic_load_n(&after_change, __ATOMIC_ACQUIRE);

	ready_wake();
	if (after)
		after(in_call);
}

void
ready_changed(void)
{
	tell_change(true);
}

void
ready_changed_anywhere(void)
{
	tell_change(false);
}

void
ready_set_after(void (*after)(bool in_call))
{
	__atomic_store_n(&after_change, after, __ATOMIC_RELEASE);
}

uint32_t
ready_events(struct file *file)
{
	if (!file->operations->ready)
		return ABI_POLLIN | ABI_POLLRDNORM | ABI_POLLOUT | ABI_POLLWRNORM;
	return file->operations->ready(file);
}

/* -- Sources ----------------------------------------------------------------------------------- */

void
ready_mark_locked(struct ready_source *source, uint32_t events)
{
	struct ready_watch *next;

	spin_assert_held(&ready_lock);
	for (struct ready_watch *watch = source->watches; watch; watch = next) {
		next = watch->next;
		if (!events || (events & watch->mask))
			watch->notify(watch, events);
	}
}

void
ready_mark(struct ready_source *source, uint32_t events)
{
	uint64_t flags;

	__atomic_thread_fence(__ATOMIC_SEQ_CST); /* what has happened is seen by who looks now */
	if (!READ_ONCE(source->watches))
		return; /* who watches from now on looks first */
	flags = spin_lock(&ready_lock);
	ready_mark_locked(source, events);
	spin_unlock(&ready_lock, flags);
}

struct ready_source *
ready_source_of(struct file *file)
{
	return file->operations->source ? file->operations->source(file) : NULL;
}

/* An end of a pipe does not hear of the other direction. */
static uint32_t
mask_of(const struct file *file)
{
	switch (file->flags & ABI_O_ACCMODE) {
	case ABI_O_RDONLY:
		return ~(uint32_t)WRITING_EVENTS;
	case ABI_O_WRONLY:
		return WRITING_EVENTS;
	default:
		return UINT32_MAX;
	}
}

void
ready_watch_add(struct ready_source *source, struct ready_watch *watch, const struct file *file,
		bool last)
{
	struct ready_watch **link = &source->watches;

	spin_assert_held(&ready_lock);
	while (last && *link)
		link = &(*link)->next;
	watch->mask = mask_of(file);
	watch->next = *link;
	WRITE_ONCE(*link, watch);
}

void
ready_watch_remove(struct ready_source *source, struct ready_watch *watch)
{
	struct ready_watch **link = &source->watches;

	spin_assert_held(&ready_lock);
	while (*link && *link != watch)
		link = &(*link)->next;
	if (*link)
		WRITE_ONCE(*link, watch->next);
}

void
ready_set_forget(void (*forget)(struct file *file))
{
	__atomic_store_n(&forget_watched, forget, __ATOMIC_RELEASE);
}

void
ready_forget(struct file *file)
{
	if (READ_ONCE(file->watches))
		forget_watched(file);
}
