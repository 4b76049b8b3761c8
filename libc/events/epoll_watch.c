/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A watch is on three lists: its instance's, its open file's, by which it goes when that is closed,
 * and that of the file's source, by which it hears of events.
 */
#include "libc/events/epoll_watch.h"

#include "kernel/base/assert.h"
#include "kernel/base/errno.h"
#include "libc/base/pool.h"
#include "libc/files/files.h"

#define EPOLL_ALWAYS_WANTED (ABI_POLLERR | ABI_POLLHUP)

static struct pool watches = {.size = sizeof(struct epoll_watch)};

struct epoll_watch *
epoll_watch_find(struct epoll_instance *instance, const struct file *file, int descriptor)
{
	struct epoll_watch *watch = instance->watches;

	spin_assert_held(&epoll_lock);
	while (watch && (watch->file != file || watch->descriptor != descriptor))
		watch = watch->next;
	return watch;
}

void
epoll_watch_change(struct epoll_watch *watch, const struct abi_epoll_event *event)
{
	spin_assert_held(&epoll_lock);
	WRITE_ONCE(watch->wanted, event->events | EPOLL_ALWAYS_WANTED);
	watch->data = event->data;
	if (epoll_ready_look(watch))
		epoll_ready_list(watch);
}

int
epoll_watch_add(struct epoll_instance *instance, struct file *file, int descriptor,
		const struct abi_epoll_event *event)
{
	struct epoll_watch *watch = pool_take(&watches);
	struct ready_source *source = ready_source_of(file);
	uint64_t flags;

	spin_assert_held(&epoll_lock);
	if (!watch)
		return -ENOMEM;
	watch->source.notify = epoll_ready_notify;
	watch->instance = instance;
	watch->file = file;
	watch->descriptor = descriptor;
	watch->next = instance->watches;
	instance->watches = watch;
	watch->next_of_file = file->watches;
	file->watches = watch;
	flags = spin_lock(&ready_lock);
	ready_watch_add(source, &watch->source, file, event->events & ABI_EPOLLEXCLUSIVE);
	spin_unlock(&ready_lock, flags);
	epoll_watch_change(watch, event);
	return 0;
}

void
epoll_watch_remove(struct epoll_watch *watch)
{
	struct epoll_watch **link = &watch->instance->watches;
	struct epoll_watch *first_of_file = watch->file->watches;
	struct epoll_watch **of_file = &first_of_file;
	struct ready_source *source = ready_source_of(watch->file);
	uint64_t flags;

	spin_assert_held(&epoll_lock);
	while (*link != watch)
		link = &(*link)->next;
	*link = watch->next;
	while (*of_file != watch)
		of_file = &(*of_file)->next_of_file;
	*of_file = watch->next_of_file;
	watch->file->watches = first_of_file;
	flags = spin_lock(&ready_lock);
	ready_watch_remove(source, &watch->source);
	epoll_ready_unlist(watch);
	spin_unlock(&ready_lock, flags);
	pool_give(&watches, watch);
}
