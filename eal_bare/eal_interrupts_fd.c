/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * File descriptors as sources of interrupts. A thread, started for the first one, sleeps in
 * epoll_wait() and marks events; from there on all is as for a device's interrupt. What was
 * reported is left out until the callbacks have run (EPOLLONESHOT): a descriptor that they leave
 * readable calls them again, as on Linux.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_interrupts.h>
#include <rte_log.h>

#include "eal_bare/compat.h"
#include "eal_bare/eal_event.h"
#include "eal_bare/eal_interrupts_fd.h"

#define REPORTS 16 /* taken from epoll_wait() at once */

struct descriptor {
	TAILQ_ENTRY(descriptor) next;
	int fd;
	struct eal_event event;
};

static TAILQ_HEAD(, descriptor) descriptors = TAILQ_HEAD_INITIALIZER(descriptors);
static pthread_mutex_t descriptors_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t thread;
static bool running;
static int epoll_fd, stop_fd;

/* The lock is held. */
static struct descriptor *
find_descriptor(int fd)
{
	struct descriptor *descriptor;

	TAILQ_FOREACH(descriptor, &descriptors, next)
		if (descriptor->fd == fd)
			return descriptor;
	return NULL;
}

static compat_thread_result
watch_main(void *argument __rte_unused)
{
	struct epoll_event reports[REPORTS];
	bool stop = false;

	while (!stop) {
		int count = epoll_wait(epoll_fd, reports, REPORTS, -1);

		pthread_mutex_lock(&descriptors_lock);
		for (int i = 0; i < count; i++) {
			struct descriptor *descriptor = find_descriptor(reports[i].data.fd);

			if (reports[i].data.fd == stop_fd)
				stop = true;
			else if (descriptor != NULL)
				event_signal(&descriptor->event);
		}
		pthread_mutex_unlock(&descriptors_lock);
	}
	return COMPAT_THREAD_DONE;
}

/* Returns 0 or -1 with errno. */
static int
watch(int fd)
{
	struct epoll_event wanted = {.events = EPOLLIN | EPOLLPRI | EPOLLONESHOT, .data.fd = fd};

	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &wanted) == 0)
		return 0;
	return errno == EEXIST ? epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &wanted) : -1;
}

/* Starts the thread, once. Returns 0 or -1 with errno. The lock is held. */
static int
thread_start(void)
{
	int error;

	if (running)
		return 0;
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		return -1;
	stop_fd = eventfd(0, EFD_CLOEXEC);
	error = stop_fd < 0 || watch(stop_fd) != 0 ? errno : 0;
	if (error == 0)
		error = -compat_control_thread(&thread, "dpdk-intr-fd", watch_main, NULL);
	if (error != 0) {
		if (stop_fd >= 0)
			close(stop_fd);
		close(epoll_fd);
		errno = error;
		return -1;
	}
	running = true;
	return 0;
}

struct eal_event *
intr_fd_open(int fd)
{
	struct descriptor *descriptor = calloc(1, sizeof(*descriptor));
	int error;

	if (descriptor == NULL)
		return NULL;
	descriptor->fd = fd;
	pthread_mutex_lock(&descriptors_lock);
	error = fd < 0 ? EBADF : thread_start() != 0 ? errno : 0;
	if (error == 0) {
		TAILQ_INSERT_TAIL(&descriptors, descriptor, next);
		error = watch(fd) == 0 ? 0 : errno;
	}
	if (error != 0 && find_descriptor(fd) == descriptor)
		TAILQ_REMOVE(&descriptors, descriptor, next);
	pthread_mutex_unlock(&descriptors_lock);
	if (error == 0)
		return &descriptor->event;
	free(descriptor);
	errno = error;
	return NULL;
}

void
intr_fd_close(struct eal_event *event)
{
	struct descriptor *descriptor;

	pthread_mutex_lock(&descriptors_lock);
	TAILQ_FOREACH(descriptor, &descriptors, next)
		if (&descriptor->event == event)
			break;
	if (descriptor != NULL) {
		TAILQ_REMOVE(&descriptors, descriptor, next);
		/* It has dropped out by itself if the application closed it. */
		(void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, descriptor->fd, NULL);
	}
	pthread_mutex_unlock(&descriptors_lock);
	free(descriptor);
}

/* What the interrupt thread reads of a descriptor, in bytes. */
static size_t
read_size(enum rte_intr_handle_type type)
{
	switch (type) {
	case RTE_INTR_HANDLE_UIO:
	case RTE_INTR_HANDLE_UIO_INTX:
		return sizeof(uint32_t);
	case RTE_INTR_HANDLE_ALARM:
	case RTE_INTR_HANDLE_VFIO_LEGACY:
	case RTE_INTR_HANDLE_VFIO_MSI:
	case RTE_INTR_HANDLE_VFIO_MSIX:
	case RTE_INTR_HANDLE_VFIO_REQ:
		return sizeof(uint64_t);
	case RTE_INTR_HANDLE_VDEV:
	case RTE_INTR_HANDLE_EXT:
	case RTE_INTR_HANDLE_DEV_EVENT:
		return 0;
	default:
		return 1;
	}
}

bool
intr_fd_read(const struct rte_intr_handle *handle)
{
	size_t size = read_size(rte_intr_type_get(handle));
	int fd = rte_intr_fd_get(handle);
	uint64_t count;
	ssize_t got;

	if (size == 0)
		return true;
	got = read(fd, &count, size);
	if (got > 0)
		return true;
	if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
		intr_fd_rearm(fd);
		return false;
	}
	RTE_LOG(ERR, EAL, "Interrupt of file descriptor %d: %s; it is not watched any more\n", fd,
		got == 0 ? "end of file" : strerror(errno));
	return false;
}

void
intr_fd_rearm(int fd)
{
	if (watch(fd) != 0)
		RTE_LOG(ERR, EAL, "Interrupt of file descriptor %d: cannot be watched: %s\n", fd,
			strerror(errno));
}

int
intr_fd_switch(const struct rte_intr_handle *handle, bool on)
{
	uint32_t value = on;

	int fd = rte_intr_fd_get(handle);

	if (rte_intr_type_get(handle) != RTE_INTR_HANDLE_UIO)
		RTE_LOG(ERR, EAL, "Interrupt of file descriptor %d: there is none to switch\n", fd);
	else if (write(fd, &value, sizeof(value)) != sizeof(value))
		RTE_LOG(ERR, EAL, "Interrupt of file descriptor %d: cannot be switched: %s\n", fd,
			strerror(errno));
	else
		return 0;
	return -1;
}

void
intr_fd_cleanup(void)
{
	uint64_t one = 1;

	if (!running || write(stop_fd, &one, sizeof(one)) != sizeof(one))
		return;
	pthread_join(thread, NULL);
	close(stop_fd);
	close(epoll_fd);
	running = false;
}
