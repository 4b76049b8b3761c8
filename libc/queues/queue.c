/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Opening queues, and what is told of them.
 */
#include "libc/queues/queue.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/syscall.h"
#include "libc/base/text.h"
#include "libc/base/tunables.h"
#include "libc/files/lookup.h"

#define FILE_SIZE 80 /* as Linux says, however long the text is */

/* -- As an open file --------------------------------------------------------------------------- */

static uint32_t
queue_ready(struct file *file)
{
	struct queue *queue = queue_of(file);
	uint64_t flags = spin_lock(&queue->lock);
	uint32_t events = (queue->messages ? ABI_POLLIN | ABI_POLLRDNORM : 0) |
			  (queue->messages < queue->messages_max ? ABI_POLLOUT | ABI_POLLWRNORM
								 : 0);

	spin_unlock(&queue->lock, flags);
	return events;
}

static struct ready_source *
queue_source(struct file *file)
{
	return &queue_of(file)->source;
}

static int64_t
queue_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	struct queue *queue = queue_of(file);
	uint64_t flags = spin_lock(&queue->lock), length = 0;
	bool notifies = queue->notifies;
	struct abi_sigevent event = queue->notice.event;
	char line[FILE_SIZE + 1];
	struct text text = {.buffer = line, .size = sizeof(line)};

	for (uint32_t i = 0; i < queue->messages; i++)
		length += queue->heap[i]->length;
	spin_unlock(&queue->lock, flags);
	text_add(&text, "QSIZE:%-10lu NOTIFY:%-5d SIGNO:%-5d NOTIFY_PID:%-6d\n",
		 (unsigned long)length, notifies ? event.notify : 0,
		 notifies && event.notify == ABI_SIGEV_SIGNAL ? event.signal : 0,
		 notifies ? PROCESS_ID : 0);
	if (offset >= text.length)
		return 0;
	size = MIN(size, text.length - offset);
	memcpy(buffer, line + offset, size);
	return (int64_t)size;
}

static uint64_t
queue_size(const struct file *file)
{
	(void)file;
	return FILE_SIZE;
}

/* Whoever closes any of its descriptors is told no more. */
static void
queue_flush(struct file *file)
{
	queue_notify_end(queue_of(file));
}

static void
queue_close(struct file *file)
{
	queue_release(queue_of(file));
}

const struct file_operations queue_operations = {
	.read = queue_read,
	.ready = queue_ready,
	.source = queue_source,
	.size = queue_size,
	.flush = queue_flush,
	.close = queue_close,
	.seekable = true,
	.kind = ABI_S_IFREG,
};

struct file *
queue_get(int descriptor)
{
	struct file *file = file_get(descriptor);

	if (!file || file->operations == &queue_operations)
		return file;
	file_put(file);
	return NULL;
}

/* -- Opening ----------------------------------------------------------------------------------- */

static int
check_name(const char *name)
{
	size_t length = string_length(name);

	if (!length)
		return -ENOENT;
	if (length > QUEUE_NAME_MAX)
		return -ENAMETOOLONG;
	return string_find(name, '/') || string_equal(name, ".") || string_equal(name, "..")
		       ? -EACCES
		       : 0;
}

/* The sizes of a new queue. Returns 0, or -EINVAL. */
static int
find_sizes(const struct abi_mq_attr *wanted, uint64_t *messages, uint64_t *size)
{
	*messages = MIN(tunable_mq_messages, tunable_mq_messages_max);
	*size = MIN(tunable_mq_size, tunable_mq_size_max);
	if (!wanted)
		return 0;
	if (wanted->messages_max <= 0 || wanted->size_max <= 0 ||
	    wanted->messages_max > TUNABLE_MQ_MESSAGES_MOST ||
	    wanted->size_max > TUNABLE_MQ_SIZE_MOST)
		return -EINVAL;
	*messages = (uint64_t)wanted->messages_max;
	*size = (uint64_t)wanted->size_max;
	return 0;
}

static int
make_queue(const char *name, const struct abi_mq_attr *wanted, struct queue **made)
{
	uint64_t messages, size;
	int result = find_sizes(wanted, &messages, &size);

	if (!result)
		result = queue_make((uint32_t)messages, size, made);
	if (!result)
		result = queue_name(*made, name);
	if (result == -EEXIST)
		queue_release(*made);
	return result;
}

/* A queue by its name, held, found or made. */
static int
find_queue(const char *name, int flags, const struct abi_mq_attr *wanted, struct queue **queue)
{
	int result;

	do {
		*queue = queue_find(name);
		if (*queue && (flags & ABI_O_CREAT) && (flags & ABI_O_EXCL))
			result = -EEXIST;
		else if (*queue && (flags & ABI_O_ACCMODE) == ABI_O_ACCMODE)
			result = -EINVAL;
		else if (*queue)
			return 0;
		else if (!(flags & ABI_O_CREAT))
			return -ENOENT;
		else
			result = make_queue(name, wanted, queue);
	} while (!*queue && result == -EEXIST);
	if (result && *queue && result != -ENOMEM && result != -EMFILE)
		queue_release(*queue);
	return result;
}

int64_t
sys_mq_open(const char *name, int flags, uint16_t mode, const struct abi_mq_attr *attributes)
{
	struct queue *queue = NULL;
	struct file *file;
	int result = check_name(name);

	(void)mode;
	if (!result)
		result = find_queue(name, flags, attributes, &queue);
	if (result)
		return result;
	file = file_make(&queue_operations, (uint32_t)flags | ABI_O_LARGEFILE, NULL);
	if (file)
		file->state = queue;
	else
		queue_release(queue);
	return descriptor_add_new(file, flags);
}

int64_t
sys_mq_unlink(const char *name)
{
	return check_name(name) ?: queue_unname(name);
}
