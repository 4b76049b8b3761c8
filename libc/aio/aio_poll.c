/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Polls. One watches its file's source, and is completed by what the source tells: the event is in
 * the ring before whoever has caused it goes on (of many that one event completes those that come
 * first). Locks are held then, so that the rest is left for
 * aio_poll_settle(): telling an eventfd, closing a file that nothing else holds, and looking at a
 * file of which it was not said what has happened.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/thread/thread_internal.h"
#include "libc/aio/aio.h"
#include "libc/base/abi.h"
#include "libc/base/pool.h"
#include "libc/events/event.h"
#include "libc/threads/task.h"
#include "libc/tree/tree.h"

#define ALWAYS_WANTED (ABI_POLLERR | ABI_POLLHUP)

/* So many are completed where their event happens; the others a little later, without its locks. */
#define AT_ONCE 64
#define BREATHE_REQUESTS 64

struct aio_request {
	struct ready_watch watch;
	struct aio_context *context;
	struct ready_source *source;
	struct file *file, *told; /* held */
	uint64_t data, object;
	uint32_t wanted;

	/* Under ready_lock. */
	bool armed;	  /* watches, and is in its context's list */
	bool listed;	  /* to be looked at */
	unsigned lookers; /* that look at the file now */
	struct aio_request *previous, *next; /* of the context */
	struct aio_request *next_listed;
	struct aio_request *next_done; /* which is its own to use: it is finished */
};

static struct spinlock requests_lock = SPINLOCK_INIT;
static struct pool requests = {.size = sizeof(struct aio_request)};

/* Under ready_lock: what is to be looked at, what is to be told, and whose files are to be put. */
static struct aio_request *first_listed, *last_listed, *first_done, *first_told;
static unsigned completed; /* since aio_poll_settle() */

/* -- With ready_lock held ---------------------------------------------------------------------- */

static void
arm(struct aio_request *request)
{
	struct aio_context *context = request->context;

	spin_assert_held(&ready_lock);
	request->previous = context->last_poll;
	if (context->last_poll)
		context->last_poll->next = request;
	else
		context->polls = request;
	context->last_poll = request;
	ready_watch_add(request->source, &request->watch, request->file, false);
	request->armed = true;
}

static void
stop_watching(struct aio_request *request)
{
	struct aio_context *context = request->context;

	spin_assert_held(&ready_lock);
	if (request->previous)
		request->previous->next = request->next;
	else
		context->polls = request->next;
	if (request->next)
		request->next->previous = request->previous;
	else
		context->last_poll = request->previous;
	ready_watch_remove(request->source, &request->watch);
	request->armed = false;
}

/* Has it told of when nobody looks at its file any more. */
static void
hand_over(struct aio_request *request)
{
	spin_assert_held(&ready_lock);
	if (request->listed || request->lookers)
		return;
	request->next_done = first_done;
	WRITE_ONCE(first_done, request);
}

static void
finish(struct aio_request *request, uint32_t found)
{
	const struct abi_io_event event = {
		.data = request->data, .object = request->object, .result = found};

	spin_assert_held(&ready_lock);
	stop_watching(request);
	aio_ring_put(request->context, &event);
	aio_ring_tell(request->context);
	hand_over(request);
}

/* What a source calls. */
static void
tell(struct ready_watch *watch, uint32_t events)
{
	struct aio_request *request = CONTAINER_OF(watch, struct aio_request, watch);

	spin_assert_held(&ready_lock);
	if ((events & request->wanted) && completed < AT_ONCE) {
		completed++;
		finish(request, events);
	} else if ((!events || (events & request->wanted)) && !request->listed) {
		request->listed = true;
		request->next_listed = NULL;
		if (first_listed)
			last_listed->next_listed = request;
		else
			WRITE_ONCE(first_listed, request);
		last_listed = request;
	}
}

/* -- What is left to do ------------------------------------------------------------------------ */

/* Takes one off the list of those to be looked at. */
static struct aio_request *
take_listed(void)
{
	uint64_t flags = spin_lock(&ready_lock);
	struct aio_request *request = first_listed;

	if (request) {
		first_listed = request->next_listed;
		request->listed = false;
		request->lookers++;
	}
	spin_unlock(&ready_lock, flags);
	return request;
}

/* Completes a request, which one more looks at now, if what it wants holds. */
static void
look_again(struct aio_request *request)
{
	uint32_t found = ready_events(request->file) & request->wanted;
	uint64_t flags = spin_lock(&ready_lock);

	request->lookers--;
	if (!request->armed)
		hand_over(request);
	else if (found)
		finish(request, found);
	spin_unlock(&ready_lock, flags);
}

static struct aio_request *
take_done(struct aio_request **first)
{
	uint64_t flags = spin_lock(&ready_lock);
	struct aio_request *request = *first;

	if (request)
		*first = request->next_done;
	spin_unlock(&ready_lock, flags);
	return request;
}

static void
leave_to_put(struct aio_request *request)
{
	uint64_t flags = spin_lock(&ready_lock);

	request->next_done = first_told;
	WRITE_ONCE(first_told, request);
	spin_unlock(&ready_lock, flags);
}

static void
put(struct aio_request *request)
{
	struct aio_context *context = request->context;
	uint64_t flags;

	file_put(request->file);
	if (request->told)
		file_put(request->told);
	flags = spin_lock(&requests_lock);
	pool_give(&requests, request);
	spin_unlock(&requests_lock, flags);
	aio_context_drop_request(context);
}

static void
breathe_at_times(bool in_call, unsigned done)
{
	if (in_call && done % BREATHE_REQUESTS == 0)
		thread_breathe();
}

/* Closing a file may be an event for other polls: those are put by the same loop. */
static void
put_all(void)
{
	struct aio_request *request;
	struct task *task = task_current();

	if (task->puts_files)
		return;
	task->puts_files = true;
	for (unsigned i = 1; READ_ONCE(first_told) && (request = take_done(&first_told)); i++) {
		put(request);
		breathe_at_times(true, i);
	}
	task->puts_files = false;
}

void
aio_poll_settle(bool in_call)
{
	struct aio_request *request;

	WRITE_ONCE(completed, 0);
	for (unsigned i = 1; READ_ONCE(first_listed) && (request = take_listed()); i++) {
		look_again(request);
		breathe_at_times(in_call, i);
	}
	for (unsigned i = 1; READ_ONCE(first_done) && (request = take_done(&first_done)); i++) {
		if (request->told)
			event_add(request->told);
		leave_to_put(request);
		breathe_at_times(in_call, i);
	}
	if (in_call)
		put_all();
}

/* -- Beginning and ending ---------------------------------------------------------------------- */

/* Linux has lists of their own for who reads and who writes: of two a poll cannot be in. */
static bool
has_two_lists(const struct file *file)
{
	bool is_fifo = file->node && file->node->type == RAMFS_FIFO;

	return file->operations == &terminal_operations ||
	       (is_fifo && file_reads(file) && file_writes(file));
}

static struct aio_request *
make(struct aio_context *context, const struct abi_iocb *iocb, uint64_t object)
{
	uint64_t flags = spin_lock(&requests_lock);
	struct aio_request *request = pool_take(&requests);

	spin_unlock(&requests_lock, flags);
	if (!request)
		return NULL;
	request->watch.notify = tell;
	request->context = context;
	request->data = iocb->data;
	request->object = object;
	request->wanted = (uint32_t)iocb->buffer | ALWAYS_WANTED;
	return request;
}

static void
begin_watching(struct aio_request *request)
{
	uint64_t flags;

	aio_context_add_request(request->context);
	flags = spin_lock(&ready_lock);
	arm(request);
	request->lookers++;
	spin_unlock(&ready_lock, flags);
	look_again(request);
	aio_poll_settle(true);
}

/* A file that is always the same is ready now or never. */
static int64_t
poll_once(struct aio_context *context, const struct abi_iocb *iocb, uint64_t object,
	  struct file *file, struct file *told)
{
	uint32_t found = ready_events(file) & ((uint32_t)iocb->buffer | ALWAYS_WANTED);
	const struct abi_io_event event = {iocb->data, object, found, 0};

	if (!found)
		return -EINVAL;
	aio_ring_put(context, &event);
	if (told) {
		event_add(told);
		file_put(told);
	}
	aio_ring_tell(context);
	aio_poll_settle(true);
	file_put(file);
	return 0;
}

int64_t
aio_poll_begin(struct aio_context *context, const struct abi_iocb *iocb, uint64_t object,
	       struct file *file, struct file *told)
{
	struct ready_source *source = file->operations->ready ? ready_source_of(file) : NULL;
	struct aio_request *request;

	if (iocb->buffer > UINT16_MAX || iocb->offset || iocb->count || iocb->rw_flags)
		return -EINVAL;
	if (!source || has_two_lists(file))
		return poll_once(context, iocb, object, file, told);
	request = make(context, iocb, object);
	if (!request)
		return -EAGAIN;
	request->source = source;
	request->file = file;
	request->told = told;
	begin_watching(request);
	return 0;
}

bool
aio_poll_cancel(struct aio_context *context, uint64_t object)
{
	uint64_t flags = spin_lock(&ready_lock);
	struct aio_request *request = context->polls;

	while (request && request->object != object)
		request = request->next;
	if (request)
		finish(request, 0);
	spin_unlock(&ready_lock, flags);
	aio_poll_settle(true);
	return request;
}

static bool
cancel_oldest(struct aio_context *context)
{
	uint64_t flags = spin_lock(&ready_lock);
	struct aio_request *request = context->polls;

	if (request)
		finish(request, 0);
	spin_unlock(&ready_lock, flags);
	return request;
}

void
aio_poll_cancel_all(struct aio_context *context)
{
	while (cancel_oldest(context)) {
		aio_poll_settle(true);
		thread_breathe();
	}
	aio_poll_settle(true);
}
