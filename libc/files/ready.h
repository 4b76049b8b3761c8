/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting until files are ready: what poll(), select() and epoll_wait() do, and pipes and the like
 * that block. There is one word for all: it changes whenever a file may have become ready, and
 * those who wait look again. Input from the console has a word of its own.
 */
#ifndef LIBC_READY_H
#define LIBC_READY_H

#include <stdint.h>

struct file;

#define ABI_POLLIN 0x001
#define ABI_POLLPRI 0x002
#define ABI_POLLOUT 0x004
#define ABI_POLLERR 0x008
#define ABI_POLLHUP 0x010
#define ABI_POLLNVAL 0x020
#define ABI_POLLRDNORM 0x040
#define ABI_POLLWRNORM 0x100
#define ABI_POLLRDHUP 0x2000

/* What the words were before the files were looked at. */
struct ready_state {
	uint32_t files, console;
};
void ready_look(struct ready_state *state);

/*
 * Sleeps until a file may have become ready since ready_look(), or a deadline in clock_ns() time.
 * Returns 0 (look again), -ETIMEDOUT or -EINTR. System call context.
 */
int ready_wait(const struct ready_state *state, uint64_t deadline);

/*
 * What a call on a file that can do nothing now does: fails with -EAGAIN if the file is not to
 * block or a deadline has passed, else sleeps. Returns 0 (look again), -EAGAIN or -EINTR.
 */
int ready_block(struct file *file, const struct ready_state *state, uint64_t deadline);

/* Some file may have become ready. Any context. */
void ready_changed(void);

/* What holds for an open file: ABI_POLL*. */
uint32_t ready_events(struct file *file);

/* When that changes by itself, in clock_ns() time; THREAD_NO_DEADLINE: not. */
uint64_t ready_next(struct file *file);

/* A number that changes when it has become ready once more, be it that it was before. */
uint64_t ready_activity(struct file *file);

#endif
