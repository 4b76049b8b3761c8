/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Being told, once, of a message that comes into an empty queue for which nobody waits.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/queues/queue.h"
#include "libc/signals/signal.h"

#define ABI_SI_MESGQ (-3)

void
queue_notify_end(struct queue *queue)
{
	uint64_t flags = spin_lock(&queue->lock);

	queue->notifies = false;
	spin_unlock(&queue->lock, flags);
}

bool
queue_notify_take(struct queue *queue, struct abi_sigevent *event)
{
	spin_assert_held(&queue->lock);
	if (!queue->notifies || queue->messages != 1 || queue->receivers)
		return false;
	*event = queue->notification;
	queue->notifies = false;
	return event->notify == ABI_SIGEV_SIGNAL && event->signal;
}

void
queue_notify_send(const struct abi_sigevent *event)
{
	struct abi_siginfo info = {.signal = event->signal, .code = ABI_SI_MESGQ,
				   .process = PROCESS_ID, .value = event->value};

	(void)signal_send_program_info(&info, NULL);
}
