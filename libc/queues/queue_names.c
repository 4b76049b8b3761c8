/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Queues and their names, which are in no directory.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/grant.h"
#include "libc/base/pool.h"
#include "libc/queues/queue.h"

/* What Linux counts for a message beside its bytes: its structures'. */
#define MESSAGE_BYTES 48
#define PRIORITY_BYTES 48

#define BREATHE_MESSAGES 64

static struct spinlock names_lock = SPINLOCK_INIT; /* of what follows */
static struct pool queues = {.size = sizeof(struct queue)};
static struct queue *named;
static uint64_t bytes, bytes_limit = QUEUE_BYTES_MAX;

void
queue_set_limit(uint64_t wanted)
{
	uint64_t flags = spin_lock(&names_lock);

	bytes_limit = wanted;
	spin_unlock(&names_lock, flags);
}

static void
give_queue_back(struct queue *queue)
{
	uint64_t flags = spin_lock(&names_lock);

	bytes -= queue->bytes;
	pool_give(&queues, queue);
	spin_unlock(&names_lock, flags);
}

int
queue_make(uint32_t messages_max, size_t size_max, struct queue **made)
{
	uint64_t wanted = messages_max * (size_max + MESSAGE_BYTES) +
			  MIN(messages_max, QUEUE_PRIORITIES) * (uint64_t)PRIORITY_BYTES;
	uint64_t flags = spin_lock(&names_lock);
	bool fits = wanted <= bytes_limit && bytes <= bytes_limit - wanted;
	struct queue *queue = fits ? pool_take(&queues) : NULL;

	if (queue) {
		queue->bytes = wanted;
		bytes += wanted;
	}
	spin_unlock(&names_lock, flags);
	if (!queue)
		return fits ? -ENOMEM : -EMFILE;
	queue->references = 1;
	queue->messages_max = messages_max;
	queue->size_max = size_max;
	queue->heap = grant_take(messages_max * sizeof(queue->heap[0]), false);
	if (!queue->heap) {
		give_queue_back(queue);
		return -ENOMEM;
	}
	*made = queue;
	return 0;
}

static struct queue_message *
take_one_message(struct queue *queue)
{
	uint64_t flags = spin_lock(&queue->lock);
	struct queue_message *message = queue_message_take(queue);

	spin_unlock(&queue->lock, flags);
	return message;
}

static void
free_queue(struct queue *queue)
{
	struct queue_message *message;

	for (unsigned i = 1; (message = take_one_message(queue)); i++) {
		queue_message_free(message);
		if (i % BREATHE_MESSAGES == 0)
			thread_breathe();
	}
	grant_return(queue->heap, queue->messages_max * sizeof(queue->heap[0]));
	give_queue_back(queue);
}

void
queue_hold(struct queue *queue)
{
	uint64_t flags = spin_lock(&names_lock);

	assert_that(queue->references > 0 && queue->references < POOL_REFERENCES_MAX);
	queue->references++;
	spin_unlock(&names_lock, flags);
}

void
queue_release(struct queue *queue)
{
	uint64_t flags = spin_lock(&names_lock);
	bool last = --queue->references == 0;

	spin_unlock(&names_lock, flags);
	if (last)
		free_queue(queue);
}

/* -- Names ------------------------------------------------------------------------------------- */

static struct queue **
find_name(const char *name)
{
	struct queue **link = &named;

	spin_assert_held(&names_lock);
	while (*link && !string_equal((*link)->name, name))
		link = &(*link)->next;
	return link;
}

struct queue *
queue_find(const char *name)
{
	uint64_t flags = spin_lock(&names_lock);
	struct queue *queue = *find_name(name);

	if (queue)
		queue->references++;
	spin_unlock(&names_lock, flags);
	return queue;
}

int
queue_name(struct queue *queue, const char *name)
{
	uint64_t flags = spin_lock(&names_lock);
	int result = *find_name(name) ? -EEXIST : 0;

	if (!result) {
		string_copy(queue->name, name, sizeof(queue->name));
		queue->references++;
		queue->next = named;
		named = queue;
	}
	spin_unlock(&names_lock, flags);
	return result;
}

int
queue_unname(const char *name)
{
	uint64_t flags = spin_lock(&names_lock);
	struct queue **link = find_name(name), *queue = *link;

	if (queue)
		*link = queue->next;
	spin_unlock(&names_lock, flags);
	if (!queue)
		return -ENOENT;
	queue_release(queue);
	return 0;
}
