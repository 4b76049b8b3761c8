/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting for events: pipes, eventfd, timerfd, and poll, select and epoll over them.
 */
/* QEMU: -smp 2 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/guest/stream.h"
#include "tests/unit/check.h"

#define REUSES 50000 /* of which some meet a close() halfway */

static int64_t
now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void *
write_many(void *argument)
{
	stream_write((int)(intptr_t)argument);
	close((int)(intptr_t)argument);
	return NULL;
}

static void
pipes(void)
{
	unsigned char buffer[700];
	unsigned pieces = 0;
	int ends[2];
	ssize_t part;
	pthread_t thread;

	CHECK_EQ(pipe(ends), 0);
	CHECK_EQ(pthread_create(&thread, NULL, write_many, (void *)(intptr_t)ends[1]), 0);
	stream_check(ends[0]);
	pthread_join(thread, NULL);
	close(ends[0]);

	CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
	CHECK_EQ(read(ends[0], buffer, 1), -1);
	CHECK_EQ(errno, EAGAIN);
	while ((part = write(ends[1], buffer, sizeof(buffer))) == sizeof(buffer))
		pieces++;
	CHECK_EQ(part, -1); /* what is short is not torn, though there is room for a part */
	CHECK_EQ(errno, EAGAIN);
	CHECK(pieces > 50);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	CHECK_EQ(write(ends[1], buffer, 1), -1);
	CHECK_EQ(errno, EPIPE);
	close(ends[1]);
}

static void *
post_later(void *argument)
{
	uint64_t one = 1;

	usleep(20000);
	CHECK_EQ(write((int)(intptr_t)argument, &one, sizeof(one)), sizeof(one));
	return NULL;
}

static void
eventfds(void)
{
	int fd = eventfd(3, EFD_NONBLOCK), semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
	uint64_t value = 5;
	pthread_t thread;

	CHECK_EQ(write(fd, &value, sizeof(value)), 8);
	CHECK_EQ(read(fd, &value, sizeof(value)), 8);
	CHECK_EQ(value, 8);
	CHECK_EQ(read(fd, &value, sizeof(value)), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(read(semaphore, &value, sizeof(value)), 8);
	CHECK_EQ(value, 1);
	CHECK_EQ(read(semaphore, &value, sizeof(value)), 8);
	CHECK_EQ(read(semaphore, &value, sizeof(value)), -1);
	close(semaphore);
	close(fd);

	fd = eventfd(0, 0);
	CHECK_EQ(pthread_create(&thread, NULL, post_later, (void *)(intptr_t)fd), 0);
	CHECK_EQ(read(fd, &value, sizeof(value)), 8);
	CHECK_EQ(value, 1);
	pthread_join(thread, NULL);
	close(fd);
}

static void
timers(void)
{
	struct itimerspec time = {{0, 5000000}, {0, 20000000}}, left;
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	int64_t start = now_ms();
	struct pollfd poll_;
	uint64_t count = 0;

	CHECK_EQ(timerfd_settime(fd, 0, &time, NULL), 0);
	CHECK_EQ(timerfd_gettime(fd, &left), 0);
	CHECK(left.it_value.tv_nsec <= 20000000 && left.it_interval.tv_nsec == 5000000);
	poll_ = (struct pollfd){.fd = fd, .events = POLLIN};
	CHECK_EQ(poll(&poll_, 1, -1), 1);
	CHECK(now_ms() - start >= 19);
	CHECK_EQ(read(fd, &count, sizeof(count)), 8);
	CHECK(count >= 1);
	CHECK_EQ(read(fd, &count, sizeof(count)), 8);
	CHECK(count >= 1);
	time.it_value.tv_nsec = 0;
	CHECK_EQ(timerfd_settime(fd, 0, &time, NULL), 0);
	CHECK_EQ(poll(&poll_, 1, 10), 0);
	close(fd);
}

/* An interval beyond the end of the clock: the timer expires once. */
static void
timer_for_ever(void)
{
	struct itimerspec time = {{INT64_MAX, 0}, {0, 1000}};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	struct pollfd poll_ = {.fd = fd, .events = POLLIN};
	uint64_t count = 0;

	CHECK_EQ(timerfd_settime(fd, 0, &time, NULL), 0);
	CHECK_EQ(poll(&poll_, 1, 1000), 1);
	CHECK_EQ(read(fd, &count, sizeof(count)), 8);
	CHECK_EQ(count, 1);
	CHECK_EQ(read(fd, &count, sizeof(count)), -1);
	CHECK_EQ(errno, EAGAIN);
	close(fd);
}

static void
polling(void)
{
	int ends[2], fd = eventfd(0, 0);
	struct pollfd list[3];
	struct timeval time = {0, 10000};
	int64_t start = now_ms();
	fd_set reading, writing;
	pthread_t thread;

	CHECK_EQ(pipe(ends), 0);
	list[0] = (struct pollfd){.fd = ends[0], .events = POLLIN};
	list[1] = (struct pollfd){.fd = fd, .events = POLLIN};
	list[2] = (struct pollfd){.fd = -1};
	CHECK_EQ(poll(list, 3, 20), 0);
	CHECK(now_ms() - start >= 19);
	CHECK_EQ(pthread_create(&thread, NULL, post_later, (void *)(intptr_t)fd), 0);
	CHECK_EQ(poll(list, 3, -1), 1);
	CHECK_EQ(list[0].revents, 0);
	CHECK_EQ(list[1].revents, POLLIN);
	pthread_join(thread, NULL);
	list[2].fd = 999;
	CHECK_EQ(poll(list, 3, -1), 2);
	CHECK_EQ(list[2].revents, POLLNVAL);

	FD_ZERO(&reading);
	FD_ZERO(&writing);
	FD_SET(ends[0], &reading);
	CHECK_EQ(select(ends[1] + 1, &reading, NULL, NULL, &time), 0);
	CHECK(!FD_ISSET(ends[0], &reading));
	FD_SET(fd, &reading);
	FD_SET(ends[1], &writing);
	CHECK_EQ(select(ends[1] + 1, &reading, &writing, NULL, NULL), 2);
	CHECK(FD_ISSET(fd, &reading) && FD_ISSET(ends[1], &writing));
	close(ends[1]);
	CHECK_EQ(poll(list, 1, -1), 1);
	CHECK_EQ(list[0].revents, POLLHUP);
	close(ends[0]);
	close(fd);
}

static void
epolling(void)
{
	int instance = epoll_create1(0), a = eventfd(0, 0), b = eventfd(1, 0);
	struct epoll_event events[4], event = {.events = EPOLLIN, .data.u64 = 1};
	uint64_t value = 1;

	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_ADD, a, &event), 0);
	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_ADD, a, &event), -1);
	CHECK_EQ(errno, EEXIST);
	event.data.u64 = 2;
	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_ADD, b, &event), 0);
	CHECK_EQ(epoll_wait(instance, events, 4, 1000), 1);
	CHECK_EQ(events[0].data.u64, 2);
	CHECK_EQ(epoll_wait(instance, events, 4, 0), 1); /* by level: again */
	event.events = EPOLLIN | EPOLLET;
	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_MOD, b, &event), 0);
	CHECK_EQ(epoll_wait(instance, events, 4, 0), 1);
	CHECK_EQ(epoll_wait(instance, events, 4, 0), 0); /* by edge: once */
	CHECK_EQ(read(b, &value, sizeof(value)), 8);
	CHECK_EQ(write(b, &value, sizeof(value)), 8);
	CHECK_EQ(epoll_wait(instance, events, 4, 0), 1); /* a new edge, though ready before */
	CHECK_EQ(write(b, &value, sizeof(value)), 8);
	CHECK_EQ(epoll_wait(instance, events, 4, 0), 1);
	CHECK_EQ(epoll_wait(instance, events, 4, 0), 0);
	CHECK_EQ(write(a, &value, sizeof(value)), 8);
	CHECK_EQ(epoll_wait(instance, events, 4, -1), 1);
	CHECK_EQ(events[0].data.u64, 1);
	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_DEL, a, NULL), 0);
	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_DEL, a, NULL), -1);
	CHECK_EQ(errno, ENOENT);
	CHECK_EQ(epoll_wait(instance, events, 4, 10), 0);
	close(b);
	CHECK_EQ(epoll_wait(instance, events, 4, 10), 0);
	close(a);
	close(instance);
}

static void *
make_instances(void *end)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(1, &set);
	CHECK_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
	while (!__atomic_load_n((int *)end, __ATOMIC_RELAXED))
		close(epoll_create1(0));
	return NULL;
}

/* A watched file's descriptor is closed, and becomes an instance's that comes and goes. */
static void
reused_descriptor(void)
{
	int instance = epoll_create1(0), watched = eventfd(0, 0), end = 0;
	struct epoll_event event = {.events = EPOLLIN};
	struct pollfd poll_ = {.fd = instance, .events = POLLIN};
	unsigned found = 0;
	pthread_t thread;

	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_ADD, watched, &event), 0);
	close(watched);
	CHECK_EQ(pthread_create(&thread, NULL, make_instances, &end), 0);
	for (unsigned i = 0; i < REUSES; i++)
		found += poll(&poll_, 1, 0) != 0;
	CHECK_EQ(found, 0);
	__atomic_store_n(&end, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	close(instance);
}

/* What is left of the time is written back, as the system call does it. */
static void
time_left(void)
{
	struct timeval time = {100, 0};
	struct timespec span = {0, 1000000};
	int fd = eventfd(1, 0);
	struct pollfd one = {fd, POLLIN, 0};
	fd_set reading;

	FD_ZERO(&reading);
	FD_SET(fd, &reading);
	CHECK_EQ(syscall(SYS_select, fd + 1, &reading, NULL, NULL, &time), 1);
	CHECK_EQ(time.tv_sec, 99);
	one.events = POLLPRI;
	CHECK_EQ(syscall(SYS_ppoll, &one, 1, &span, NULL, 8), 0);
	CHECK_EQ(span.tv_nsec, 0);
	close(fd);
	CHECK_EQ(select(fd + 1, &reading, NULL, NULL, NULL), -1);
	CHECK_EQ(errno, EBADF);
}

int
main(void)
{
	time_left();
	pipes();
	eventfds();
	timers();
	timer_for_ever();
	polling();
	epolling();
	reused_descriptor();
	return check_end();
}
