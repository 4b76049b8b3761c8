/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pipes: two ends share a ring. What is written at once and fits a page is never torn apart.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/events/pipe.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"

#define PIPE_SIZE_MAX (1u << 31)

/* Counts one user less; returns whether there is none any more. With a name nobody finds it then.
 */
static bool
leave_locked(struct pipe *pipe, unsigned *users)
{
	uint64_t flags = spin_lock(&pipe->lock);
	bool last;

	(*users)--;
	last = !pipe->readers && !pipe->writers;
	ready_mark(&pipe->source, 0);
	spin_unlock(&pipe->lock, flags);
	if (last && pipe->node)
		pipe->node->argument = 0;
	return last;
}

/* One end is gone; with the other gone too the pipe is. */
static void
leave_end(struct pipe *pipe, unsigned *users)
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

	leave_end(end->in, end->in ? &end->in->readers : NULL);
	leave_end(end->out, end->out ? &end->out->writers : NULL);
}

/*
 * Bytes read; 0 at the end; -EAGAIN when there is nothing yet; -EBUSY while a splice() has what
 * comes next.
 */
static int64_t
try_read(struct pipe *pipe, struct pieces *pieces, size_t size)
{
	uint64_t flags = spin_lock(&pipe->lock);
	bool was_full = pipe_ring_is_full(&pipe->ring);
	size_t part = pipe->spliced ? 0 : pipe_ring_take(&pipe->ring, pieces, size);
	int64_t result = part || !pipe->writers ? (int64_t)part : -EAGAIN;

	if (pipe->spliced)
		result = -EBUSY;
	if (part && was_full && !pipe_ring_is_full(&pipe->ring))
		pipe_mark_room(pipe);
	spin_unlock(&pipe->lock, flags);
	if (result > 0)
		ready_changed();
	return result;
}

/* Bytes written, all when they are few; -EAGAIN when there is no room, -EPIPE without a reader. */
static int64_t
try_write(struct pipe *pipe, struct pieces *pieces, size_t size, bool first)
{
	uint64_t flags = spin_lock(&pipe->lock);
	int64_t result = -EPIPE;

	if (pipe->readers) {
		result = (int64_t)pipe_ring_put(&pipe->ring, pieces, size, first);
		if (result)
			pipe_mark_input(pipe);
		else
			result = -EAGAIN;
	}
	spin_unlock(&pipe->lock, flags);
	if (result > 0)
		ready_changed();
	return result;
}

/* Goes on after a step, if the pipe has room for more than that. Returns all that was read. */
static int64_t
read_rest(struct pipe *pipe, struct pieces *pieces, int64_t done, int64_t size)
{
	int64_t result = done;

	while (result > 0 && done < size && pipe->ring.pages > PIPE_RING_STEP) {
		thread_breathe();
		result = try_read(pipe, pieces, (size_t)(size - done));
		done += MAX(result, 0);
	}
	return done;
}

static int64_t
end_read_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	const struct pipe_end *end = file->state;
	struct pieces pieces = {vector, count, 0};
	int64_t size = pieces_size(&pieces);

	if (size <= 0)
		return size;
	for (;;) {
		struct ready_state state;
		int64_t result;

		ready_look(&state);
		result = try_read(end->in, &pieces, (size_t)size);
		if (result != -EAGAIN && result != -EBUSY)
			return result > 0 ? read_rest(end->in, &pieces, result, size) : result;
		result = result == -EBUSY ? ready_wait(&state, THREAD_NO_DEADLINE)
					  : ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result)
			return result;
	}
}

static int64_t
end_write_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	const struct pipe_end *end = file->state;
	struct pieces pieces = {vector, count, 0};
	int64_t size = pieces_size(&pieces), done = 0;

	if (size < 0)
		return size;
	while (done < size) {
		struct ready_state state;
		int64_t result;

		ready_look(&state);
		result = try_write(end->out, &pieces, (size_t)(size - done), !done);
		if (result == -EPIPE)
			return pipe_broken((size_t)done);
		if (result == -EAGAIN)
			result = ready_block(file, &state, THREAD_NO_DEADLINE);
		if (result < 0)
			return done ? done : result;
		done += result;
	}
	return done;
}

static int64_t
end_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	struct abi_iovec piece = {buffer, size};

	(void)offset;
	return end_read_vector(file, &piece, 1);
}

static int64_t
end_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	struct abi_iovec piece = {(void *)(uintptr_t)buffer, size}; /* is read alone */

	(void)offset;
	return end_write_vector(file, &piece, 1);
}

static uint32_t
end_ready(struct file *file)
{
	const struct pipe_end *end = file->state;
	uint32_t events = 0;

	if (end->in) {
		events |= READ_ONCE(end->in->ring.used) ? ABI_POLLIN | ABI_POLLRDNORM : 0;
		if (!READ_ONCE(end->in->writers) &&
		    READ_ONCE(end->in->writes) != end->writes_at_open)
			events |= ABI_POLLHUP;
	}
	if (end->out) {
		events |= !pipe_ring_is_full(&end->out->ring) ? ABI_POLLOUT | ABI_POLLWRNORM : 0;
		events |= !READ_ONCE(end->out->readers) ? ABI_POLLERR : 0;
	}
	return events;
}

static struct ready_source *
end_source(struct file *file)
{
	return &pipe_of(file)->source;
}

/* -- Its size ---------------------------------------------------------------------------------- */

static int64_t
get_pipe_size(struct pipe *pipe)
{
	return (int64_t)(READ_ONCE(pipe->ring.pages) * PAGE_4K);
}

/* Gives a pipe room for a power of 2 of pages. -EBUSY: there is more in it. */
static int64_t
set_size(struct pipe *pipe, uint64_t wanted)
{
	struct pipe_ring ring, old = {0};
	unsigned pages = 1;
	uint64_t flags;
	int64_t result = 0;

	if (wanted > PIPE_SIZE_MAX)
		return -EINVAL;
	while (pages * PAGE_4K < wanted)
		pages *= 2;
	if (pipe_ring_make(&ring, pages))
		return -ENOMEM;
	flags = spin_lock(&pipe->lock);
	if (pipe->spliced || pipe->ring.head - pipe->ring.tail > pages) {
		result = -EBUSY;
		old = ring;
	} else {
		pipe_ring_move(&pipe->ring, &ring);
		old = pipe->ring;
		pipe->ring = ring;
		pipe_mark_room(pipe);
	}
	spin_unlock(&pipe->lock, flags);
	pipe_ring_free(&old);
	ready_changed();
	return result ? result : get_pipe_size(pipe);
}

static int64_t
end_fcntl(struct file *file, unsigned command, uint64_t argument)
{
	switch (command) {
	case ABI_F_GETPIPE_SZ:
		return get_pipe_size(pipe_of(file));
	case ABI_F_SETPIPE_SZ:
		return set_size(pipe_of(file), (uint32_t)argument);
	default:
		return -EINVAL;
	}
}

static int64_t
end_control(struct file *file, uint64_t request, uint64_t argument)
{
	int32_t *size = (int32_t *)argument;

	if (request != ABI_FIONREAD)
		return -ENOTTY;
	if (!user_writable(size, sizeof(*size)))
		return -EFAULT;
	*size = (int32_t)READ_ONCE(pipe_of(file)->ring.used);
	return 0;
}

const struct file_operations pipe_operations = {
	.read = end_read,
	.write = end_write,
	.read_vector = end_read_vector,
	.write_vector = end_write_vector,
	.fill = pipe_fill,
	.ready = end_ready,
	.source = end_source,
	.control = end_control,
	.fcntl = end_fcntl,
	.close = end_close,
	.states = &pipe_ends,
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
	leave_end(in, in ? &in->readers : NULL);
	leave_end(out, out ? &out->writers : NULL);
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
