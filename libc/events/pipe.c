/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pipes: two ends share a ring. What is written at once and fits a page is never torn apart.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/events/pipe.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"

#define PIPE_SIZE (64 * KB)
#define PIPE_ATOMIC PAGE_4K

static struct spinlock pool_lock = SPINLOCK_INIT;
static struct pool pipes = {.size = sizeof(struct pipe)}; /* under pool_lock */
static struct pool ends = {.size = sizeof(struct pipe_end)};

static struct pipe *
take_pipe(void)
{
	uint64_t flags = spin_lock(&pool_lock);
	struct pipe *pipe = pool_take(&pipes);

	spin_unlock(&pool_lock, flags);
	return pipe;
}

static void
give_pipe(struct pipe *pipe)
{
	uint64_t flags = spin_lock(&pool_lock);

	pool_give(&pipes, pipe);
	spin_unlock(&pool_lock, flags);
}

struct pipe *
pipe_make(void)
{
	struct pipe *pipe = take_pipe();

	if (!pipe)
		return NULL;
	if (!byte_ring_make(&pipe->ring, PIPE_SIZE))
		return pipe;
	give_pipe(pipe);
	return NULL;
}

void
pipe_free(struct pipe *pipe)
{
	byte_ring_free(&pipe->ring);
	give_pipe(pipe);
}

/* Counts one user less; returns whether there is none any more. With a name nobody finds it then.
 */
static bool
leave_locked(struct pipe *pipe, unsigned *users)
{
	uint64_t flags = spin_lock(&pipe->lock);
	bool last;

	(*users)--;
	last = !pipe->readers && !pipe->writers;
	spin_unlock(&pipe->lock, flags);
	if (last && pipe->node)
		pipe->node->argument = 0;
	return last;
}

/* One end is gone; with the other gone too the pipe is. */
static void
leave(struct pipe *pipe, unsigned *users)
{
	uint64_t flags;
	bool last;

	if (!pipe)
		return;
	flags = spin_lock(&files_lock);
	last = leave_locked(pipe, users);
	spin_unlock(&files_lock, flags);
	ready_changed();
	if (last)
		pipe_free(pipe);
}

static void
end_close(struct file *file)
{
	const struct pipe_end *end = file->state;

	leave(end->in, end->in ? &end->in->readers : NULL);
	leave(end->out, end->out ? &end->out->writers : NULL);
}

/* Bytes read; 0 at the end; -EAGAIN when there is nothing yet. */
static int64_t
try_read(struct pipe *pipe, void *buffer, size_t size)
{
	uint64_t flags = spin_lock(&pipe->lock);
	size_t part = MIN(size, byte_ring_used(&pipe->ring));
	int64_t result = (int64_t)part;

	if (part) {
		byte_ring_look(&pipe->ring, 0, buffer, part);
		byte_ring_drop(&pipe->ring, part);
	} else if (pipe->writers) {
		result = -EAGAIN;
	}
	spin_unlock(&pipe->lock, flags);
	if (result > 0)
		ready_changed();
	return result;
}

/* Bytes written, all when they are few; -EAGAIN when there is no room, -EPIPE without a reader. */
static int64_t
try_write(struct pipe *pipe, const void *buffer, size_t size)
{
	uint64_t flags = spin_lock(&pipe->lock);
	size_t part = MIN(size, byte_ring_room(&pipe->ring));
	int64_t result = (int64_t)part;

	if (!pipe->readers) {
		result = -EPIPE;
	} else if (!part || (size <= PIPE_ATOMIC && part < size)) {
		result = -EAGAIN;
	} else {
		byte_ring_put(&pipe->ring, buffer, part);
	}
	spin_unlock(&pipe->lock, flags);
	if (result > 0)
		ready_changed();
	return result;
}

static int64_t
end_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	const struct pipe_end *end = file->state;

	(void)offset;
	if (!size)
		return 0;
	for (;;) {
		struct ready_state state;
		int64_t result;

		ready_look(&state);
		result = try_read(end->in, buffer, size);
		if (result != -EAGAIN)
			return result;
		result = ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

/* Nobody will ever read: the writer is told by a signal as well. */
static int64_t
broken(size_t done)
{
	signal_send(thread_current(), ABI_SIGPIPE);
	return done ? (int64_t)done : -EPIPE;
}

static int64_t
end_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	const struct pipe_end *end = file->state;
	size_t done = 0;

	(void)offset;
	while (done < size) {
		struct ready_state state;
		int64_t result;

		ready_look(&state);
		result = try_write(end->out, (const uint8_t *)buffer + done, size - done);
		if (result == -EPIPE)
			return broken(done);
		if (result == -EAGAIN)
			result = ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result < 0)
			return done ? (int64_t)done : result;
		done += (size_t)result;
	}
	return (int64_t)done;
}

static uint32_t
end_ready(struct file *file)
{
	const struct pipe_end *end = file->state;
	uint32_t events = 0;

	if (end->in) {
		events |= byte_ring_used(&end->in->ring) ? ABI_POLLIN | ABI_POLLRDNORM : 0;
		if (!READ_ONCE(end->in->writers) &&
		    READ_ONCE(end->in->writes) != end->writes_at_open)
			events |= ABI_POLLHUP;
	}
	if (end->out) {
		events |= byte_ring_room(&end->out->ring) >= PIPE_ATOMIC
				  ? ABI_POLLOUT | ABI_POLLWRNORM
				  : 0;
		events |= !READ_ONCE(end->out->readers) ? ABI_POLLERR : 0;
	}
	return events;
}

static uint64_t
end_activity(struct file *file)
{
	const struct pipe_end *end = file->state;

	return end->in ? READ_ONCE(end->in->ring.head) : READ_ONCE(end->out->ring.tail);
}

const struct file_operations pipe_operations = {
	.read = end_read,
	.write = end_write,
	.ready = end_ready,
	.activity = end_activity,
	.close = end_close,
	.states = &ends,
	.kind = ABI_S_IFIFO,
};

/* An open file for one end; takes its part of the pipes over, also when there is no memory. */
static struct file *
make_end(struct pipe *in, struct pipe *out, uint32_t flags)
{
	struct file *file = file_make(&pipe_operations, flags, NULL);

	if (file) {
		*(struct pipe_end *)file->state = (struct pipe_end){in, out, 0};
		return file;
	}
	leave(in, in ? &in->readers : NULL);
	leave(out, out ? &out->writers : NULL);
	return NULL;
}

static int64_t
make_pair(int32_t *descriptors, int flags)
{
	struct pipe *pipe;
	struct file *files[2];

	if (flags & ~(ABI_O_CLOEXEC | ABI_O_NONBLOCK))
		return -EINVAL;
	pipe = pipe_make();
	if (!pipe)
		return -ENOMEM;
	pipe->readers = pipe->writers = pipe->reads = pipe->writes = 1;
	files[0] = make_end(pipe, NULL, ABI_O_RDONLY | (uint32_t)flags);
	files[1] = make_end(NULL, pipe, ABI_O_WRONLY | (uint32_t)flags);
	return descriptor_add_pair(files, flags & ABI_O_CLOEXEC, descriptors);
}

int64_t
sys_pipe(int32_t *descriptors)
{
	return make_pair(descriptors, 0);
}

int64_t
sys_pipe2(int32_t *descriptors, int flags)
{
	return make_pair(descriptors, flags);
}
