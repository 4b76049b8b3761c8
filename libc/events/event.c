/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * eventfd: a counter to wait on.
 */
#include "libc/events/event.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/abi.h"
#include "libc/base/pieces.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"

#define EVENT_MAX (UINT64_MAX - 1)
#define ABI_EFD_SEMAPHORE 1

struct counter {
	uint64_t count;
	bool is_semaphore; /* read one at a time */
	struct ready_source source;
};

static struct pool event_states = {.size = sizeof(struct counter)};

static uint32_t
events_of(const struct counter *counter)
{
	uint64_t count = READ_ONCE(counter->count);

	return (count ? ABI_POLLIN : 0) | (count < EVENT_MAX ? ABI_POLLOUT : 0) |
	       (count > EVENT_MAX ? ABI_POLLERR : 0);
}

/*
 * Tells those who watch, unless others have undone it meanwhile: a poll that was begun after that
 * is for what comes then.
 */
static void
mark_count(struct counter *counter, uint32_t events)
{
	uint64_t flags;

	__atomic_thread_fence(__ATOMIC_SEQ_CST); /* as in ready_mark() */
	if (!READ_ONCE(counter->source.watches))
		return;
	flags = spin_lock(&ready_lock);
	if (events_of(counter) & events)
		ready_mark_locked(&counter->source, events);
	spin_unlock(&ready_lock, flags);
}

static void
count_changed(struct counter *counter, uint32_t events)
{
	mark_count(counter, events);
	ready_changed();
}

static int64_t
event_read_vector(struct file *file, const struct abi_iovec *vector, uint64_t vectors)
{
	struct counter *counter = file->state;
	struct pieces pieces = {vector, vectors, 0};

	if (pieces_size(&pieces) < (int64_t)sizeof(uint64_t))
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
			pieces_into(&pieces, &taken, sizeof(taken));
			count_changed(counter, ABI_POLLOUT);
			return sizeof(taken);
		}
		result = count ? 0 : ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

static int64_t
event_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	struct abi_iovec piece = {buffer, size};

	(void)offset;
	return event_read_vector(file, &piece, 1);
}

/* More than a number is refused, as Linux does it since 6.14. */
static int64_t
event_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	struct counter *counter = file->state;
	uint64_t add;

	(void)offset;
	if (size != sizeof(add))
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
		fits = count <= EVENT_MAX && add <= EVENT_MAX - count;
		if (fits && __atomic_compare_exchange_n(&counter->count, &count, count + add, false,
							__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
			count_changed(counter, ABI_POLLIN);
			return sizeof(add);
		}
		result = fits ? 0 : ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

/* Piece by piece, each a number. */
static int64_t
event_write_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	int64_t done = 0;

	for (uint64_t i = 0; i < count; i++) {
		int64_t result;

		if (i && !vector[i].length)
			continue; /* Linux passes over all but the first that are empty */
		result = event_write(file, vector[i].base, vector[i].length, 0);
		if (result < 0)
			return done ? done : result;
		done += result;
	}
	return done;
}

/* As on Linux without POLLRDNORM and POLLWRNORM; the last number is one too many. */
static uint32_t
event_ready(struct file *file)
{
	return events_of(file->state);
}

static struct ready_source *
event_source(struct file *file)
{
	return &((struct counter *)file->state)->source;
}

static const struct file_operations event_operations = {
	.read = event_read,
	.write = event_write,
	.read_vector = event_read_vector,
	.write_vector = event_write_vector,
	.ready = event_ready,
	.source = event_source,
	.states = &event_states,
	.at_start = true,
};

bool
event_is(const struct file *file)
{
	return file->operations == &event_operations;
}

struct file *
event_get_file(int descriptor, int64_t *error)
{
	struct file *file = file_get(descriptor);

	*error = file ? -EINVAL : -EBADF;
	if (!file || event_is(file))
		return file;
	file_put(file);
	return NULL;
}

void
event_add(struct file *file)
{
	struct counter *counter = file->state;
	uint64_t count = __atomic_load_n(&counter->count, __ATOMIC_SEQ_CST);

	while (count <= EVENT_MAX &&
	       !__atomic_compare_exchange_n(&counter->count, &count, count + 1, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	mark_count(counter, ABI_POLLIN);
	ready_wake();
}

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
