/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Instances that watch instances: no circles, and chains of five at most, as on Linux.
 */
#include "kernel/base/assert.h"
#include "kernel/base/errno.h"
#include "libc/events/epoll_watch.h"
#include "libc/files/files.h"

#define NESTS_MAX 4
#define TOO_DEEP (NESTS_MAX + 1)

/* How deep instances are in an instance; TOO_DEEP, also when `outer` is one of them. */
static int
depth_of(const struct epoll_instance *instance, const struct epoll_instance *outer)
{
	int deepest = 0;

	spin_assert_held(&epoll_lock);
	if (instance == outer)
		return TOO_DEEP;
	for (const struct epoll_watch *watch = instance->watches; watch; watch = watch->next) {
		const struct epoll_instance *inner = epoll_of(watch->file);

		if (inner)
			deepest = MAX(deepest, 1 + depth_of(inner, outer));
	}
	return MIN(deepest, TOO_DEEP);
}

/* How deep an instance is in others. */
static int
height_of(const struct epoll_instance *instance)
{
	int highest = 0;

	spin_assert_held(&epoll_lock);
	for (const struct epoll_watch *watch = instance->file->watches; watch;
	     watch = watch->next_of_file)
		highest = MAX(highest, 1 + height_of(watch->instance));
	return highest;
}

int
epoll_nest_check(const struct epoll_instance *outer, const struct epoll_instance *inner)
{
	return depth_of(inner, outer) + 1 + height_of(outer) > NESTS_MAX ? -ELOOP : 0;
}
