/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * splice() and tee(). While the first page of a pipe is written to a file, which may sleep, nobody
 * else reads the pipe (`spliced`), and it is taken away as far as it was written.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/events/event.h"
#include "libc/events/pipe.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"

#define ABI_SPLICE_NONBLOCK 2
#define ABI_SPLICE_FLAGS 15

/* Waits for something to read. Returns 1, 0 when nothing will come, or -errno. */
static int
await_bytes(struct pipe *pipe, bool no_wait)
{
	for (;;) {
		struct ready_state state;
		bool busy, any, ends;
		uint64_t flags;
		int result;

		ready_look(&state);
		flags = spin_lock(&pipe->lock);
		busy = pipe->spliced;
		any = pipe->ring.used;
		ends = !pipe->writers;
		spin_unlock(&pipe->lock, flags);
		if (!busy && (any || ends))
			return any;
		result = pipe_await(&state, no_wait && !busy);
		if (result)
			return result;
	}
}

/* -- To a file --------------------------------------------------------------------------------- */

/* Copies what is in the first page, up to `size` bytes; nobody else reads then. 0: it is empty. */
static size_t
begin_page(struct pipe *pipe, void *bytes, size_t size)
{
	uint64_t flags = spin_lock(&pipe->lock);
	size_t length = 0;
	const void *first;

	if (!pipe->spliced && pipe->ring.used) {
		first = pipe_ring_first(&pipe->ring, &length);
		length = MIN(length, size);
		memcpy(bytes, first, length);
		pipe->spliced = true;
	}
	spin_unlock(&pipe->lock, flags);
	return length;
}

static void
end_page(struct pipe *pipe, size_t taken)
{
	uint64_t flags = spin_lock(&pipe->lock);
	bool was_full = pipe_ring_is_full(&pipe->ring);

	if (taken)
		pipe_ring_drop(&pipe->ring, taken);
	pipe->spliced = false;
	if (was_full && !pipe_ring_is_full(&pipe->ring))
		pipe_mark_room(pipe);
	spin_unlock(&pipe->lock, flags);
	ready_changed();
}

/* Returns the bytes written; 0: there were none any more; or -errno. */
static int64_t
empty_page(struct pipe *pipe, struct file *to, int64_t *offset, uint64_t size)
{
	char bytes[PAGE_4K];
	size_t length = begin_page(pipe, bytes, MIN(size, sizeof(bytes)));
	int64_t put;

	if (!length)
		return 0;
	put = to->operations->write(to, bytes, length, (uint64_t)*offset);
	end_page(pipe, put > 0 ? (size_t)put : 0);
	if (put > 0)
		*offset += put;
	return put;
}

/* Goes on until all is moved, or nothing is left once something was. */
static int64_t
empty_into(struct pipe *pipe, struct file *to, int64_t *offset, uint64_t size, bool no_wait)
{
	int64_t done = 0, result = 1;

	while ((uint64_t)done < size && result > 0) {
		result = await_bytes(pipe, no_wait || done);
		if (result <= 0)
			break;
		result = empty_page(pipe, to, offset, size - (uint64_t)done);
		done += MAX(result, 0);
		result = result ?: 1; /* another was first */
		thread_breathe();
	}
	return done ? done : result;
}

/* -- Between pipes ----------------------------------------------------------------------------- */

static uint64_t
lock_both(struct pipe *a, struct pipe *b)
{
	uint64_t flags = spin_lock(a < b ? &a->lock : &b->lock);

	(void)spin_lock(a < b ? &b->lock : &a->lock);
	return flags;
}

static void
unlock_both(struct pipe *a, struct pipe *b, uint64_t flags)
{
	spin_unlock(&a->lock, 0);
	spin_unlock(&b->lock, flags);
}

/* How much is passed from a pipe to another, and how. */
struct passing {
	struct pipe *from, *to;
	bool keeps;
	int64_t done;
	unsigned tail, at; /* of `from`, if some is done: as it was then, what comes next */
};

/* A step. Returns the bytes, 0 when nothing will come, -EPIPE, or -EAGAIN: try again. */
static int64_t
try_pass(struct passing *passing, uint64_t size)
{
	struct pipe *from = passing->from, *to = passing->to;
	uint64_t flags = lock_both(from, to);
	bool was_full = pipe_ring_is_full(&from->ring);
	bool ends = !from->writers && !from->ring.used;
	int64_t result = -EPIPE;

	if (!passing->done)
		passing->tail = passing->at = from->ring.tail;
	if (to->readers && (from->spliced || from->ring.tail != passing->tail))
		result = -EAGAIN;
	else if (to->readers)
		result = (int64_t)pipe_ring_pass(&from->ring, &to->ring, size, passing->keeps,
						 &passing->at);
	passing->tail = from->ring.tail;
	if (result > 0)
		pipe_mark_input(to);
	if (was_full && !pipe_ring_is_full(&from->ring))
		pipe_mark_room(from);
	unlock_both(from, to, flags);
	if (result > 0)
		ready_changed();
	return result || ends ? result : -EAGAIN;
}

/* Waits until something is passed. Returns the bytes, 0 or -errno. */
static int64_t
pass_first(struct passing *passing, uint64_t size, bool no_wait)
{
	for (;;) {
		int64_t result = await_bytes(passing->from, no_wait);

		if (result < 0)
			return result;
		result = pipe_await_room(passing->to, no_wait);
		if (result < 0)
			return result;
		result = try_pass(passing, size);
		if (result == -EPIPE)
			return pipe_broken(0);
		if (result != -EAGAIN)
			return result;
	}
}

/* And goes on with what is there, unless others have taken of it meanwhile. */
static int64_t
pass_on(struct pipe *from, struct pipe *to, uint64_t size, bool no_wait, bool keeps)
{
	struct passing passing = {.from = from, .to = to, .keeps = keeps};
	int64_t result = pass_first(&passing, size, no_wait);

	if (result <= 0)
		return result;
	while (result > 0) {
		passing.done += result;
		thread_breathe();
		result = (uint64_t)passing.done < size
				 ? try_pass(&passing, size - (uint64_t)passing.done)
				 : 0;
	}
	return passing.done;
}

/* -- The calls --------------------------------------------------------------------------------- */

/* A side that is no pipe: at a given offset, or where the open file is. */
static int64_t
at_offset(struct file *file, int64_t *given, uint64_t size,
	  int64_t (*move)(struct file *pipe, struct file *file, int64_t *offset, uint64_t size,
			  bool no_wait),
	  struct file *pipe, bool no_wait)
{
	bool positioned = !given && file->operations->seekable;
	int64_t at = given ? *given : 0, end, result = -EINVAL;

	if (positioned) {
		mutex_lock(&file->position);
		at = (int64_t)file->offset;
	}
	if (at >= 0 && (int64_t)size >= 0 && !__builtin_add_overflow(at, (int64_t)size, &end))
		result = move(pipe, file, &at, size, no_wait);
	if (result > 0 && given)
		*given = at;
	else if (result > 0 && positioned)
		file->offset = (uint64_t)at;
	if (positioned)
		mutex_unlock(&file->position);
	return result;
}

static int64_t
empty_pipe(struct file *pipe, struct file *file, int64_t *offset, uint64_t size, bool no_wait)
{
	if (!file->operations->write || event_is(file))
		return -EINVAL;
	return empty_into(pipe_of(pipe), file, offset, size, no_wait);
}

static int64_t
splice(struct file *from, int64_t *from_offset, struct file *to, int64_t *to_offset, size_t size,
       bool no_wait)
{
	struct pipe *in = pipe_of(from), *out = pipe_of(to);
	bool from_waits = !(from->flags & ABI_O_NONBLOCK), to_waits = !(to->flags & ABI_O_NONBLOCK);

	if ((in && from_offset) || (out && to_offset))
		return -ESPIPE;
	if ((from_offset && !user_writable(from_offset, sizeof(*from_offset))) ||
	    (to_offset && !user_writable(to_offset, sizeof(*to_offset))))
		return -EFAULT;
	if (!file_reads(from) || !file_writes(to))
		return -EBADF;
	if (in && out)
		return in == out ? -EINVAL
				 : pass_on(in, out, size, no_wait || !from_waits || !to_waits,
					   false);
	if ((!in && !out) || (from_offset && !from->operations->seekable) ||
	    (to_offset && !to->operations->seekable))
		return -EINVAL;
	if (out)
		return at_offset(from, from_offset, size, pipe_fill, to, no_wait || !to_waits);
	if (to->flags & ABI_O_APPEND)
		return -EINVAL;
	return at_offset(to, to_offset, size, empty_pipe, from, no_wait || !from_waits);
}

int64_t
sys_splice(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t size, unsigned flags)
{
	struct file *in, *out;
	int64_t result = -EBADF;

	if (!size)
		return 0;
	if (flags & ~(unsigned)ABI_SPLICE_FLAGS)
		return -EINVAL;
	in = file_get(from);
	out = file_get(to);
	if (in && out)
		result = splice(in, from_offset, out, to_offset, size,
				flags & ABI_SPLICE_NONBLOCK);
	if (in)
		file_put(in);
	if (out)
		file_put(out);
	return result;
}

static int64_t
tee(const struct file *from, const struct file *to, size_t size, bool no_wait)
{
	struct pipe *in = pipe_of(from), *out = pipe_of(to);

	if (!file_reads(from) || !file_writes(to))
		return -EBADF;
	if (!in || !out || in == out)
		return -EINVAL;
	no_wait = no_wait || ((from->flags | to->flags) & ABI_O_NONBLOCK);
	return pass_on(in, out, size, no_wait, true);
}

int64_t
sys_tee(int from, int to, size_t size, unsigned flags)
{
	struct file *in, *out;
	int64_t result = -EBADF;

	if (flags & ~(unsigned)ABI_SPLICE_FLAGS)
		return -EINVAL;
	if (!size)
		return 0;
	in = file_get(from);
	out = file_get(to);
	if (in && out)
		result = tee(in, out, size, flags & ABI_SPLICE_NONBLOCK);
	if (in)
		file_put(in);
	if (out)
		file_put(out);
	return result;
}
