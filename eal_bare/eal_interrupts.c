/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interrupt thread: calls what drivers registered for their device's interrupt, and the
 * alarms. It sleeps on one futex word, which each interrupt changes, until the next alarm.
 *
 * A source is an event (eal_event.h) with its callbacks; a file descriptor's event is marked by a
 * thread that watches it (eal_interrupts_fd.h). While the thread runs a source's
 * callbacks the source is active: it is not removed then, and unregistering says -EAGAIN, as on
 * Linux. Callbacks run without the lock, so that they may register and unregister.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/queue.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_log.h>

#include "kernel/thread/futex.h"
#include "kernel/time/clock.h"

#include "eal_bare/compat.h"
#include "eal_bare/eal_bare.h"
#include "eal_bare/eal_event.h"
#include "eal_bare/eal_interrupts_fd.h"

struct intr_callback {
	TAILQ_ENTRY(intr_callback) next;
	rte_intr_callback_fn function;
	void *argument;
	bool delete_pending;
	rte_intr_unregister_callback_fn deleted; /* called before it goes; NULL: nothing */
};

struct intr_source {
	TAILQ_ENTRY(intr_source) next;
	TAILQ_HEAD(, intr_callback) callbacks;
	struct rte_intr_handle *handle; /* our copy */
	struct eal_event *event;
	bool active;
};

static TAILQ_HEAD(, intr_source) sources = TAILQ_HEAD_INITIALIZER(sources);
static pthread_mutex_t intr_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t intr_thread;
static bool intr_running, intr_stop;
static uint32_t intr_word; /* what the thread sleeps on */
static uint64_t (*alarms_due)(void);

void
eal_intr_set_alarms(uint64_t (*run)(void))
{
	__atomic_store_n(&alarms_due, run, __ATOMIC_RELEASE);
}

/* Runs the alarms that are due, if there are alarms yet; when the next one is. */
static uint64_t
run_alarms(void)
{
	uint64_t (*run)(void) = __atomic_load_n(&alarms_due, __ATOMIC_ACQUIRE);

	return run ? run() : NO_DEADLINE;
}

/* -- Sources; the lock is held ------------------------------------------------------------- */

static bool
is_descriptor(const struct intr_source *source)
{
	return event_get(rte_intr_fd_get(source->handle)) == NULL;
}

static struct intr_source *
source_find(const struct rte_intr_handle *handle)
{
	int fd = rte_intr_fd_get(handle);
	struct intr_source *source;

	TAILQ_FOREACH(source, &sources, next)
		if (rte_intr_fd_get(source->handle) == fd)
			return source;
	return NULL;
}

/* Returns NULL with errno: ENOMEM, or why the handle's descriptor cannot be watched. */
static struct intr_source *
source_add(const struct rte_intr_handle *handle)
{
	struct intr_source *source = calloc(1, sizeof(*source));

	if (source == NULL)
		return NULL;
	source->handle = rte_intr_instance_dup(handle);
	if (source->handle == NULL) {
		free(source);
		errno = ENOMEM;
		return NULL;
	}
	source->event = event_get(rte_intr_fd_get(handle));
	if (source->event == NULL)
		source->event = intr_fd_open(rte_intr_fd_get(handle));
	if (source->event == NULL) {
		rte_intr_instance_free(source->handle);
		free(source);
		return NULL;
	}
	TAILQ_INIT(&source->callbacks);
	TAILQ_INSERT_TAIL(&sources, source, next);
	event_watch(source->event, EVENT_THREAD, &intr_word);
	return source;
}

static void
source_remove_if_empty(struct intr_source *source)
{
	if (!TAILQ_EMPTY(&source->callbacks))
		return;
	event_watch(source->event, EVENT_THREAD, NULL);
	if (is_descriptor(source))
		intr_fd_close(source->event);
	TAILQ_REMOVE(&sources, source, next);
	rte_intr_instance_free(source->handle);
	free(source);
}

static bool
callback_matches(const struct intr_callback *callback, rte_intr_callback_fn function,
		 void *argument)
{
	return callback->function == function &&
	       (argument == (void *)-1 || callback->argument == argument);
}

/* -- Registering ------------------------------------------------------------------------------ */

int
rte_intr_callback_register(const struct rte_intr_handle *handle, rte_intr_callback_fn function,
			   void *argument)
{
	struct intr_callback *callback;
	struct intr_source *source;
	int error = 0;

	if (rte_intr_fd_get(handle) < 0 || function == NULL) {
		RTE_LOG(ERR, EAL, "Interrupt callback: %s\n",
			function == NULL ? "no function" : "the handle has no interrupt");
		return -EINVAL;
	}
	callback = calloc(1, sizeof(*callback));
	if (callback == NULL)
		return -ENOMEM;
	callback->function = function;
	callback->argument = argument;

	pthread_mutex_lock(&intr_lock);
	source = source_find(handle);
	if (source == NULL)
		source = source_add(handle);
	if (source != NULL)
		TAILQ_INSERT_TAIL(&source->callbacks, callback, next);
	else
		error = errno;
	pthread_mutex_unlock(&intr_lock);

	if (error != 0) {
		RTE_LOG(ERR, EAL, "Interrupt callback: %d cannot be watched: %s\n",
			rte_intr_fd_get(handle), rte_strerror(error));
		free(callback);
		return -error;
	}
	eal_intr_wake(); /* the event may have been marked before */
	return 0;
}

int
rte_intr_callback_unregister(const struct rte_intr_handle *handle, rte_intr_callback_fn function,
			     void *argument)
{
	struct intr_callback *callback, *next;
	struct intr_source *source;
	int removed = 0;

	if (rte_intr_fd_get(handle) < 0)
		return -EINVAL;
	pthread_mutex_lock(&intr_lock);
	source = source_find(handle);
	if (source == NULL || source->active) {
		pthread_mutex_unlock(&intr_lock);
		return source == NULL ? -ENOENT : -EAGAIN;
	}
	for (callback = TAILQ_FIRST(&source->callbacks); callback != NULL; callback = next) {
		next = TAILQ_NEXT(callback, next);
		if (!callback_matches(callback, function, argument))
			continue;
		TAILQ_REMOVE(&source->callbacks, callback, next);
		free(callback);
		removed++;
	}
	source_remove_if_empty(source);
	pthread_mutex_unlock(&intr_lock);
	return removed;
}

int
rte_intr_callback_unregister_pending(const struct rte_intr_handle *handle,
				     rte_intr_callback_fn function, void *argument,
				     rte_intr_unregister_callback_fn deleted)
{
	struct intr_callback *callback;
	struct intr_source *source;
	int marked = 0;

	if (rte_intr_fd_get(handle) < 0)
		return -EINVAL;
	pthread_mutex_lock(&intr_lock);
	source = source_find(handle);
	if (source == NULL || !source->active) {
		pthread_mutex_unlock(&intr_lock);
		return source == NULL ? -ENOENT : -EAGAIN;
	}
	TAILQ_FOREACH(callback, &source->callbacks, next)
		if (callback_matches(callback, function, argument)) {
			callback->delete_pending = true;
			callback->deleted = deleted;
			marked++;
		}
	pthread_mutex_unlock(&intr_lock);
	return marked;
}

int
rte_intr_callback_unregister_sync(const struct rte_intr_handle *handle,
				  rte_intr_callback_fn function, void *argument)
{
	int result;

	/* DPDK's contract: waits as long as the callbacks run. */
	while ((result = rte_intr_callback_unregister(handle, function, argument)) == -EAGAIN)
		sched_yield();
	return result;
}

/* -- The thread ------------------------------------------------------------------------------- */

/* Takes away what was unregistered while it ran. The lock is held. */
static void
source_sweep(struct intr_source *source)
{
	struct intr_callback *callback, *next;

	for (callback = TAILQ_FIRST(&source->callbacks); callback != NULL; callback = next) {
		next = TAILQ_NEXT(callback, next);
		if (!callback->delete_pending)
			continue;
		TAILQ_REMOVE(&source->callbacks, callback, next);
		if (callback->deleted != NULL)
			callback->deleted(source->handle, callback->argument);
		free(callback);
	}
	source_remove_if_empty(source);
}

static void
callbacks_run(struct intr_source *source)
{
	struct intr_callback *callback;

	TAILQ_FOREACH(callback, &source->callbacks, next) {
		struct intr_callback copy = *callback;

		pthread_mutex_unlock(&intr_lock);
		copy.function(copy.argument);
		pthread_mutex_lock(&intr_lock);
	}
}

/* Runs one source's callbacks. The lock is held, and released meanwhile. */
static void
source_run(struct intr_source *source)
{
	bool run = true;

	source->active = true;
	if (is_descriptor(source)) {
		pthread_mutex_unlock(&intr_lock);
		run = intr_fd_read(source->handle);
		pthread_mutex_lock(&intr_lock);
	}
	if (run)
		callbacks_run(source);
	if (run && is_descriptor(source))
		intr_fd_rearm(rte_intr_fd_get(source->handle));
	source->active = false;
	source_sweep(source);
}

static void
sources_run(void)
{
	struct intr_source *source;

	pthread_mutex_lock(&intr_lock);
	do {
		TAILQ_FOREACH(source, &sources, next)
			if (event_take(source->event, EVENT_THREAD))
				break;
		if (source != NULL)
			source_run(source); /* the list may be another one now */
	} while (source != NULL);
	pthread_mutex_unlock(&intr_lock);
}

static compat_thread_result
intr_main(void *argument __rte_unused)
{
	while (!__atomic_load_n(&intr_stop, __ATOMIC_ACQUIRE)) {
		uint32_t word = __atomic_load_n(&intr_word, __ATOMIC_ACQUIRE);
		bool polled = intx_poll();
		uint64_t deadline;

		sources_run();
		deadline = run_alarms();
		if (polled)
			deadline = RTE_MIN(deadline, clock_ns() + INTX_POLL_NS);
		eal_futex_wait(&intr_word, word, deadline);
	}
	return COMPAT_THREAD_DONE;
}

void
eal_intr_wake(void)
{
	__atomic_add_fetch(&intr_word, 1, __ATOMIC_RELEASE);
	futex_wake(&intr_word, 1);
}

int
rte_thread_is_intr(void)
{
	return intr_running && pthread_equal(intr_thread, pthread_self());
}

#if DPDK_SINCE(23, 11)
/* All that an event can report to a callback is that its interrupt came. */
uint32_t
rte_intr_active_events_flags(void)
{
	return rte_thread_is_intr() ? EPOLLIN : 0;
}
#endif

int
rte_eal_intr_init(void)
{
	int error;

	if (intr_running)
		return 0; /* an earlier rte_eal_init() failed later than here */
	error = compat_control_thread(&intr_thread, "dpdk-intr", intr_main, NULL);
	if (error != 0) {
		rte_errno = -error;
		RTE_LOG(ERR, EAL, "Failed to create the interrupt thread: %s\n",
			rte_strerror(-error));
		return -1;
	}
	intr_running = true;
	return 0;
}

void
eal_intr_cleanup(void)
{
	struct intr_source *source;
	struct intr_callback *callback;

	if (!intr_running || rte_thread_is_intr())
		return; /* called from a callback: the thread cannot wait for itself */
	__atomic_store_n(&intr_stop, true, __ATOMIC_RELEASE);
	eal_intr_wake();
	pthread_join(intr_thread, NULL);
	intr_running = false;
	while ((source = TAILQ_FIRST(&sources)) != NULL) {
		while ((callback = TAILQ_FIRST(&source->callbacks)) != NULL) {
			TAILQ_REMOVE(&source->callbacks, callback, next);
			free(callback);
		}
		source_remove_if_empty(source);
	}
	intr_fd_cleanup();
}
