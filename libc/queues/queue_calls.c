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
	struct abi_mq_attr before;
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

int64_t
sys_mq_notify(int descriptor, const struct abi_sigevent *event)
{
	struct queue_notice notice = {.event.notify = ABI_SIGEV_NONE};
	int64_t result = event ? queue_notify_read(event, &notice) : 0;
	struct file *file;

	if (result)
		return result;
	file = queue_get(descriptor);
	if (!file)
		result = -EBADF;
	else if (event)
		result = queue_notify_begin(queue_of(file), &notice);
	else
		queue_notify_end(queue_of(file));
	if (result && notice.socket)
		file_put(notice.socket);
	if (file)
		file_put(file);
	return result;
}
