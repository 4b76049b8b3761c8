/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which of the watched files are reported, and in which order: as on Linux by a list of what may be
 * ready. An event puts a watch at its end; what is reported and watched by level goes to the end
 * again, so that all have their turn.
 */
#include "libc/events/epoll_watch.h"

#include "kernel/base/assert.h"
#include "libc/base/pool.h"
#include "libc/files/files.h"

#define PRIVATE_BITS (ABI_EPOLLEXCLUSIVE | ABI_EPOLLWAKEUP | ABI_EPOLLONESHOT | ABI_EPOLLET)

struct spinlock epoll_lock = SPINLOCK_INIT;
struct pool epoll_instances = {.size = sizeof(struct epoll_instance)};

struct epoll_instance *
epoll_of(const struct file *file)
{
	return file->operations->states == &epoll_instances ? file->state : NULL;
}

uint32_t
epoll_ready_look(const struct epoll_watch *watch)
{
	struct epoll_instance *inner = epoll_of(watch->file);

	spin_assert_held(&epoll_lock);
	if (inner)
		return epoll_ready_any(inner) ? (ABI_POLLIN | ABI_POLLRDNORM) & watch->wanted : 0;
	return ready_events(watch->file) & watch->wanted;
}

static void
append_watch(struct epoll_watch *watch)
{
	struct epoll_instance *instance = watch->instance;

	spin_assert_held(&ready_lock);
	if (watch->listed)
		return;
	watch->listed = true;
	watch->next_ready = NULL;
	if (instance->last_ready)
		instance->last_ready->next_ready = watch;
	else
		instance->first_ready = watch;
	instance->last_ready = watch;
}

void
epoll_ready_notify(struct ready_watch *source, uint32_t events)
{
	struct epoll_watch *watch = CONTAINER_OF(source, struct epoll_watch, source);

	spin_assert_held(&ready_lock);
	if (!(watch->wanted & ~PRIVATE_BITS) || (events && !(events & watch->wanted)))
		return;
	append_watch(watch);
	ready_mark_locked(&watch->instance->source, ABI_POLLIN);
}

void
epoll_ready_list(struct epoll_watch *watch)
{
	uint64_t flags = spin_lock(&ready_lock);

	if (!watch->listed) {
		append_watch(watch);
		ready_mark_locked(&watch->instance->source, ABI_POLLIN);
	}
	spin_unlock(&ready_lock, flags);
}

/* Takes the first off the list; NULL when it is empty. */
static struct epoll_watch *
take_first(struct epoll_watch **first)
{
	struct epoll_watch *watch = *first;

	spin_assert_held(&ready_lock);
	if (watch) {
		*first = watch->next_ready;
		watch->listed = false;
	}
	return watch;
}

/* Takes the whole list. */
static struct epoll_watch *
take_all(struct epoll_instance *instance)
{
	uint64_t flags = spin_lock(&ready_lock);
	struct epoll_watch *first = instance->first_ready;

	instance->first_ready = instance->last_ready = NULL;
	spin_unlock(&ready_lock, flags);
	return first;
}

/* Puts what is left of it back, before what has been listed meanwhile. */
static void
give_back(struct epoll_instance *instance, struct epoll_watch *first)
{
	uint64_t flags = spin_lock(&ready_lock);
	struct epoll_watch *last = first;

	while (last && last->next_ready)
		last = last->next_ready;
	if (last) {
		last->next_ready = instance->first_ready;
		instance->first_ready = first;
		if (!instance->last_ready)
			instance->last_ready = last;
	}
	spin_unlock(&ready_lock, flags);
}

static struct epoll_watch *
next_of(struct epoll_watch **first)
{
	uint64_t flags = spin_lock(&ready_lock);
	struct epoll_watch *watch = take_first(first);

	spin_unlock(&ready_lock, flags);
	return watch;
}

static void
list_again(struct epoll_watch *watch)
{
	uint64_t flags = spin_lock(&ready_lock);

	append_watch(watch);
	spin_unlock(&ready_lock, flags);
}

void
epoll_ready_unlist(struct epoll_watch *watch)
{
	struct epoll_instance *instance = watch->instance;
	struct epoll_watch *before = NULL, **link = &instance->first_ready;

	spin_assert_held(&ready_lock);
	while (*link && *link != watch) {
		before = *link;
		link = &before->next_ready;
	}
	if (!*link)
		return;
	*link = watch->next_ready;
	if (instance->last_ready == watch)
		instance->last_ready = before;
	watch->listed = false;
}

bool
epoll_ready_any(struct epoll_instance *instance)
{
	struct epoll_watch *left;

	spin_assert_held(&epoll_lock);
	left = take_all(instance);
	while (left && !epoll_ready_look(left))
		next_of(&left);
	give_back(instance, left);
	return left;
}

/* What becomes of a watch that has been reported. */
static void
settle(struct epoll_watch *watch)
{
	if (watch->wanted & ABI_EPOLLONESHOT)
		watch->wanted &= PRIVATE_BITS;
	else if (!(watch->wanted & ABI_EPOLLET))
		list_again(watch);
}

int
epoll_ready_take(struct epoll_instance *instance, struct abi_epoll_event *events, int limit)
{
	struct epoll_watch *left, *watch;
	int count = 0;

	spin_assert_held(&epoll_lock);
	left = take_all(instance);
	while (count < limit && (watch = next_of(&left))) {
		uint32_t found = epoll_ready_look(watch);

		if (!found)
			continue;
		events[count++] = (struct abi_epoll_event){found, watch->data};
		settle(watch);
	}
	give_back(instance, left);
	return count;
}
