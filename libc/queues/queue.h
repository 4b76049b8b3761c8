/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * POSIX message queues (mq_overview(7)): names of their own, messages by priority. A queue lives
 * while it has a name or an open file.
 */
#ifndef LIBC_QUEUE_H
#define LIBC_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/base/compiler.h"
#include "kernel/base/spinlock.h"
#include "libc/base/abi.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"

#define QUEUE_NAME_MAX 255
#define QUEUE_BYTES_MAX (800 * KB) /* of all, at the start: as Linux has it */
#define QUEUE_PRIORITIES 32768 /* MQ_PRIO_MAX */

struct abi_mq_attr {
	int64_t flags, messages_max, size_max, messages;
	int64_t reserved[4];
};
_Static_assert(sizeof(struct abi_mq_attr) == 64, "struct mq_attr");

struct queue_message {
	uint64_t order; /* of arrival */
	uint32_t priority;
	size_t length, room; /* of its bytes, and of all */
	char bytes[];
};

/* Of SIGEV_THREAD: what is sent to the library's socket, its last byte one of these. */
#define QUEUE_COOKIE 32
enum queue_cookie_end { QUEUE_TOLD = 1, QUEUE_REMOVED = 2 };

/* Whom to tell, and how. */
struct queue_notice {
	struct abi_sigevent event;
	struct file *socket; /* of SIGEV_THREAD, held; NULL */
	uint8_t cookie[QUEUE_COOKIE];
};

struct queue {
	struct queue *next; /* of those with a name */
	unsigned references; /* its name, open files */
	char name[QUEUE_NAME_MAX + 1];
	uint32_t mode;
	uint64_t bytes; /* that it counts for in the limit of all */
	struct ready_source source;

	struct spinlock lock;
	uint32_t messages_max;
	size_t size_max;
	struct queue_message **heap; /* messages_max of them */
	uint32_t messages;
	uint64_t last_order;
	unsigned receivers; /* that wait */
	bool notifies;	    /* somebody has asked to be told of the next message */
	struct queue_notice notice;
};

extern const struct file_operations queue_operations;

static inline struct queue *
queue_of(const struct file *file)
{
	return file->state;
}

/* The open file of a descriptor, held, if it is a queue's; NULL. */
struct file *queue_get(int descriptor);

/* -- queue_names.c ----------------------------------------------------------------------------- */

/* A queue without messages and without a name, held once. Returns 0, -EMFILE, -ENOMEM. */
int queue_make(uint32_t messages_max, size_t size_max, struct queue **made);
void queue_hold(struct queue *queue);
void queue_release(struct queue *queue);

/* Sets how much memory all queues may be made for: RLIMIT_MSGQUEUE. */
void queue_set_limit(uint64_t bytes);

/* The queue of a name, held; NULL. */
struct queue *queue_find(const char *name);

/* Names a queue, unless the name is taken: -EEXIST. Takes a name away: 0, or -ENOENT. */
int queue_name(struct queue *queue, const char *name);
int queue_unname(const char *name);

/* -- queue_message.c --------------------------------------------------------------------------- */

/* A message with room for bytes; NULL: no memory. */
struct queue_message *queue_message_make(size_t length, uint32_t priority);
void queue_message_free(struct queue_message *message);

/* Puts a message for which there is room; takes the first of the highest priority. Lock held. */
void queue_message_put(struct queue *queue, struct queue_message *message);
struct queue_message *queue_message_take(struct queue *queue);

/* -- queue_notify.c ---------------------------------------------------------------------------- */

/*
 * What somebody asks for, its socket held then. Returns 0, -EINVAL, -EFAULT, a socket's errors.
 */
int queue_notify_read(const struct abi_sigevent *event, struct queue_notice *notice);

/* Has somebody told, whose socket is the queue's then. Returns 0, or -EBUSY: another is. */
int queue_notify_begin(struct queue *queue, struct queue_notice *notice);

/* Nobody is told any more, and who was to be is told that. */
void queue_notify_end(struct queue *queue);

/* Whom to tell of a message that has come, if so: with the lock held; afterwards without it. */
bool queue_notify_take(struct queue *queue, struct queue_notice *notice);
void queue_notify_send(struct queue_notice *notice);

#endif
