/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rte_epoll over futexes: an instance is a word that each interrupt of its members changes, and
 * on which rte_epoll_wait() sleeps, in HLT if nothing else runs on that CPU. Members are events
 * of devices (eal_event.h) alone; files cannot be waited for.
 *
 * Instances are numbers as well, from EPOLL_FD_BASE on: one for each thread that asks for its own
 * (RTE_EPOLL_PER_THREAD), given back when the thread ends. Another thread's instance may be
 * used by its number. An event has one instance at a time.
 *
 * Events are edge-triggered, which is what receive interrupts are on Linux: what is reported is
 * taken.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>

#include <rte_common.h>
#include <rte_epoll.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_pause.h>
#include <rte_per_lcore.h>

#include "kernel/time/clock.h"

#include "eal_bare/compat.h"
#include "eal_bare/eal_bare.h"
#include "eal_bare/eal_event.h"

#define EPOLL_FD_BASE 0x20000
#define EPOLL_INSTANCES_MAX (2 * RTE_MAX_LCORE)
#define EPOLL_MEMBERS_MAX 128

struct epoll_member {
	struct eal_event *event; /* NULL: vacant */
	struct rte_epoll_event *user;
};

struct epoll_instance {
	bool used;
	uint32_t word;
	struct epoll_member members[EPOLL_MEMBERS_MAX];
};

static struct epoll_instance instances[EPOLL_INSTANCES_MAX];
static pthread_mutex_t instance_lock = PTHREAD_MUTEX_INITIALIZER;

static pthread_once_t epoll_once = PTHREAD_ONCE_INIT;
static pthread_key_t epoll_key; /* its destructor gives a thread's instance back */
static RTE_DEFINE_PER_LCORE(int, epoll_fd) = -1;

/* -- Instances -------------------------------------------------------------------------------- */

static struct epoll_instance *
instance_get(int fd)
{
	if (fd < EPOLL_FD_BASE || fd >= EPOLL_FD_BASE + EPOLL_INSTANCES_MAX)
		return NULL;
	return instances[fd - EPOLL_FD_BASE].used ? &instances[fd - EPOLL_FD_BASE] : NULL;
}

static int
instance_open(void)
{
	int slot = 0;

	pthread_mutex_lock(&instance_lock);
	while (slot < EPOLL_INSTANCES_MAX && instances[slot].used)
		slot++;
	if (slot < EPOLL_INSTANCES_MAX) {
		memset(instances[slot].members, 0, sizeof(instances[slot].members));
		instances[slot].used = true;
	}
	pthread_mutex_unlock(&instance_lock);
	return slot < EPOLL_INSTANCES_MAX ? EPOLL_FD_BASE + slot : -1;
}

static void
instance_close(void *value)
{
	struct epoll_instance *instance = value;

	pthread_mutex_lock(&instance_lock);
	for (unsigned i = 0; i < EPOLL_MEMBERS_MAX; i++)
		if (instance->members[i].event != NULL)
			event_watch(instance->members[i].event, EVENT_EPOLL, NULL);
	instance->used = false;
	pthread_mutex_unlock(&instance_lock);
}

static void
epoll_init(void)
{
	(void)pthread_key_create(&epoll_key, instance_close);
}

int
rte_intr_tls_epfd(void)
{
	int fd = RTE_PER_LCORE(epoll_fd);

	if (fd >= 0)
		return fd;
	pthread_once(&epoll_once, epoll_init);
	fd = instance_open();
	if (fd < 0) {
		RTE_LOG(ERR, EAL, "All %u epoll instances are used\n", EPOLL_INSTANCES_MAX);
		return -1;
	}
	if (pthread_setspecific(epoll_key, instance_get(fd)) != 0) {
		instance_close(instance_get(fd));
		return -1;
	}
	RTE_PER_LCORE(epoll_fd) = fd;
	return fd;
}

/* -- Members; the lock is held -------------------------------------------------------------- */

static struct epoll_member *
member_find(struct epoll_instance *instance, const struct eal_event *event)
{
	for (unsigned i = 0; i < EPOLL_MEMBERS_MAX; i++)
		if (instance->members[i].event == event)
			return &instance->members[i];
	return NULL;
}

static int
member_add(struct epoll_instance *instance, struct eal_event *event, struct rte_epoll_event *user)
{
	struct epoll_member *member;

	if (event->word[EVENT_EPOLL] != NULL)
		return -EEXIST;
	member = member_find(instance, NULL);
	if (member == NULL)
		return -ENOSPC;
	*member = (struct epoll_member){.event = event, .user = user};
	event_watch(event, EVENT_EPOLL, &instance->word);
	return 0;
}

static int
member_delete(struct epoll_instance *instance, const struct eal_event *event)
{
	struct epoll_member *member = member_find(instance, event);

	if (member == NULL)
		return -ENOENT;
	event_watch(member->event, EVENT_EPOLL, NULL);
	*member = (struct epoll_member){0};
	return 0;
}

void
eal_epoll_invalidate(struct rte_epoll_event *user)
{
	uint32_t valid = RTE_EPOLL_VALID;

	while (!__atomic_compare_exchange_n(&user->status, &valid, RTE_EPOLL_INVALID, 0,
					    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		if (valid == RTE_EPOLL_INVALID)
			return;
		valid = RTE_EPOLL_VALID;
		rte_pause(); /* as long as the callback takes: DPDK's contract */
	}
	memset(&user->epdata, 0, sizeof(user->epdata));
	user->fd = -1;
	user->epfd = -1;
}

static int
epoll_change(struct epoll_instance *instance, int op, struct eal_event *event,
	     struct rte_epoll_event *user)
{
	switch (op) {
	case EPOLL_CTL_ADD:
		return member_add(instance, event, user);
	case EPOLL_CTL_DEL:
		return member_delete(instance, event);
	case EPOLL_CTL_MOD: /* user->epdata, which is read when an interrupt comes */
		return member_find(instance, event) == NULL ? -ENOENT : 0;
	default:
		return -EINVAL;
	}
}

int
rte_epoll_ctl(int epfd, int op, int fd, struct rte_epoll_event *user)
{
	struct epoll_instance *instance;
	struct eal_event *event = event_get(fd);
	int error;

	if (user == NULL) {
		RTE_LOG(ERR, EAL, "rte_epoll_event can't be NULL\n");
		return compat_epoll_error(-EINVAL);
	}
	if (epfd == RTE_EPOLL_PER_THREAD)
		epfd = rte_intr_tls_epfd();
	instance = instance_get(epfd);
	if (op == EPOLL_CTL_ADD) {
		user->fd = fd;
		user->epfd = epfd;
		__atomic_store_n(&user->status, RTE_EPOLL_VALID, __ATOMIC_RELEASE);
	}
	pthread_mutex_lock(&instance_lock);
	error = instance == NULL || event == NULL ? -EBADF
						  : epoll_change(instance, op, event, user);
	pthread_mutex_unlock(&instance_lock);
	if (DPDK_SINCE(26, 7) && op == EPOLL_CTL_ADD && error == -EEXIST)
		return error; /* the event stays: vectors may share one */
	if (error != 0) {
		RTE_LOG(ERR, EAL, "Error op %d fd %d epfd %d epoll_ctl, %s\n", op, fd, epfd,
			rte_strerror(-error));
		if (op == EPOLL_CTL_ADD)
			__atomic_store_n(&user->status, RTE_EPOLL_INVALID, __ATOMIC_RELEASE);
		return compat_epoll_error(error);
	}
	if (op == EPOLL_CTL_DEL)
		eal_epoll_invalidate(user);
	return 0;
}

/* -- Waiting ---------------------------------------------------------------------------------- */

/* Reports one member whose entry is valid; runs its callback. The lock is not held. */
static bool
member_report(struct rte_epoll_event *user, struct rte_epoll_event *report)
{
	uint32_t valid = RTE_EPOLL_VALID;

	if (!__atomic_compare_exchange_n(&user->status, &valid, RTE_EPOLL_EXEC, 0, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return false;
	report->status = RTE_EPOLL_VALID;
	report->fd = user->fd;
	report->epfd = user->epfd;
	report->epdata.event = EPOLLIN;
	report->epdata.data = user->epdata.data;
	if (user->epdata.cb_fun != NULL)
		user->epdata.cb_fun(user->fd, user->epdata.cb_arg);
	__atomic_store_n(&user->status, RTE_EPOLL_VALID, __ATOMIC_RELEASE);
	return true;
}

/* Takes the marked members, at most max. */
static int
instance_collect(struct epoll_instance *instance, struct rte_epoll_event *reports, int max)
{
	int count = 0;

	for (unsigned i = 0; i < EPOLL_MEMBERS_MAX && count < max; i++) {
		struct rte_epoll_event *user = NULL;

		pthread_mutex_lock(&instance_lock);
		if (instance->members[i].event != NULL &&
		    event_take(instance->members[i].event, EVENT_EPOLL))
			user = instance->members[i].user;
		pthread_mutex_unlock(&instance_lock);
		if (user != NULL && member_report(user, &reports[count]))
			count++;
	}
	return count;
}

int
rte_epoll_wait(int epfd, struct rte_epoll_event *events, int max, int timeout)
{
	uint64_t deadline = timeout < 0 ? NO_DEADLINE : clock_ns() + timeout * NS_PER_MS;
	struct epoll_instance *instance;

	if (epfd == RTE_EPOLL_PER_THREAD)
		epfd = rte_intr_tls_epfd();
	instance = instance_get(epfd);
	if (events == NULL || max <= 0 || instance == NULL) {
		RTE_LOG(ERR, EAL, "rte_epoll_wait: %s\n",
			instance == NULL ? "no epoll instance" : "no room for events");
		return -1;
	}
	for (;;) {
		uint32_t word = __atomic_load_n(&instance->word, __ATOMIC_ACQUIRE);
		int count = instance_collect(instance, events, max);

		if (count > 0 || clock_ns() >= deadline)
			return count;
		eal_futex_wait(&instance->word, word, deadline);
	}
}

/* There are no signals that could interrupt it. */
int
rte_epoll_wait_interruptible(int epfd, struct rte_epoll_event *events, int max, int timeout)
{
	return rte_epoll_wait(epfd, events, max, timeout);
}
