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
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"
#include "libc/threads/times.h"

struct abi_pollfd {
	int32_t descriptor;
	int16_t wanted, found;
};

/* The last argument of pselect6(). */
struct abi_select_mask {
	const uint64_t *mask;
	size_t size;
};

#define POLL_ALWAYS_WANTED (ABI_POLLERR | ABI_POLLHUP | ABI_POLLNVAL)
#define BITS_OF_WORD 64
#define SELECT_WORDS (DESCRIPTORS_MAX / BITS_OF_WORD)

/* What is found of what is wanted of a descriptor. */
static uint32_t
look_at(int descriptor, uint32_t wanted)
{
	struct file *file = file_get(descriptor);
	uint32_t found;

	if (!file)
		return ABI_POLLNVAL;
	found = ready_events(file) & (wanted | POLL_ALWAYS_WANTED);
	file_put(file);
	return found;
}

/* Looks until `look` finds something. Returns what it does, 0 at the deadline, or -EINTR. */
static int64_t
wait_for(int64_t (*look)(void *argument), void *argument, uint64_t deadline)
{
	for (;;) {
		struct ready_state state;
		int64_t found;
		int result;

		ready_look(&state);
		found = look(argument);
		if (found)
			return found;
		if (thread_signalled(thread_current()))
			return -EINTR; /* though the time may have passed, as on Linux */
		if (deadline != THREAD_NO_DEADLINE && clock_passed(deadline))
			return 0;
		result = ready_wait(&state, deadline);
		if (result == -EINTR)
			return -EINTR;
	}
}

struct poll_set {
	struct abi_pollfd *list;
	unsigned count;
};

static int64_t
look_at_list(void *argument)
{
	struct poll_set *set = argument;
	int64_t found = 0;

	for (unsigned i = 0; i < set->count; i++) {
		struct abi_pollfd *entry = &set->list[i];

		entry->found = 0;
		if (entry->descriptor < 0)
			continue;
		entry->found = (int16_t)look_at(entry->descriptor, (uint16_t)entry->wanted);
		found += entry->found != 0;
	}
	return found;
}

static int64_t
poll_list(struct abi_pollfd *list, unsigned count, uint64_t deadline)
{
	struct poll_set set = {list, count};

	if (count > DESCRIPTORS_MAX)
		return -EINVAL;
	return wait_for(look_at_list, &set, deadline);
}

int64_t
sys_poll(struct abi_pollfd *list, unsigned count, int ms)
{

	return poll_list(list, count,
			 ms < 0 ? THREAD_NO_DEADLINE
				: clock_deadline_ns((unsigned)ms * NS_PER_MS));
}

/* Writes what is left of a time span, as Linux does where it can; of none at all nothing. */
static void
store_left(struct abi_timespec *span, uint64_t deadline)
{
	uint64_t now = clock_ns();

	if (span && (span->seconds || span->nanoseconds) && user_writable(span, sizeof(*span)))
		time_store(span, deadline > now ? deadline - now : 0);
}

static int
deadline_of(const struct abi_timespec *span, uint64_t *deadline)
{
	*deadline = THREAD_NO_DEADLINE;
	return span ? time_deadline(span, deadline) : 0;
}

/* Whether a mask, if there is one, has the size of one. */
static bool
is_mask(const uint64_t *mask, size_t size)
{
	return !mask || size == sizeof(*mask);
}

/* Has another mask hold while a call waits; signal_frame_push() sets the old one back. */
static void
replace_mask(const uint64_t *mask)
{
	if (mask)
		signal_mask_for_call(*mask);
}

int64_t
sys_ppoll(struct abi_pollfd *list, unsigned count, struct abi_timespec *span,
	  const uint64_t *mask, size_t size)
{
	uint64_t deadline;
	int64_t result;

	if (deadline_of(span, &deadline) || !is_mask(mask, size))
		return -EINVAL;
	replace_mask(mask);
	result = poll_list(list, count, deadline);
	store_left(span, deadline);
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
look_at_set(void *argument)
{
	struct select_set *set = argument;
	int64_t count = 0;

	memset(set->found, 0, sizeof(set->found));
	for (int descriptor = 0; descriptor < set->count; descriptor++) {
		uint32_t wanted = wanted_of(set, descriptor), found;

		if (!wanted)
			continue;
		found = look_at(descriptor, wanted);
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

static int64_t
select_sets(int count, uint64_t *const sets[3], uint64_t deadline)
{
	struct select_set set = {.count = count};
	size_t size;
	int64_t result;

	if (count < 0 || count > DESCRIPTORS_MAX)
		return -EINVAL;
	size = ALIGN_UP((size_t)count, BITS_OF_WORD) / 8;
	for (unsigned kind = 0; kind < 3; kind++)
		if (sets[kind])
			memcpy(set.wanted[kind], sets[kind], size);
	result = wait_for(look_at_set, &set, deadline);
	for (unsigned kind = 0; kind < 3 && result >= 0; kind++)
		if (sets[kind])
			memcpy(sets[kind], set.found[kind], size);
	return result;
}

int64_t
sys_select(int count, uint64_t *reading, uint64_t *writing, uint64_t *exceptions,
	   struct abi_timeval *time)
{
	uint64_t *const sets[] = {reading, writing, exceptions};
	struct abi_timespec span;
	uint64_t deadline = THREAD_NO_DEADLINE;
	int64_t result;

	if (time) {
		if (time->microseconds < 0 || time->microseconds >= 1000000)
			return -EINVAL;
		span = (struct abi_timespec){time->seconds,
					     time->microseconds * (int64_t)NS_PER_US};
		if (time_deadline(&span, &deadline))
			return -EINVAL;
	}
	result = select_sets(count, sets, deadline);
	if (time && user_writable(time, sizeof(*time))) {
		store_left(&span, deadline);
		*time = (struct abi_timeval){span.seconds,
					     span.nanoseconds / (int64_t)NS_PER_US};
	}
	return result;
}

int64_t
sys_pselect6(int count, uint64_t *reading, uint64_t *writing, uint64_t *exceptions,
	     struct abi_timespec *span, const struct abi_select_mask *mask)
{
	uint64_t *const sets[] = {reading, writing, exceptions};
	uint64_t deadline;
	int64_t result;

	if (mask && mask->mask && !user_readable(mask->mask, sizeof(*mask->mask)))
		return -EFAULT;
	if (deadline_of(span, &deadline) || (mask && !is_mask(mask->mask, mask->size)))
		return -EINVAL;
	replace_mask(mask ? mask->mask : NULL);
	result = select_sets(count, sets, deadline);
	store_left(span, deadline);
	signal_mask_after_call();
	return result;
}
