/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * epoll over the same readiness as poll(): an instance is a list of watched files that is looked
 * through. A watched file is known by its descriptor and its serial number, so that a closed one
 * drops out by itself.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"

#define ABI_EPOLL_CTL_ADD 1
#define ABI_EPOLL_CTL_DEL 2
#define ABI_EPOLL_CTL_MOD 3
#define ABI_EPOLLONESHOT (1u << 30)
#define ABI_EPOLLET (1u << 31)
#define ALWAYS_WANTED (ABI_POLLERR | ABI_POLLHUP)

struct abi_epoll_event {
	uint32_t events;
	uint64_t data;
} __packed;
_Static_assert(sizeof(struct abi_epoll_event) == 12, "packed on x86-64");

struct watch {
	struct watch *next;
	int descriptor;
	uint64_t serial;	 /* of the file that the descriptor had */
	uint32_t wanted;	 /* ABI_POLL*, ABI_EPOLLONESHOT, ABI_EPOLLET; 0: spent */
	uint32_t told;		 /* edge-triggered: what held when it was told last */
	uint64_t activity;	 /* and the file's activity then */
	uint64_t data;
};

static struct spinlock lock = SPINLOCK_INIT;
static struct pool watches = {.size = sizeof(struct watch)};

/* Under the lock. */
struct instance {
	struct watch *watches;
};

static struct pool instances = {.size = sizeof(struct instance)};

static void
remove_watch(struct watch **link)
{
	struct watch *watch = *link;

	spin_assert_held(&lock);
	*link = watch->next;
	pool_give(&watches, watch);
}

static void
epoll_close(struct file *file)
{
	struct instance *instance = file->state;
	uint64_t flags = spin_lock(&lock);

	while (instance->watches)
		remove_watch(&instance->watches);
	spin_unlock(&lock, flags);
}

/* What is not to be told again. */
static uint32_t
already_told(const struct watch *watch, uint64_t activity)
{
	bool again = !(watch->wanted & ABI_EPOLLET) || watch->activity != activity;

	return again ? 0 : watch->told;
}

/* What is to be told of a watched file now. */
static uint32_t
due_events(struct watch *watch, struct file *file)
{
	uint64_t activity = ready_activity(file);
	uint32_t found = ready_events(file) & (watch->wanted | ALWAYS_WANTED);
	uint32_t news = found & ~already_told(watch, activity);

	spin_assert_held(&lock);
	watch->told = found;
	watch->activity = activity;
	return watch->wanted ? news : 0;
}

/*
 * The file that is watched, held; NULL when its descriptor has been closed. Whoever lets go of a
 * file last closes it. Here that is done under the lock, so it must not be an instance, which takes
 * the lock to close: no instance is ever watched, and what else has the descriptor now is not held.
 */
static struct file *
file_of(const struct watch *watch)
{
	return file_get_known(watch->descriptor, watch->serial);
}

/* Looks through an instance; *next becomes earlier if something changes by then. */
static int
collect(struct instance *instance, struct abi_epoll_event *events, int limit, uint64_t *next)
{
	int count = 0;
	uint64_t flags = spin_lock(&lock);
	struct watch **link = &instance->watches;

	while (*link && count < limit) {
		struct watch *watch = *link;
		struct file *file = file_of(watch);
		uint32_t found;

		if (!file) {
			remove_watch(link);
			continue;
		}
		found = due_events(watch, file);
		*next = MIN(*next, ready_next(file));
		file_put(file);
		if (found) {
			events[count++] = (struct abi_epoll_event){found, watch->data};
			if (watch->wanted & ABI_EPOLLONESHOT)
				watch->wanted = 0;
		}
		link = &watch->next;
	}
	spin_unlock(&lock, flags);
	return count;
}

/* For poll() on an instance. */
static uint32_t
epoll_ready(struct file *file)
{
	const struct instance *instance = file->state;
	uint64_t flags = spin_lock(&lock);
	uint32_t found = 0;

	for (const struct watch *watch = instance->watches; watch && !found; watch = watch->next) {
		struct file *watched = watch->wanted ? file_of(watch) : NULL;

		if (!watched)
			continue;
		found = ready_events(watched) & (watch->wanted | ALWAYS_WANTED) &
			~already_told(watch, ready_activity(watched));
		file_put(watched);
	}
	spin_unlock(&lock, flags);
	return found ? ABI_POLLIN | ABI_POLLRDNORM : 0;
}

static const struct file_operations epoll_operations = {
	.ready = epoll_ready,
	.close = epoll_close,
	.states = &instances,
};

static int64_t
make_instance(int flags)
{
	if (flags & ~ABI_O_CLOEXEC)
		return -EINVAL;
	return descriptor_add_new(file_make(&epoll_operations, ABI_O_RDWR, NULL), flags);
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

static int
add_watch(struct watch **link, int descriptor, const struct file *file,
	  const struct abi_epoll_event *event)
{
	struct watch *watch = pool_take(&watches);

	spin_assert_held(&lock);
	if (!watch)
		return -ENOMEM;
	*watch = (struct watch){.descriptor = descriptor, .serial = file->serial,
				.wanted = event->events, .data = event->data};
	*link = watch;
	return 0;
}

static int
change(struct instance *instance, int operation, int descriptor, const struct file *file,
       const struct abi_epoll_event *event)
{
	struct watch **link = &instance->watches;

	spin_assert_held(&lock);
	while (*link &&
	       ((*link)->descriptor != descriptor || (*link)->serial != file->serial))
		link = &(*link)->next;
	if (operation == ABI_EPOLL_CTL_ADD)
		return *link ? -EEXIST : add_watch(link, descriptor, file, event);
	if (!*link)
		return -ENOENT;
	if (operation == ABI_EPOLL_CTL_DEL) {
		remove_watch(link);
	} else {
		(*link)->wanted = event->events;
		(*link)->data = event->data;
		(*link)->told = 0;
	}
	return 0;
}

int64_t
sys_epoll_ctl(int instance, int operation, int descriptor, const struct abi_epoll_event *event)
{
	struct file *watcher = file_get(instance);
	struct file *file = file_get(descriptor);
	uint64_t flags;
	int64_t result = 0;

	if (operation != ABI_EPOLL_CTL_DEL && !user_readable(event, sizeof(*event)))
		result = -EFAULT;
	else if (!watcher || !file)
		result = -EBADF;
	else if (watcher->operations != &epoll_operations || watcher == file ||
		 operation < ABI_EPOLL_CTL_ADD || operation > ABI_EPOLL_CTL_MOD)
		result = -EINVAL;
	else if (!file->operations->ready || file->operations == &epoll_operations)
		result = -EPERM; /* as for regular files; nor are instances watched here */
	if (!result) {
		flags = spin_lock(&lock);
		result = change(watcher->state, operation, descriptor, file, event);
		spin_unlock(&lock, flags);
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
wait_for_events(struct instance *instance, struct abi_epoll_event *events, int limit,
		uint64_t deadline)
{
	for (;;) {
		struct ready_state state;
		uint64_t next = deadline;
		int count;

		ready_look(&state);
		count = collect(instance, events, limit, &next);
		if (count)
			return count;
		if (deadline != THREAD_NO_DEADLINE && clock_passed(deadline))
			return 0;
		if (ready_wait(&state, next) == -EINTR)
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
	if (file->operations == &epoll_operations && limit > 0)
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
