/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages, in a heap: by priority, and of one priority by arrival.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "libc/base/grant.h"
#include "libc/base/pool.h"
#include "libc/queues/queue.h"

#define SMALL 256 /* bytes with the header: most messages are small */

static struct spinlock small_lock = SPINLOCK_INIT;
static struct pool small = {.size = SMALL};

struct queue_message *
queue_message_make(size_t length, uint32_t priority)
{
	size_t size = sizeof(struct queue_message) + length;
	struct queue_message *message;
	uint64_t flags;

	if (size <= SMALL) {
		flags = spin_lock(&small_lock);
		message = pool_take(&small);
		spin_unlock(&small_lock, flags);
		size = SMALL;
	} else {
		size = grant_round(size);
		message = grant_take(size, false);
	}
	if (!message)
		return NULL;
	message->length = length;
	message->room = size;
	message->priority = priority;
	return message;
}

void
queue_message_free(struct queue_message *message)
{
	uint64_t flags;

	if (message->room > SMALL) {
		grant_return(message, message->room);
		return;
	}
	flags = spin_lock(&small_lock);
	pool_give(&small, message);
	spin_unlock(&small_lock, flags);
}

static bool
goes_before(const struct queue_message *a, const struct queue_message *b)
{
	return a->priority != b->priority ? a->priority > b->priority : a->order < b->order;
}

void
queue_message_put(struct queue *queue, struct queue_message *message)
{
	struct queue_message **heap = queue->heap;
	uint32_t at = queue->messages++;

	spin_assert_held(&queue->lock);
	assert_that(at < queue->messages_max);
	message->order = ++queue->last_order;
	for (uint32_t above; at && goes_before(message, heap[above = (at - 1) / 2]); at = above)
		heap[at] = heap[above];
	heap[at] = message;
}

struct queue_message *
queue_message_take(struct queue *queue)
{
	struct queue_message **heap = queue->heap, *first, *last;
	uint32_t at = 0, below, count;

	spin_assert_held(&queue->lock);
	if (!queue->messages)
		return NULL;
	first = heap[0];
	count = --queue->messages;
	last = heap[count];
	while ((below = 2 * at + 1) < count) {
		if (below + 1 < count && goes_before(heap[below + 1], heap[below]))
			below++;
		if (goes_before(last, heap[below]))
			break;
		heap[at] = heap[below];
		at = below;
	}
	heap[at] = last;
	return first;
}
