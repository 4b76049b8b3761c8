/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sending and receiving. Who finds no room, or nothing, looks again when something has changed.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/queues/queue.h"
#include "libc/threads/times.h"

/* Times are CLOCK_REALTIME's. Returns 0, -EFAULT or -EINVAL. */
static int
message_deadline(const struct abi_timespec *time, uint64_t *deadline)
{
	*deadline = THREAD_NO_DEADLINE;
	if (time && !user_readable(time, sizeof(*time)))
		return -EFAULT;
	return time ? time_deadline_at(ABI_CLOCK_REALTIME, time, deadline) : 0;
}

/* Waits for a change. Returns 0, or what ends the call. */
static int
await(struct file *file, const struct ready_state *state, uint64_t deadline)
{
	int result = ready_block(file, state, deadline);

	return result == -EAGAIN && !(file->flags & ABI_O_NONBLOCK) ? -ETIMEDOUT : result;
}

/* -- Sending ----------------------------------------------------------------------------------- */

static bool
try_put(struct queue *queue, struct queue_message *message)
{
	struct queue_notice notice;
	uint64_t flags = spin_lock(&queue->lock);
	bool fits = queue->messages < queue->messages_max, tells = false;

	if (fits) {
		queue_message_put(queue, message);
		tells = queue_notify_take(queue, &notice);
		ready_mark(&queue->source, 0);
	}
	spin_unlock(&queue->lock, flags);
	if (tells)
		queue_notify_send(&notice);
	if (fits)
		ready_changed();
	return fits;
}

static int
send_message(struct file *file, struct queue_message *message, uint64_t deadline)
{
	for (;;) {
		struct ready_state state;
		int result;

		ready_look(&state);
		if (try_put(queue_of(file), message))
			return 0;
		result = await(file, &state, deadline);
		if (result)
			return result;
	}
}

int64_t
sys_mq_timedsend(int descriptor, const char *bytes, size_t length, uint32_t priority,
		 const struct abi_timespec *time)
{
	struct queue_message *message = NULL;
	struct file *file;
	uint64_t deadline;
	int64_t result = message_deadline(time, &deadline);

	if (result || priority >= QUEUE_PRIORITIES)
		return result ?: -EINVAL;
	file = queue_get(descriptor);
	if (!file || !file_writes(file))
		result = -EBADF;
	else if (length > queue_of(file)->size_max)
		result = -EMSGSIZE;
	else if (!user_readable(bytes, length))
		result = -EFAULT;
	else if (!(message = queue_message_make(length, priority)))
		result = -ENOMEM;
	if (!result) {
		memcpy(message->bytes, bytes, length);
		result = send_message(file, message, deadline);
	}
	if (result && message)
		queue_message_free(message);
	if (file)
		file_put(file);
	return result;
}

/* -- Receiving --------------------------------------------------------------------------------- */

/* `waits`: the caller is counted among those who wait, and no more if there is a message. */
static struct queue_message *
try_take(struct queue *queue, bool *waits)
{
	uint64_t flags = spin_lock(&queue->lock);
	struct queue_message *message = queue_message_take(queue);

	if (*waits != !message) {
		queue->receivers += message ? -1u : 1u;
		*waits = !message;
	}
	if (message)
		ready_mark(&queue->source, 0);
	spin_unlock(&queue->lock, flags);
	if (message)
		ready_changed();
	return message;
}

static void
wait_no_more(struct queue *queue)
{
	uint64_t flags = spin_lock(&queue->lock);

	queue->receivers--;
	spin_unlock(&queue->lock, flags);
}

static int
receive(struct file *file, uint64_t deadline, struct queue_message **message)
{
	bool waits = false;

	for (;;) {
		struct ready_state state;
		int result;

		ready_look(&state);
		*message = try_take(queue_of(file), &waits);
		if (*message)
			return 0;
		result = await(file, &state, deadline);
		if (result) {
			wait_no_more(queue_of(file));
			return result;
		}
	}
}

/* What cannot be told is lost, as on Linux. */
static int64_t
hand_out(struct queue_message *message, char *bytes, uint32_t *priority)
{
	int64_t result = (int64_t)message->length;

	if ((priority && !user_writable(priority, sizeof(*priority))) ||
	    !user_writable(bytes, message->length)) {
		result = -EFAULT;
	} else {
		memcpy(bytes, message->bytes, message->length);
		if (priority)
			*priority = message->priority;
	}
	queue_message_free(message);
	return result;
}

int64_t
sys_mq_timedreceive(int descriptor, char *bytes, size_t size, uint32_t *priority,
		    const struct abi_timespec *time)
{
	struct queue_message *message;
	struct file *file;
	uint64_t deadline;
	int64_t result = message_deadline(time, &deadline);

	if (result)
		return result;
	file = queue_get(descriptor);
	if (!file || !file_reads(file))
		result = -EBADF;
	else if (size < queue_of(file)->size_max)
		result = -EMSGSIZE;
	else
		result = receive(file, deadline, &message);
	if (!result)
		result = hand_out(message, bytes, priority);
	if (file)
		file_put(file);
	return result;
}
