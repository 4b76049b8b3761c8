/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Linux's asynchronous calls: a context is a ring of completions in memory that the program reads
 * for itself, and what is under way. Reading, writing and syncing are done when they are submitted,
 * for files are in memory; a poll is completed where its event happens, be that an interrupt.
 */
#ifndef LIBC_AIO_H
#define LIBC_AIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/base/spinlock.h"
#include "kernel/thread/mutex.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/memory/mapping.h"

struct abi_iocb {
	uint64_t data;
	uint32_t key;	   /* written by io_submit(): ABI_KIOCB_KEY */
	uint32_t rw_flags; /* ABI_RWF_* */
	uint16_t operation;
	uint16_t priority;
	int32_t descriptor;
	uint64_t buffer, count;
	int64_t offset;
	uint64_t reserved;
	uint32_t flags;
	int32_t told; /* an eventfd, with ABI_IOCB_RESFD */
};
_Static_assert(sizeof(struct abi_iocb) == 64, "struct iocb");
#define ABI_KIOCB_KEY 0
#define ABI_IOCB_RESFD 1
#define ABI_IOCB_IOPRIO 2

enum abi_iocb_operation {
	ABI_IOCB_PREAD,
	ABI_IOCB_PWRITE,
	ABI_IOCB_FSYNC,
	ABI_IOCB_FDSYNC,
	ABI_IOCB_POLL = 5,
	ABI_IOCB_PREADV = 7,
	ABI_IOCB_PWRITEV,
};

struct abi_io_event {
	uint64_t data, object;
	int64_t result, result2;
};

/* At the begin of a context's memory; the events follow. */
struct abi_aio_ring {
	uint32_t id, count; /* of events there is room for */
	uint32_t head;	    /* the oldest event; the program may move it */
	uint32_t tail;
	uint32_t magic, compatible, incompatible, header_length;
};
_Static_assert(sizeof(struct abi_aio_ring) == 32, "struct aio_ring");
#define ABI_AIO_RING_MAGIC 0xa10a10a1

struct aio_request;

struct aio_context {
	struct aio_context *next; /* of those with the same hash */
	uint64_t id;		  /* where the program has the ring */
	uint32_t asked;		  /* events that io_setup() was asked for */
	struct mapping_owner mapping;
	size_t size; /* of the ring's memory */
	struct mutex reading;

	/* Under aio_context.c's lock. */
	unsigned references; /* the table's, mappings, calls, requests */
	unsigned calls, requests;
	bool dead;
	struct thread *destroyer;

	struct spinlock lock;	   /* taken last of all */
	struct abi_aio_ring *ring; /* the kernel's own address of it */
	uint32_t count, tail;	   /* what the program cannot change */
	uint32_t under_way;	   /* events that will come: there is room for them */

	struct aio_request *polls; /* under ready_lock: the oldest */
	struct aio_request *last_poll;
	uint32_t completions;	   /* a futex word, changed by each */
	unsigned waiters;
};

/* -- aio_context.c ----------------------------------------------------------------------------- */

/* Makes a context with room for events, its ring mapped, that nobody finds yet. NULL: no memory. */
struct aio_context *aio_context_make(uint32_t asked, uint32_t room);
void aio_context_enter_table(struct aio_context *context);

/* Takes a context away from those that are found, to be destroyed; NULL: there is none. */
struct aio_context *aio_context_take_out(uint64_t id);

/* Waits until no call uses it; until no request does, and lets go of it. By who took it out. */
void aio_context_await_calls(struct aio_context *context);
void aio_context_end(struct aio_context *context);

/* The context of an id, which stays while the call uses it; NULL: there is none. */
struct aio_context *aio_context_enter(uint64_t id);
void aio_context_leave(struct aio_context *context);

/* Holds a context for a request, in a call that uses it; lets go of it. */
void aio_context_add_request(struct aio_context *context);
void aio_context_drop_request(struct aio_context *context);

/* -- aio_ring.c -------------------------------------------------------------------------------- */

/* The memory of a ring for so many events at least, zeroed. Returns 0, or -ENOMEM. */
int aio_ring_make(struct aio_context *context, uint32_t count);

/* Keeps room for an event. Returns whether there was some. */
bool aio_ring_reserve(struct aio_context *context);
void aio_ring_unreserve(struct aio_context *context);

/* Puts an event for which room was kept. ready_lock may be held; aio_ring_tell() is due. */
void aio_ring_put(struct aio_context *context, const struct abi_io_event *event);

/* Wakes those who wait for events. Any context; ready_lock may be held. */
void aio_ring_tell(struct aio_context *context);

/*
 * Takes up to `most` events into the program's memory. Returns how many, or -EFAULT, when none is
 * taken. System call context.
 */
int64_t aio_ring_take(struct aio_context *context, struct abi_io_event *events, int64_t most);

/* -- aio_transfer.c ---------------------------------------------------------------------------- */

/*
 * Reads, writes or syncs. Returns 0 and *result, or what io_submit() fails with. System call
 * context; may block.
 */
int64_t aio_transfer(const struct abi_iocb *iocb, struct file *file, int64_t *result);

/* -- aio_poll.c -------------------------------------------------------------------------------- */

/*
 * Begins a poll. Takes both files over (`told` may be NULL), and the room in the ring, if it
 * returns 0; else -errno.
 */
int64_t aio_poll_begin(struct aio_context *context, const struct abi_iocb *iocb, uint64_t object,
		       struct file *file, struct file *told);

/* Ends the oldest poll of an object. Returns whether there is one. */
bool aio_poll_cancel(struct aio_context *context, uint64_t object);

/* Ends all polls of a context that no call uses any more. */
void aio_poll_cancel_all(struct aio_context *context);

/*
 * What is left to do for polls that were told of something: it is due when no lock is held, and
 * ready_changed() does it. `in_call`: in a system call.
 */
void aio_poll_settle(bool in_call);

#endif
