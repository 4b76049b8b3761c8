/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * epoll's calls. A wait looks at what is listed as ready, and sleeps while that is nothing.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/events/epoll_watch.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"

#define ABI_EPOLL_CTL_ADD 1
#define ABI_EPOLL_CTL_DEL 2
#define ABI_EPOLL_CTL_MOD 3

/* What may be wanted beside EPOLLEXCLUSIVE. */
#define BESIDE_EXCLUSIVE                                                                           \
	(ABI_POLLIN | ABI_POLLOUT | ABI_POLLERR | ABI_POLLHUP | ABI_EPOLLWAKEUP | ABI_EPOLLET |    \
	 ABI_EPOLLEXCLUSIVE)

static void
epoll_close(struct file *file)
{
	struct epoll_instance *instance = file->state;
	uint64_t flags = spin_lock(&epoll_lock);

	while (instance->watches)
		epoll_watch_remove(instance->watches);
	spin_unlock(&epoll_lock, flags);
}

/* Whatever watches a file that is gone does so no more. */
static void
forget(struct file *file)
{
	uint64_t flags = spin_lock(&epoll_lock);

	while (file->watches)
		epoll_watch_remove(file->watches);
	spin_unlock(&epoll_lock, flags);
}

/* For poll() on an instance. */
static uint32_t
epoll_ready(struct file *file)
{
	uint64_t flags = spin_lock(&epoll_lock);
	bool any = epoll_ready_any(file->state);

	spin_unlock(&epoll_lock, flags);
	return any ? ABI_POLLIN | ABI_POLLRDNORM : 0;
}

static struct ready_source *
epoll_source(struct file *file)
{
	return &((struct epoll_instance *)file->state)->source;
}

static const struct file_operations epoll_operations = {
	.ready = epoll_ready,
	.source = epoll_source,
	.close = epoll_close,
	.states = &epoll_instances,
	.at_start = true,
};

static int64_t
make_instance(int flags)
{
	struct file *file;

	if (flags & ~ABI_O_CLOEXEC)
		return -EINVAL;
	ready_set_forget(forget);
	file = file_make(&epoll_operations, ABI_O_RDWR, NULL);
	if (file)
		((struct epoll_instance *)file->state)->file = file;
	return descriptor_add_new(file, flags);
}

int64_t
sys_epoll_create(int size)
{
	return size > 0 ? make_instance(0) : -EINVAL;
}

int64_t
sys_epoll_create1(int flags)
{
	return make_instance(flags);
}

/* Whether an operation is one that there is, for a file of this kind. Returns 0, or -errno. */
static int64_t
check_control(const struct file *watcher, const struct file *file, int operation,
	      const struct abi_epoll_event *event)
{
	uint32_t events = operation == ABI_EPOLL_CTL_DEL ? 0 : event->events;
	bool exclusive = events & ABI_EPOLLEXCLUSIVE;

	if (!file->operations->ready)
		return -EPERM; /* regular files are always ready */
	if (watcher == file || !epoll_of(watcher))
		return -EINVAL;
	if (exclusive && (operation == ABI_EPOLL_CTL_MOD ||
			  (operation == ABI_EPOLL_CTL_ADD &&
			   (epoll_of(file) || (events & ~(uint32_t)BESIDE_EXCLUSIVE)))))
		return -EINVAL;
	return 0;
}

static int
change_watch(struct epoll_instance *instance, int operation, int descriptor, struct file *file,
	     const struct abi_epoll_event *event)
{
	struct epoll_watch *watch;
	const struct epoll_instance *inner = epoll_of(file);

	if (operation == ABI_EPOLL_CTL_ADD && inner && epoll_nest_check(instance, inner))
		return -ELOOP;
	watch = epoll_watch_find(instance, file, descriptor);
	switch (operation) {
	case ABI_EPOLL_CTL_ADD:
		return watch ? -EEXIST : epoll_watch_add(instance, file, descriptor, event);
	case ABI_EPOLL_CTL_DEL:
		if (!watch)
			return -ENOENT;
		epoll_watch_remove(watch);
		return 0;
	case ABI_EPOLL_CTL_MOD:
		if (!watch)
			return -ENOENT;
		if (watch->wanted & ABI_EPOLLEXCLUSIVE)
			return -EINVAL;
		epoll_watch_change(watch, event);
		return 0;
	default:
		return -EINVAL;
	}
}

int64_t
sys_epoll_ctl(int instance, int operation, int descriptor, const struct abi_epoll_event *event)
{
	struct file *watcher = file_get(instance);
	struct file *file = file_get(descriptor);
	uint64_t flags;
	int64_t result;

	if (operation != ABI_EPOLL_CTL_DEL && !user_readable(event, sizeof(*event)))
		result = -EFAULT;
	else if (!watcher || !file)
		result = -EBADF;
	else
		result = check_control(watcher, file, operation, event);
	if (!result) {
		flags = spin_lock(&epoll_lock);
		result = change_watch(watcher->state, operation, descriptor, file, event);
		spin_unlock(&epoll_lock, flags);
	}
	if (watcher)
		file_put(watcher);
	if (file)
		file_put(file);
	if (!result)
		ready_changed();
	return result;
}

static int64_t
wait_for_events(struct epoll_instance *instance, struct abi_epoll_event *events, int limit,
		uint64_t deadline)
{
	for (;;) {
		struct ready_state state;
		uint64_t flags;
		int count;

		ready_look(&state);
		flags = spin_lock(&epoll_lock);
		count = epoll_ready_take(instance, events, limit);
		spin_unlock(&epoll_lock, flags);
		if (count)
			return count;
		if (deadline != THREAD_NO_DEADLINE && clock_passed(deadline))
			return 0;
		if (ready_wait(&state, deadline) == -EINTR)
			return -EINTR;
	}
}

int64_t
sys_epoll_wait(int descriptor, struct abi_epoll_event *events, int limit, int ms)
{
	struct file *file = file_get(descriptor);
	int64_t result = -EINVAL;

	if (!file)
		return -EBADF;
	if (epoll_of(file) && limit > 0)
		result = wait_for_events(file->state, events, limit,
					 ms < 0 ? THREAD_NO_DEADLINE
						: clock_deadline_ns((unsigned)ms * NS_PER_MS));
	file_put(file);
	return result;
}

int64_t
sys_epoll_pwait(int descriptor, struct abi_epoll_event *events, int limit, int ms,
		const uint64_t *mask, size_t size)
{
	int64_t result;

	if (mask && size != sizeof(*mask))
		return -EINVAL;
	if (mask)
		signal_mask_for_call(*mask);
	result = sys_epoll_wait(descriptor, events, limit, ms);
	signal_mask_after_call();
	return result;
}
