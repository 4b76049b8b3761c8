/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ring of completions, in Linux's layout (linux/fs/aio.c, struct aio_ring). The program maps
 * the same memory: its `head` is believed as far as it is an index, nothing else of it.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/thread/futex.h"
#include "libc/aio/aio.h"
#include "libc/base/grant.h"
#include "libc/base/user.h"

#define SPARE_EVENTS 2 /* a full ring has one that is empty; Linux has two */

int
aio_ring_make(struct aio_context *context, uint32_t count)
{
	size_t events = (size_t)count + SPARE_EVENTS;
	struct abi_aio_ring *ring;

	context->size = grant_round(sizeof(*ring) + events * sizeof(struct abi_io_event));
	ring = grant_take(context->size, false);
	if (!ring)
		return -ENOMEM;
	memset(ring, 0, context->size);
	context->ring = ring;
	context->count = (uint32_t)((context->size - sizeof(*ring)) / sizeof(struct abi_io_event));
	*ring = (struct abi_aio_ring){.count = context->count,
				      .magic = ABI_AIO_RING_MAGIC,
				      .compatible = 1,
				      .header_length = sizeof(*ring)};
	return 0;
}

static struct abi_io_event *
event_at(const struct aio_context *context, uint32_t index)
{
	assert_that(index < context->count);
	return (struct abi_io_event *)(context->ring + 1) + index;
}

static uint32_t
head_of(const struct aio_context *context)
{
	return __atomic_load_n(&context->ring->head, __ATOMIC_ACQUIRE) % context->count;
}

/* Events from one index on up to another. */
static uint32_t
distance(const struct aio_context *context, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : to + context->count - from;
}

bool
aio_ring_reserve(struct aio_context *context)
{
	uint64_t flags = spin_lock(&context->lock);
	uint32_t used = distance(context, head_of(context), context->tail) + context->under_way;
	bool fits = used < context->count - 1;

	context->under_way += fits;
	spin_unlock(&context->lock, flags);
	return fits;
}

void
aio_ring_unreserve(struct aio_context *context)
{
	uint64_t flags = spin_lock(&context->lock);

	assert_that(context->under_way > 0);
	context->under_way--;
	spin_unlock(&context->lock, flags);
}

void
aio_ring_put(struct aio_context *context, const struct abi_io_event *event)
{
	uint64_t flags = spin_lock(&context->lock);

	assert_that(context->under_way > 0);
	*event_at(context, context->tail) = *event;
	context->under_way--;
	context->tail = (context->tail + 1) % context->count;
	__atomic_store_n(&context->ring->tail, context->tail, __ATOMIC_RELEASE);
	spin_unlock(&context->lock, flags);
}

void
aio_ring_tell(struct aio_context *context)
{
	__atomic_add_fetch(&context->completions, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&context->waiters, __ATOMIC_SEQ_CST))
		futex_wake(&context->completions, INT32_MAX);
}

static void
copy_out(const struct aio_context *context, uint32_t head, struct abi_io_event *events,
	 uint32_t count)
{
	uint32_t first = MIN(count, context->count - head);

	memcpy(events, event_at(context, head), first * sizeof(*events));
	if (count > first)
		memcpy(events + first, event_at(context, 0), (count - first) * sizeof(*events));
}

int64_t
aio_ring_take(struct aio_context *context, struct abi_io_event *events, int64_t most)
{
	uint32_t head, count;

	mutex_lock(&context->reading);
	head = head_of(context);
	count = distance(context, head, __atomic_load_n(&context->tail, __ATOMIC_ACQUIRE));
	count = (uint32_t)MIN((int64_t)count, most);
	if (!user_writable(events, count * sizeof(*events))) {
		mutex_unlock(&context->reading);
		return -EFAULT;
	}
	copy_out(context, head, events, count);
	if (count)
		__atomic_store_n(&context->ring->head, (head + count) % context->count,
				 __ATOMIC_RELEASE);
	mutex_unlock(&context->reading);
	return count;
}
