/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What epoll tells of, and in which order: turns, timers that are not to be told of, instances that
 * watch instances, descriptors that are closed while others of the same file live.
 */
/* QEMU: -smp 2 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define WATCHED 3
#define ROUNDS 10
#define NESTS 5

static int
control(int instance, int operation, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};

	return epoll_ctl(instance, operation, fd, &event);
}

/* What a wait for one event tells: its descriptor, or -1 for none; *events is what holds. */
static int
told(int instance, int ms, uint32_t *events)
{
	struct epoll_event event = {0};
	int count = epoll_wait(instance, &event, 1, ms);

	CHECK(count >= 0);
	if (events)
		*events = count > 0 ? event.events : 0;
	return count > 0 ? event.data.fd : -1;
}

/* All have their turn, however few are asked for. */
static void
turns(void)
{
	int instance = epoll_create1(0), fds[WATCHED], counts[WATCHED] = {0};

	for (int i = 0; i < WATCHED; i++) {
		fds[i] = eventfd(1, 0);
		CHECK_EQ(control(instance, EPOLL_CTL_ADD, fds[i], EPOLLIN), 0);
	}
	for (int round = 0; round < WATCHED * ROUNDS; round++) {
		int fd = told(instance, 0, NULL);

		for (int i = 0; i < WATCHED; i++)
			counts[i] += fds[i] == fd;
	}
	for (int i = 0; i < WATCHED; i++) {
		CHECK_EQ(counts[i], ROUNDS);
		close(fds[i]);
	}
	close(instance);
}

/* A timer that has expired. */
static int
expired_timer(void)
{
	struct itimerspec time = {.it_value.tv_nsec = 1};
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	struct pollfd one = {fd, POLLIN, 0};

	CHECK_EQ(timerfd_settime(fd, 0, &time, NULL), 0);
	CHECK_EQ(poll(&one, 1, -1), 1);
	return fd;
}

static void *
post_later(void *fd)
{
	uint64_t one = 1;

	usleep(20000);
	CHECK_EQ(write((int)(intptr_t)fd, &one, sizeof(one)), 8);
	return NULL;
}

/* A timer that is not to be told of (again) does not keep a wait from sleeping. */
static void
silent_timer(uint32_t wanted, bool told_once)
{
	int timer = expired_timer(), fd = eventfd(0, 0), instance = epoll_create1(0);
	pthread_t thread;

	CHECK_EQ(control(instance, EPOLL_CTL_ADD, timer, wanted), 0);
	CHECK_EQ(control(instance, EPOLL_CTL_ADD, fd, EPOLLIN), 0);
	if (told_once)
		CHECK_EQ(told(instance, -1, NULL), timer);
	CHECK_EQ(told(instance, 10, NULL), -1);
	CHECK_EQ(pthread_create(&thread, NULL, post_later, (void *)(intptr_t)fd), 0);
	CHECK_EQ(told(instance, -1, NULL), fd);
	pthread_join(thread, NULL);
	close(instance);
	close(timer);
	close(fd);
}

/* The same with poll() and select(). */
static void
silent_timer_polled(void)
{
	int timer = expired_timer(), fd = eventfd(0, 0);
	struct pollfd list[2] = {{timer, 0, 0}, {fd, POLLIN, 0}};
	fd_set reading, writing;
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, post_later, (void *)(intptr_t)fd), 0);
	CHECK_EQ(poll(list, 2, -1), 1);
	CHECK_EQ(list[0].revents, 0);
	CHECK_EQ(list[1].revents, POLLIN);
	FD_ZERO(&reading);
	FD_ZERO(&writing);
	FD_SET(fd, &reading);
	FD_SET(timer, &writing);
	CHECK_EQ(select((fd > timer ? fd : timer) + 1, &reading, &writing, NULL, NULL), 1);
	CHECK(FD_ISSET(fd, &reading) && !FD_ISSET(timer, &writing));
	pthread_join(thread, NULL);
	close(timer);
	close(fd);
}

/* By edge, a timer is told of each time that it has been read and expires again. */
static void
periodic_timer(void)
{
	struct itimerspec time = {{0, 2000000}, {0, 2000000}};
	int timer = timerfd_create(CLOCK_MONOTONIC, 0), instance = epoll_create1(0);
	uint64_t count, sum = 0;

	CHECK_EQ(control(instance, EPOLL_CTL_ADD, timer, EPOLLIN | EPOLLET), 0);
	CHECK_EQ(timerfd_settime(timer, TFD_TIMER_CANCEL_ON_SET, &time, NULL), 0);
	for (int i = 0; i < ROUNDS; i++) {
		CHECK_EQ(told(instance, -1, NULL), timer);
		CHECK_EQ(read(timer, &count, sizeof(count)), 8);
		sum += count;
	}
	CHECK(sum >= ROUNDS);
	CHECK_EQ(timerfd_settime(timer, 8, &time, NULL), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(write(timer, &count, sizeof(count)), -1);
	CHECK_EQ(errno, EINVAL);
	close(instance);
	close(timer);
}

static void
nesting(void)
{
	int outer = epoll_create1(0), inner = epoll_create1(0), fd = eventfd(0, 0);
	int chain[NESTS + 1];
	struct pollfd one = {outer, POLLIN | POLLOUT, 0};
	uint64_t value = 1;

	CHECK_EQ(control(outer, EPOLL_CTL_ADD, inner, EPOLLIN), 0);
	CHECK_EQ(control(inner, EPOLL_CTL_ADD, fd, EPOLLIN), 0);
	CHECK_EQ(control(inner, EPOLL_CTL_ADD, outer, EPOLLIN), -1);
	CHECK_EQ(errno, ELOOP);
	CHECK_EQ(told(outer, 0, NULL), -1);
	CHECK_EQ(write(fd, &value, sizeof(value)), 8);
	CHECK_EQ(told(outer, -1, NULL), inner);
	CHECK_EQ(poll(&one, 1, 0), 1);
	CHECK_EQ(one.revents, POLLIN);
	CHECK_EQ(told(inner, 0, NULL), fd);
	CHECK_EQ(read(fd, &value, sizeof(value)), 8);
	CHECK_EQ(told(outer, 0, NULL), -1);
	CHECK_EQ(poll(&one, 1, 0), 0);
	close(inner);
	close(outer);
	close(fd);

	for (int i = 0; i <= NESTS; i++)
		chain[i] = epoll_create1(0);
	for (int i = 1; i < NESTS; i++)
		CHECK_EQ(control(chain[i], EPOLL_CTL_ADD, chain[i - 1], EPOLLIN), 0);
	CHECK_EQ(control(chain[NESTS], EPOLL_CTL_ADD, chain[NESTS - 1], EPOLLIN), -1);
	CHECK_EQ(errno, ELOOP);
	for (int i = 0; i <= NESTS; i++)
		close(chain[i]);
}

/* It is the open file that is watched, by the name that the descriptor was. */
static void
closed_with_copy(void)
{
	int instance = epoll_create1(0), fd = eventfd(1, 0), copy = dup(fd);

	CHECK_EQ(control(instance, EPOLL_CTL_ADD, fd, EPOLLIN), 0);
	CHECK_EQ(control(instance, EPOLL_CTL_ADD, copy, EPOLLIN), 0);
	close(fd);
	CHECK_EQ(told(instance, 0, NULL), fd);
	CHECK_EQ(told(instance, 0, NULL), copy);
	CHECK_EQ(control(instance, EPOLL_CTL_DEL, fd, 0), -1);
	CHECK_EQ(errno, EBADF);
	CHECK_EQ(dup2(copy, fd), fd);
	CHECK_EQ(control(instance, EPOLL_CTL_DEL, fd, 0), 0);
	close(fd);
	close(copy);
	CHECK_EQ(told(instance, 0, NULL), -1);
	close(instance);
}

/* What is told though nobody has asked, and what is told by edge. */
static void
events(void)
{
	int instance = epoll_create1(0), pair[2], fd = eventfd(0, 0);
	uint64_t value = 1;
	uint32_t found;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_EQ(control(instance, EPOLL_CTL_ADD, pair[0], 0), 0);
	CHECK_EQ(told(instance, 0, NULL), -1);
	close(pair[1]);
	CHECK_EQ(told(instance, 0, &found), pair[0]);
	CHECK_EQ(found, EPOLLHUP);
	close(pair[0]);

	CHECK_EQ(control(instance, EPOLL_CTL_ADD, fd, EPOLLOUT | EPOLLET), 0);
	CHECK_EQ(told(instance, 0, &found), fd);
	CHECK_EQ(found, EPOLLOUT);
	CHECK_EQ(write(fd, &value, sizeof(value)), 8); /* what comes in is another's affair */
	CHECK_EQ(told(instance, 0, NULL), -1);
	CHECK_EQ(read(fd, &value, sizeof(value)), 8);
	CHECK_EQ(told(instance, 0, NULL), fd);

	CHECK_EQ(control(instance, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLEXCLUSIVE), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(control(instance, EPOLL_CTL_DEL, fd, 0), 0);
	CHECK_EQ(control(instance, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(control(instance, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE), 0);
	CHECK_EQ(control(instance, EPOLL_CTL_MOD, fd, EPOLLIN), -1);
	CHECK_EQ(errno, EINVAL);
	close(fd);
	close(instance);
}

int
main(void)
{
	turns();
	nesting();
	closed_with_copy();
	events();
	silent_timer(EPOLLIN | EPOLLET, true);
	silent_timer(EPOLLIN | EPOLLONESHOT, true);
	silent_timer(EPOLLPRI, false);
	silent_timer(0, false);
	silent_timer_polled();
	periodic_timer();
	return check_end();
}
