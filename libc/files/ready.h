/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting until files are ready: what poll(), select() and epoll_wait() do, and pipes and the like
 * that block. There is one word for all: it changes whenever a file may have become ready, and
 * those who wait look again. Input from the console, and room for output to it, have words of
 * their own.
 *
 * epoll is notified of more, as it needs what has happened and in which order: a file may have a
 * source, in which each event is marked before the word changes.
 */
#ifndef LIBC_READY_H
#define LIBC_READY_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/spinlock.h"

struct file;

#define ABI_POLLIN 0x001
#define ABI_POLLPRI 0x002
#define ABI_POLLOUT 0x004
#define ABI_POLLERR 0x008
#define ABI_POLLHUP 0x010
#define ABI_POLLNVAL 0x020
#define ABI_POLLRDNORM 0x040
#define ABI_POLLRDBAND 0x080
#define ABI_POLLWRNORM 0x100
#define ABI_POLLWRBAND 0x200
#define ABI_POLLRDHUP 0x2000

/* What the words were before the files were looked at. */
struct ready_state {
	uint32_t files, console, console_room;
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

/* Some file may have become ready. System call context, with no lock held. */
void ready_changed(void);

/* The same in any context: files that nobody holds any more are closed later. */
void ready_changed_anywhere(void);

/* Has those who wait look again, and does no more. Any context. */
void ready_wake(void);

/* Says what else is to be done then; `in_call`: in a system call. */
void ready_set_after(void (*after)(bool in_call));

/* What holds for an open file: ABI_POLL*. */
uint32_t ready_events(struct file *file);

/* -- Sources, for epoll ------------------------------------------------------------------------ */

/*
 * Taken last of all but a completion ring's lock (libc/aio/). What is watched, and what those who
 * watch keep of that, is under it.
 */
extern struct spinlock ready_lock;

struct ready_watch {
	struct ready_watch *next; /* of the same source */
	uint32_t mask;		  /* the events that it can be notified of, ABI_POLL* */
	/*
	 * Something has happened; 0 stands for any event. With ready_lock held. The watch may take
	 * itself out of its source, no other.
	 */
	void (*notify)(struct ready_watch *watch, uint32_t events);
};

/* Where events of one file, or of both ends of a pipe, come from. Zeroed at first. */
struct ready_source {
	struct ready_watch *watches;
};

/*
 * Notifies those who watch that ABI_POLL* have come, be it that they held before; 0: anything may
 * have changed. The file's own lock may be held; ready_changed() is due afterwards. Any context.
 */
void ready_mark(struct ready_source *source, uint32_t events);

/* The same with ready_lock held. */
void ready_mark_locked(struct ready_source *source, uint32_t events);

/* The source of an open file; NULL: it is always ready. */
struct ready_source *ready_source_of(struct file *file);

/*
 * Put a watch of an open file into a source, and take it out. It hears of events before those that
 * were there, or `last`, after them. With ready_lock held.
 */
void ready_watch_add(struct ready_source *source, struct ready_watch *watch,
		     const struct file *file, bool last);
void ready_watch_remove(struct ready_source *source, struct ready_watch *watch);

/* Says who is to forget an open file that is watched and is gone now, before it is closed. */
void ready_set_forget(void (*forget)(struct file *file));
void ready_forget(struct file *file);

#endif
