/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pipes themselves, and what their ends have in common.
 */
#include "kernel/base/assert.h"
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/pool.h"
#include "libc/events/pipe.h"
#include "libc/signals/signal.h"

static struct spinlock pool_lock = SPINLOCK_INIT;
static struct pool pipes = {.size = sizeof(struct pipe)}; /* under pool_lock */
struct pool pipe_ends = {.size = sizeof(struct pipe_end)};

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
	if (!pipe_ring_make(&pipe->ring, PIPE_RING_PAGES))
		return pipe;
	give_pipe(pipe);
	return NULL;
}

void
pipe_free(struct pipe *pipe)
{
	pipe_ring_free(&pipe->ring);
	give_pipe(pipe);
}

struct pipe *
pipe_of(const struct file *file)
{
	const struct pipe_end *end = file->state;

	if (file->operations->states != &pipe_ends)
		return NULL;
	return end->in ? end->in : end->out;
}

void
pipe_mark_input(struct pipe *pipe)
{
	spin_assert_held(&pipe->lock);
	ready_mark(&pipe->source, ABI_POLLIN | ABI_POLLRDNORM);
}

void
pipe_mark_room(struct pipe *pipe)
{
	spin_assert_held(&pipe->lock);
	ready_mark(&pipe->source, ABI_POLLOUT | ABI_POLLWRNORM);
}

int64_t
pipe_broken(size_t done)
{
	signal_send(thread_current(), ABI_SIGPIPE);
	return done ? (int64_t)done : -EPIPE;
}
