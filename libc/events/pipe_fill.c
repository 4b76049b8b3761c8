/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Filling a pipe from a file, for sendfile() and splice(). Bytes are copied; which pages they lie
 * in is as on Linux, for by that a pipe is full or not.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"
#include "libc/events/pipe.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"

int
pipe_await(const struct ready_state *state, bool no_wait)
{
	if (no_wait)
		return -EAGAIN;
	return ready_wait(state, THREAD_NO_DEADLINE) == -EINTR ? -EINTR : 0;
}

int64_t
pipe_await_room(struct pipe *pipe, bool no_wait)
{
	for (;;) {
		struct ready_state state;
		uint64_t flags;
		unsigned readers, pages;
		int result;

		ready_look(&state);
		flags = spin_lock(&pipe->lock);
		readers = pipe->readers;
		pages = pipe->ring.pages - (pipe->ring.head - pipe->ring.tail);
		spin_unlock(&pipe->lock, flags);
		if (!readers)
			return pipe_broken(0);
		if (pages)
			return pages;
		result = pipe_await(&state, no_wait);
		if (result)
			return result;
	}
}

static bool
gives(const struct file *file)
{
	if (!file->operations->read)
		return false;
	if (!file->node)
		return file->operations->kind == ABI_S_IFSOCK;
	return file->node->type != RAMFS_DIRECTORY && file->node->type != RAMFS_FIFO;
}

/* Puts a page, waiting for room if others have taken it meanwhile. Returns 0, or -errno. */
static int
put_page(struct pipe *pipe, const void *bytes, size_t offset, size_t size)
{
	for (;;) {
		int64_t pages = pipe_await_room(pipe, false);
		uint64_t flags;
		bool fits;

		if (pages < 0)
			return (int)pages;
		flags = spin_lock(&pipe->lock);
		fits = !pipe_ring_is_full(&pipe->ring);
		if (fits) {
			pipe_ring_put_page(&pipe->ring, bytes, offset, size);
			pipe_mark_input(pipe);
		}
		spin_unlock(&pipe->lock, flags);
		if (fits)
			return 0;
	}
}

/* One page of a file, or of what else there is. Returns the bytes, 0 at the end, or -errno. */
static int64_t
fill_page(struct pipe *pipe, struct file *from, int64_t *offset, uint64_t size)
{
	bool is_file = from->node && from->node->type == RAMFS_FILE;
	size_t begin = is_file ? (uint64_t)*offset % PAGE_4K : 0;
	char bytes[PAGE_4K];
	int64_t got;
	int result;

	size = MIN(size, PAGE_4K - begin);
	got = from->operations->read(from, bytes, size, (uint64_t)*offset);
	if (got <= 0)
		return got;
	result = put_page(pipe, bytes, begin, (size_t)got);
	if (result)
		return result;
	*offset += got;
	return got;
}

int64_t
pipe_fill(struct file *file, struct file *from, int64_t *offset, uint64_t size, bool no_wait)
{
	struct pipe *pipe = pipe_of(file);
	int64_t pages = pipe_await_room(pipe, no_wait), done = 0, result = 0;

	if (pages < 0 || !size)
		return MIN(pages, 0);
	if (!gives(from))
		return -EINVAL;
	size = MIN(size, (uint64_t)pages * PAGE_4K);
	for (; pages && (uint64_t)done < size; pages--) {
		result = fill_page(pipe, from, offset, size - (uint64_t)done);
		if (result <= 0)
			break;
		done += result;
		thread_breathe();
	}
	if (done)
		ready_changed();
	return done ? done : result;
}
