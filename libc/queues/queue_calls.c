/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is asked of an open queue beside messages.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/queues/queue.h"

int64_t
sys_mq_getsetattr(int descriptor, const struct abi_mq_attr *new, struct abi_mq_attr *old)
{
	struct abi_mq_attr before = {.flags = 0};
	struct file *file;
	struct queue *queue;
	uint64_t flags;
	int64_t wanted = new ? new->flags : 0;

	if (wanted & ~(int64_t)ABI_O_NONBLOCK)
		return -EINVAL;
	file = queue_get(descriptor);
	if (!file)
		return -EBADF;
	queue = queue_of(file);
	flags = spin_lock(&queue->lock);
	before = (struct abi_mq_attr){.flags = file->flags & ABI_O_NONBLOCK,
				      .messages_max = queue->messages_max,
				      .size_max = (int64_t)queue->size_max,
				      .messages = queue->messages};
	spin_unlock(&queue->lock, flags);
	if (new)
		file_set_blocking(file, !wanted);
	if (old)
		*old = before;
	file_put(file);
	return 0;
}

/* A thread of its own is the library's affair on Linux, by a socket that there is none of here. */
static int
check_notification(const struct abi_sigevent *event)
{
	if (event->notify == ABI_SIGEV_NONE)
		return 0;
	if (event->notify != ABI_SIGEV_SIGNAL || event->signal < 0 || event->signal > ABI_SIGNALS)
		return -EINVAL;
	return 0;
}

int64_t
sys_mq_notify(int descriptor, const struct abi_sigevent *event)
{
	struct abi_sigevent wanted = {.notify = ABI_SIGEV_NONE};
	int64_t result = 0;
	struct file *file;
	struct queue *queue;
	uint64_t flags;

	if (event)
		wanted = *event;
	if (check_notification(&wanted))
		return -EINVAL;
	file = queue_get(descriptor);
	if (!file)
		return -EBADF;
	queue = queue_of(file);
	flags = spin_lock(&queue->lock);
	if (event && queue->notifies)
		result = -EBUSY;
	else
		queue->notifies = event;
	if (!result)
		queue->notification = wanted;
	spin_unlock(&queue->lock, flags);
	file_put(file);
	return result;
}
