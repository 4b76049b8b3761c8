/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * poll() and select(). Both are one loop: look at all files, and sleep while none is ready.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"
#include "libc/threads/times.h"

struct abi_pollfd {
	int32_t descriptor;
	int16_t wanted, found;
};

#define ALWAYS_WANTED (ABI_POLLERR | ABI_POLLHUP | ABI_POLLNVAL)
#define BITS_OF_WORD 64
#define SELECT_WORDS (DESCRIPTORS_MAX / BITS_OF_WORD)

/* What is found of what is wanted of a descriptor; *next becomes earlier if that will change. */
static uint32_t
look_at(int descriptor, uint32_t wanted, uint64_t *next)
{
	struct file *file = file_get(descriptor);
	uint32_t found;

	if (!file)
		return ABI_POLLNVAL;
	found = ready_events(file) & (wanted | ALWAYS_WANTED);
	*next = MIN(*next, ready_next(file));
	file_put(file);
	return found;
}

/* Looks until `look` finds something. Returns what it does, 0 at the deadline, or -EINTR. */
static int64_t
wait_for(int64_t (*look)(void *argument, uint64_t *next), void *argument, uint64_t deadline)
{
	for (;;) {
		struct ready_state state;
		uint64_t next = deadline;
		int64_t found;
		int result;

		ready_look(&state);
		found = look(argument, &next);
		if (found)
			return found;
		if (deadline != THREAD_NO_DEADLINE && clock_passed(deadline))
			return 0;
		result = ready_wait(&state, next);
		if (result == -EINTR)
			return -EINTR;
	}
}

struct poll_set {
	struct abi_pollfd *list;
	uint64_t count;
};

static int64_t
look_at_list(void *argument, uint64_t *next)
{
	struct poll_set *set = argument;
	int64_t found = 0;

	for (uint64_t i = 0; i < set->count; i++) {
		struct abi_pollfd *entry = &set->list[i];

		entry->found = 0;
		if (entry->descriptor < 0)
			continue;
		entry->found = (int16_t)look_at(entry->descriptor, (uint16_t)entry->wanted, next);
		found += entry->found != 0;
	}
	return found;
}

static int64_t
poll_list(uint64_t list, uint64_t count, uint64_t deadline)
{
	struct poll_set set = {(struct abi_pollfd *)list, count};

	if (count > DESCRIPTORS_MAX)
		return -EINVAL;
	return wait_for(look_at_list, &set, deadline);
}

/* poll(list, count, milliseconds) */
int64_t
sys_poll(struct app_frame *frame)
{
	int32_t ms = (int32_t)frame->arg[2];

	return poll_list(frame->arg[0], frame->arg[1],
			 ms < 0 ? THREAD_NO_DEADLINE
				: clock_deadline_ns((uint64_t)ms * NS_PER_MS));
}

static int
deadline_of(const struct abi_timespec *span, uint64_t *deadline)
{
	*deadline = THREAD_NO_DEADLINE;
	return span ? time_deadline(span, deadline) : 0;
}

/* Has another mask hold while a call waits; signal_frame_push() sets the old one back. */
static void
replace_mask(const uint64_t *mask)
{
	if (mask)
		signal_mask_for_call(*mask);
}

/* ppoll(list, count, time span, mask, mask size) */
int64_t
sys_ppoll(struct app_frame *frame)
{
	uint64_t deadline;
	int64_t result;

	if (deadline_of((const void *)frame->arg[2], &deadline))
		return -EINVAL;
	replace_mask((const uint64_t *)frame->arg[3]);
	result = poll_list(frame->arg[0], frame->arg[1], deadline);
	signal_mask_after_call();
	return result;
}

/* -- select() ---------------------------------------------------------------------------------- */

struct select_set {
	int count;
	uint64_t wanted[3][SELECT_WORDS]; /* reading, writing, exceptions */
	uint64_t found[3][SELECT_WORDS];
};

static const uint32_t select_events[3] = {
	ABI_POLLIN | ABI_POLLRDNORM | ABI_POLLHUP | ABI_POLLERR,
	ABI_POLLOUT | ABI_POLLWRNORM | ABI_POLLERR,
	ABI_POLLPRI,
};

static uint32_t
wanted_of(const struct select_set *set, int descriptor)
{
	uint32_t wanted = 0;

	for (unsigned kind = 0; kind < 3; kind++)
		if (set->wanted[kind][descriptor / BITS_OF_WORD] >> descriptor % BITS_OF_WORD & 1)
			wanted |= select_events[kind];
	return wanted;
}

static int64_t
look_at_set(void *argument, uint64_t *next)
{
	struct select_set *set = argument;
	int64_t count = 0;

	memset(set->found, 0, sizeof(set->found));
	for (int descriptor = 0; descriptor < set->count; descriptor++) {
		uint32_t wanted = wanted_of(set, descriptor), found;

		if (!wanted)
			continue;
		found = look_at(descriptor, wanted, next);
		if (found & ABI_POLLNVAL)
			return -EBADF;
		for (unsigned kind = 0; kind < 3; kind++) {
			uint64_t bit = 1ULL << descriptor % BITS_OF_WORD;

			if (!(found & select_events[kind]) ||
			    !(set->wanted[kind][descriptor / BITS_OF_WORD] & bit))
				continue;
			set->found[kind][descriptor / BITS_OF_WORD] |= bit;
			count++;
		}
	}
	return count;
}

/* The three sets are arguments 1 to 3 of both calls. */
static int64_t
select_sets(struct app_frame *frame, uint64_t deadline)
{
	struct select_set set = {.count = (int)frame->arg[0]};
	size_t size;
	int64_t result;

	if (set.count < 0 || set.count > DESCRIPTORS_MAX)
		return -EINVAL;
	size = ALIGN_UP((size_t)set.count, BITS_OF_WORD) / 8;
	for (unsigned kind = 0; kind < 3; kind++)
		if (frame->arg[1 + kind])
			memcpy(set.wanted[kind], (const void *)frame->arg[1 + kind], size);
	result = wait_for(look_at_set, &set, deadline);
	for (unsigned kind = 0; kind < 3 && result >= 0; kind++)
		if (frame->arg[1 + kind])
			memcpy((void *)frame->arg[1 + kind], set.found[kind], size);
	return result;
}

/* select(count, reading, writing, exceptions, struct timeval) */
int64_t
sys_select(struct app_frame *frame)
{
	const struct abi_timeval *time = (const void *)frame->arg[4];
	struct abi_timespec span;
	uint64_t deadline = THREAD_NO_DEADLINE;

	if (time) {
		if (time->microseconds < 0 || time->microseconds >= 1000000)
			return -EINVAL;
		span = (struct abi_timespec){time->seconds,
					     time->microseconds * (int64_t)NS_PER_US};
		if (time_deadline(&span, &deadline))
			return -EINVAL;
	}
	return select_sets(frame, deadline);
}

/* pselect6(count, reading, writing, exceptions, time span, {mask, mask size}) */
int64_t
sys_pselect6(struct app_frame *frame)
{
	const uint64_t *mask = (const uint64_t *)frame->arg[5];
	uint64_t deadline;
	int64_t result;

	if (deadline_of((const void *)frame->arg[4], &deadline))
		return -EINVAL;
	replace_mask(mask ? (const uint64_t *)mask[0] : NULL);
	result = select_sets(frame, deadline);
	signal_mask_after_call();
	return result;
}
