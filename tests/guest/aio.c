/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Linux's asynchronous calls: the ring that a program reads without a call, polls that come due
 * where their event happens, waiting, eventfds that are told, limits.
 */
/* QEMU: -smp 2 */
#include "tests/guest/aio.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/timerfd.h>

#include "tests/unit/check.h"

#define SPIN_SECONDS 10
#define LONG_MS 20000

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Looks at a ring until there is an event, and takes it; false: none came. */
static bool
spin_for(unsigned long context, struct io_event *event)
{
	volatile struct aio_ring *ring = ring_of(context);
	uint64_t end = now_ns() + SPIN_SECONDS * 1000000000ull;

	while (ring->head == ring->tail)
		if (now_ns() > end)
			return false;
	*event = ((struct aio_ring *)ring)->io_events[ring->head];
	ring->head = (ring->head + 1) % ring->nr;
	return true;
}

/* A timer's interrupt puts the event where a program that makes no call sees it. */
static void
timer(void)
{
	unsigned long context = setup(8);
	struct itimerspec time = {.it_value.tv_nsec = 20000000};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	struct iocb request = poll_request(fd, POLLIN);
	struct io_event event;
	uint64_t began = now_ns();

	CHECK_EQ(ring_of(context)->magic, AIO_RING_MAGIC);
	CHECK_EQ(ring_of(context)->header_length, sizeof(struct aio_ring));
	CHECK(ring_of(context)->nr > 16);
	request.aio_data = 42;
	CHECK_EQ(timerfd_settime(fd, 0, &time, NULL), 0);
	CHECK_EQ(submit(context, &request), 1);
	CHECK(spin_for(context, &event));
	CHECK(now_ns() - began >= 20000000);
	CHECK_EQ(event.data, 42);
	CHECK_EQ(event.obj, (uintptr_t)&request);
	CHECK_EQ(event.res, POLLIN);
	CHECK_EQ(submit(context, &request), 1); /* it still holds */
	CHECK(spin_for(context, &event));
	close(fd);
	CHECK_EQ(destroy(context), 0);
	CHECK_FAILS(destroy(context), EINVAL);
}

struct writer {
	int fd;
	unsigned pause_us;
};

static void *
write_later(void *argument)
{
	const struct writer *writer = argument;
	uint64_t one = 1;

	usleep(writer->pause_us);
	CHECK_EQ(write(writer->fd, &one, sizeof(one)), sizeof(one));
	return NULL;
}

/* A waiter is woken by what another thread does; one that waits for more waits on. */
static void
waiting(void)
{
	unsigned long context = setup(8);
	struct writer writer = {eventfd(0, EFD_NONBLOCK), 20000};
	struct iocb requests[2] = {poll_request(writer.fd, POLLIN),
				   poll_request(writer.fd, POLLIN)};
	struct io_event events[3];
	pthread_t thread;

	CHECK_EQ(get_events(context, 1, 1, events, 10), 0);
	CHECK_EQ(submit(context, &requests[0]), 1);
	CHECK_EQ(submit(context, &requests[1]), 1);
	CHECK_EQ(pthread_create(&thread, NULL, write_later, &writer), 0);
	CHECK_EQ(get_events(context, 2, 3, events, LONG_MS), 2);
	pthread_join(thread, NULL);
	CHECK_EQ(events[0].res, POLLIN);
	CHECK_EQ(submit(context, &requests[0]), 1);
	CHECK_EQ(get_events(context, 2, 3, events, 20), 1); /* what there was when time was up */
	CHECK_EQ(destroy(context), 0);
	close(writer.fd);
}

static volatile unsigned alarms;

static void
note(int signal_)
{
	alarms += signal_ == SIGALRM;
}

/* Signals end a wait, those that its mask holds back do not. */
static void
signalled(void)
{
	unsigned long context = setup(8);
	struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
	struct itimerval soon = {.it_value.tv_usec = 20000};
	struct timespec span = {0, 100000000};
	uint64_t mask = 1ull << (SIGALRM - 1);
	struct {
		const uint64_t *mask;
		size_t size;
	} argument = {&mask, sizeof(mask)};
	struct io_event event;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	CHECK_FAILS(get_events(context, 1, 1, &event, LONG_MS), EINTR);
	CHECK_EQ(alarms, 1);
	setitimer(ITIMER_REAL, &soon, NULL);
	CHECK_EQ(syscall(SYS_io_pgetevents, context, 1L, 1L, &event, &span, &argument), 0);
	CHECK_EQ(alarms, 2); /* when it was over */
	argument.size = 4;
	CHECK_FAILS(syscall(SYS_io_pgetevents, context, 1L, 1L, &event, &span, &argument), EINVAL);
	CHECK_EQ(destroy(context), 0);
}

/* An eventfd hears of completions, and epoll of the eventfd. */
static void
told(void)
{
	unsigned long context = setup(8);
	int eventfd_ = eventfd(0, EFD_NONBLOCK), instance = epoll_create1(0), fds[2];
	struct epoll_event wanted = {.events = EPOLLIN | EPOLLET}, found;
	struct iocb request;
	uint64_t count = 0;

	CHECK_EQ(pipe2(fds, O_NONBLOCK), 0);
	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_ADD, eventfd_, &wanted), 0);
	request = poll_request(fds[0], POLLIN);
	request.aio_flags = IOCB_FLAG_RESFD;
	request.aio_resfd = (unsigned)eventfd_;
	CHECK_EQ(submit(context, &request), 1);
	CHECK_EQ(epoll_wait(instance, &found, 1, 0), 0);
	CHECK_EQ(write(fds[1], "x", 1), 1);
	CHECK_EQ(epoll_wait(instance, &found, 1, 0), 1);
	CHECK_EQ(read(eventfd_, &count, sizeof(count)), 8);
	CHECK_EQ(count, 1);
	request.aio_resfd = (unsigned)fds[0];
	CHECK_FAILS(submit(context, &request), EINVAL);
	request.aio_resfd = 900;
	CHECK_FAILS(submit(context, &request), EBADF);
	CHECK_EQ(destroy(context), 0);
	close(fds[0]);
	close(fds[1]);
	close(instance);
	close(eventfd_);
}

/* A poll keeps its file open; what closes it is that the poll ends. */
static void
closed(void)
{
	unsigned long context = setup(8);
	struct iocb request;
	struct io_event event;
	int fds[2];

	signal(SIGPIPE, SIG_IGN);
	CHECK_EQ(pipe2(fds, O_NONBLOCK), 0);
	request = poll_request(fds[0], 0);
	CHECK_EQ(submit(context, &request), 1);
	close(fds[0]);
	CHECK_EQ(write(fds[1], "x", 1), 1);
	CHECK_FAILS(cancel(context, &request), EINPROGRESS);
	CHECK_FAILS(cancel(context, &request), EINVAL);
	CHECK_EQ(get_events(context, 1, 1, &event, LONG_MS), 1);
	CHECK_EQ(event.res, 0);
	CHECK_FAILS(write(fds[1], "x", 1), EPIPE);
	close(fds[1]);

	CHECK_EQ(pipe2(fds, O_NONBLOCK), 0);
	request = poll_request(fds[0], POLLIN);
	CHECK_EQ(submit(context, &request), 1);
	close(fds[1]);
	CHECK(spin_for(context, &event));
	CHECK_EQ(event.res, POLLHUP);
	close(fds[0]);
	CHECK_EQ(destroy(context), 0);
}

static long
number_in(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY);

	CHECK(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	return atol(text);
}

static void
set_number(const char *path, const char *text, int error)
{
	int fd = open(path, O_WRONLY);
	ssize_t length = (ssize_t)strlen(text);

	CHECK_EQ(write(fd, text, strlen(text)), error ? -1 : length);
	if (error)
		CHECK_EQ(errno, error);
	close(fd);
}

/* What all contexts may have is counted, and can be set. */
static void
limits(void)
{
	unsigned long context = setup(100), other = 0;

	CHECK_EQ(number_in("/proc/sys/fs/aio-nr"), 100);
	CHECK(number_in("/proc/sys/fs/aio-max-nr") >= 65536);
	CHECK_EQ(open("/proc/sys/fs/aio-nr", O_WRONLY), -1);
	set_number("/proc/sys/fs/aio-max-nr", "150\n", 0);
	set_number("/proc/sys/fs/aio-max-nr", "many\n", EINVAL);
	CHECK_EQ(number_in("/proc/sys/fs/aio-max-nr"), 150);
	CHECK_FAILS(syscall(SYS_io_setup, 51, &other), EAGAIN);
	CHECK_EQ(syscall(SYS_io_setup, 50, &other), 0);
	CHECK_EQ(destroy(other), 0);
	CHECK_EQ(destroy(context), 0);
	CHECK_EQ(number_in("/proc/sys/fs/aio-nr"), 0);
	set_number("/proc/sys/fs/aio-max-nr", "1048576\n", 0);
	CHECK_FAILS(syscall(SYS_io_setup, 0, &other), EINVAL);
	other = 0;
	CHECK_FAILS(syscall(SYS_io_setup, 1, (void *)8), EFAULT);
}

/* A ring takes as many as it has room for, read or not, and no more. */
static void
full(void)
{
	unsigned long context = setup(8);
	unsigned room = ring_of(context)->nr - 1, accepted = 0;
	int fd = eventfd(0, EFD_NONBLOCK);
	struct iocb request = poll_request(fd, POLLOUT);
	struct io_event event;

	while (accepted <= room && submit(context, &request) == 1)
		accepted++;
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(accepted, room);
	CHECK(spin_for(context, &event));
	CHECK_EQ(submit(context, &request), 1);
	CHECK_EQ(submit(context, &request), -1);
	CHECK_EQ(destroy(context), 0);
	close(fd);
}

/* The program may take the ring's mapping away: then there is no context to be found. */
static void
unmapped(void)
{
	unsigned long context = setup(8);
	struct iocb request = {.aio_lio_opcode = IOCB_CMD_POLL, .aio_buf = POLLOUT};
	int fd = eventfd(0, EFD_NONBLOCK);
	struct io_event event;

	request.aio_fildes = (unsigned)fd;
	CHECK_EQ(munmap((void *)context, 4096), 0);
	CHECK_FAILS(submit(context, &request), EINVAL);
	CHECK_FAILS(get_events(context, 0, 1, &event, 0), EINVAL);
	CHECK_FAILS(destroy(context), EINVAL);
	close(fd);
}

int
main(void)
{
	timer();
	waiting();
	signalled();
	told();
	closed();
	limits();
	full();
	unmapped();
	return check_end();
}
