/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calls that submit, wait and cancel.
 */
#include "libc/aio/aio.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/thread/futex.h"
#include "kernel/thread/thread_internal.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/events/event.h"
#include "libc/signals/signal.h"
#include "libc/threads/task.h"
#include "libc/threads/times.h"

/* The last argument of io_pgetevents(). */
struct abi_aio_mask {
	const uint64_t *mask;
	size_t size;
};

/* -- Submitting -------------------------------------------------------------------------------- */

/* Does what is done at once, and tells of it. Lets go of both files if it returns 0. */
static int64_t
complete(struct aio_context *context, const struct abi_iocb *iocb, uint64_t object,
	 struct file *file, struct file *told)
{
	struct abi_io_event event = {.data = iocb->data, .object = object};
	int64_t result = aio_transfer(iocb, file, &event.result);

	if (result)
		return result;
	if (event.result == -EINTR_FOR_GOOD)
		event.result = -EINTR;
	aio_ring_put(context, &event);
	if (told)
		event_add(told);
	aio_ring_tell(context);
	aio_poll_settle(true);
	file_put(file);
	if (told)
		file_put(told);
	return 0;
}

/* With room for its event kept. */
static int64_t
begin_request(struct aio_context *context, struct abi_iocb *own, const struct abi_iocb *iocb)
{
	int64_t result = -EBADF;
	struct file *file = file_get(iocb->descriptor), *told = NULL;

	if (!file)
		return result;
	if (iocb->flags & ABI_IOCB_RESFD)
		told = event_get_file(iocb->told, &result);
	else
		result = 0;
	if (told)
		result = 0;
	if (!result && !user_writable(&own->key, sizeof(own->key)))
		result = -EFAULT;
	if (!result) {
		own->key = ABI_KIOCB_KEY;
		result = (iocb->operation == ABI_IOCB_POLL ? aio_poll_begin : complete)(
			context, iocb, (uint64_t)own, file, told);
	}
	if (!result)
		return 0;
	if (told)
		file_put(told);
	file_put(file);
	return result;
}

static int64_t
submit(struct aio_context *context, struct abi_iocb *own)
{
	struct abi_iocb iocb;
	int64_t result;

	if (!user_readable(own, sizeof(*own)))
		return -EFAULT;
	iocb = *own;
	if (iocb.reserved || (int64_t)iocb.count < 0)
		return -EINVAL;
	if (!aio_ring_reserve(context))
		return -EAGAIN;
	result = begin_request(context, own, &iocb);
	if (result)
		aio_ring_unreserve(context);
	return result;
}

int64_t
sys_io_submit(uint64_t id, int64_t count, struct abi_iocb **list)
{
	struct aio_context *context = count < 0 ? NULL : aio_context_enter(id);
	int64_t done = 0, result = 0;

	if (!context)
		return -EINVAL;
	count = MIN(count, (int64_t)context->count);
	task_current()->puts_files = true; /* no file is closed before the call ends, as on Linux */
	for (; done < count && !result; done += !result) {
		result = user_readable(&list[done], sizeof(*list)) ? submit(context, list[done])
								   : -EFAULT;
		thread_breathe();
	}
	task_current()->puts_files = false;
	aio_poll_settle(true);
	aio_context_leave(context);
	return done ? done : result;
}

int64_t
sys_io_cancel(uint64_t id, struct abi_iocb *iocb)
{
	struct aio_context *context;
	bool found;

	if (iocb->key != ABI_KIOCB_KEY)
		return -EINVAL;
	context = aio_context_enter(id);
	if (!context)
		return -EINVAL;
	found = aio_poll_cancel(context, (uint64_t)iocb);
	aio_context_leave(context);
	return found ? -EINPROGRESS : -EINVAL;
}

/* -- Waiting ----------------------------------------------------------------------------------- */

/* Takes what there is. Returns whether that ends the wait, for *done events or with an error. */
static bool
take_events(struct aio_context *context, int64_t least, int64_t most, struct abi_io_event *events,
     int64_t *done)
{
	int64_t result = aio_ring_take(context, events + *done, most - *done);

	if (result > 0)
		*done += result;
	if (READ_ONCE(context->dead))
		result = -EINVAL;
	if (!*done)
		*done = result;
	return result < 0 || *done >= least;
}

static int64_t
await_events(struct aio_context *context, int64_t least, int64_t most,
		struct abi_io_event *events, uint64_t deadline)
{
	int64_t done = 0;

	__atomic_add_fetch(&context->waiters, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		uint32_t seen = __atomic_load_n(&context->completions, __ATOMIC_SEQ_CST);

		if (take_events(context, least, most, events, &done))
			break;
		if (deadline != THREAD_NO_DEADLINE && clock_passed(deadline))
			break;
		if (futex_wait(&context->completions, seen, deadline) == -EINTR)
			break;
	}
	__atomic_sub_fetch(&context->waiters, 1, __ATOMIC_SEQ_CST);
	if (!done && thread_signalled(thread_current()))
		return -EINTR;
	return done;
}

/* As Linux reckons: what is no proper time is one all the same; one that is past never comes. */
static uint64_t
events_deadline(const struct abi_timespec *span)
{
	int64_t ns;

	if (!span || __builtin_mul_overflow(span->seconds, (int64_t)NS_PER_SECOND, &ns) ||
	    __builtin_add_overflow(ns, span->nanoseconds, &ns) || ns < 0)
		return THREAD_NO_DEADLINE;
	return time_from_now((uint64_t)ns);
}

int64_t
sys_io_getevents(uint64_t id, int64_t least, int64_t most, struct abi_io_event *events,
		 const struct abi_timespec *span)
{
	struct aio_context *context;
	int64_t result = -EINVAL;

	if (span && !user_readable(span, sizeof(*span)))
		return -EFAULT;
	context = aio_context_enter(id);
	if (!context)
		return result;
	if (least >= 0 && least <= most)
		result = await_events(context, least, most, events, events_deadline(span));
	aio_context_leave(context);
	return result;
}

int64_t
sys_io_pgetevents(uint64_t id, int64_t least, int64_t most, struct abi_io_event *events,
		  const struct abi_timespec *span, const struct abi_aio_mask *mask)
{
	int64_t result;

	if ((span && !user_readable(span, sizeof(*span))) ||
	    (mask && !user_readable(mask, sizeof(*mask))))
		return -EFAULT;
	if (mask && mask->mask && mask->size != sizeof(*mask->mask))
		return -EINVAL;
	if (mask && mask->mask && !user_readable(mask->mask, sizeof(*mask->mask)))
		return -EFAULT;
	if (mask && mask->mask)
		signal_mask_for_call(*mask->mask);
	result = sys_io_getevents(id, least, most, events, span);
	signal_mask_after_call();
	return result;
}
