/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Being told, once, of a message that comes into an empty queue for which nobody waits: by a
 * signal, or by a message to a socket of AF_NETLINK, at which the C library has a thread of
 * SIGEV_THREAD wait.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/queues/queue.h"
#include "libc/signals/signal.h"
#include "libc/sockets/socket.h"

#define ABI_SI_MESGQ (-3)

/* As Linux reads it: `value` is where the cookie is, `signal` the descriptor of the socket. */
static int
read_thread(struct queue_notice *notice)
{
	const void *cookie = (const void *)notice->event.value;
	int64_t error;

	if (!user_readable(cookie, QUEUE_COOKIE))
		return -EFAULT;
	memcpy(notice->cookie, cookie, QUEUE_COOKIE);
	notice->socket = socket_netlink_get(notice->event.signal, &error);
	return notice->socket ? 0 : (int)error;
}

int
queue_notify_read(const struct abi_sigevent *event, struct queue_notice *notice)
{
	*notice = (struct queue_notice){.event = *event};
	switch (event->notify) {
	case ABI_SIGEV_NONE:
		return 0;
	case ABI_SIGEV_SIGNAL:
		return event->signal < 0 || event->signal > ABI_SIGNALS ? -EINVAL : 0;
	case ABI_SIGEV_THREAD:
		return read_thread(notice);
	default:
		return -EINVAL;
	}
}

int
queue_notify_begin(struct queue *queue, struct queue_notice *notice)
{
	uint64_t flags = spin_lock(&queue->lock);
	bool is_busy = queue->notifies;

	if (!is_busy) {
		queue->notifies = true;
		queue->notice = *notice;
	}
	spin_unlock(&queue->lock, flags);
	return is_busy ? -EBUSY : 0;
}

static void
send_cookie(struct queue_notice *notice, enum queue_cookie_end end)
{
	notice->cookie[QUEUE_COOKIE - 1] = (uint8_t)end;
	socket_netlink_send(notice->socket, notice->cookie, QUEUE_COOKIE);
	file_put(notice->socket);
}

void
queue_notify_end(struct queue *queue)
{
	uint64_t flags = spin_lock(&queue->lock);
	struct queue_notice notice = queue->notice;
	bool notified = queue->notifies;

	queue->notifies = false;
	spin_unlock(&queue->lock, flags);
	if (notified && notice.socket)
		send_cookie(&notice, QUEUE_REMOVED);
}

bool
queue_notify_take(struct queue *queue, struct queue_notice *notice)
{
	spin_assert_held(&queue->lock);
	if (!queue->notifies || queue->messages != 1 || queue->receivers)
		return false;
	*notice = queue->notice;
	queue->notifies = false;
	return notice->socket || (notice->event.notify == ABI_SIGEV_SIGNAL && notice->event.signal);
}

void
queue_notify_send(struct queue_notice *notice)
{
	struct abi_siginfo info = {.signal = notice->event.signal, .code = ABI_SI_MESGQ,
				   .process = PROCESS_ID, .value = notice->event.value};

	if (notice->socket)
		send_cookie(notice, QUEUE_TOLD);
	else
		(void)signal_send_program_info(&info, NULL);
}
