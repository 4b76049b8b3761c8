/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pipes as Linux has them: room in pages, their size, what is in them, and counters beside them.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define PAGE 4096
#define SIZE 65536

static char bytes[SIZE + PAGE];

static int
left_in(int fd)
{
	int left = -1;

	CHECK_EQ(ioctl(fd, FIONREAD, &left), 0);
	return left;
}

/* What does not go behind the last page's bytes begins a page. */
static void
room(void)
{
	int ends[2];

	CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
	CHECK_EQ(write(ends[1], bytes, 6), 6);
	CHECK_EQ(write(ends[1], bytes, PAGE), PAGE);
	CHECK_EQ(left_in(ends[0]), PAGE + 6);
	CHECK_EQ(left_in(ends[1]), PAGE + 6);
	CHECK_EQ(write(ends[1], bytes, SIZE + 1), SIZE - 2 * PAGE);
	CHECK_EQ(write(ends[1], bytes, 1), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(read(ends[0], bytes, 5), 5); /* no page is free yet */
	CHECK_EQ(write(ends[1], bytes, 1), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(read(ends[0], bytes, 1), 1);
	CHECK_EQ(write(ends[1], bytes, 1), 1);
	close(ends[0]);
	close(ends[1]);
}

static void
sizes(void)
{
	struct pollfd one = {.events = POLLOUT};
	int ends[2];

	CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
	CHECK_EQ(fcntl(ends[0], F_GETPIPE_SZ), SIZE);
	CHECK_EQ(fcntl(ends[1], F_SETPIPE_SZ, 1), PAGE);
	CHECK_EQ(write(ends[1], "abcdef", 6), 6);
	CHECK_EQ(read(ends[0], bytes, 2), 2);
	one.fd = ends[1];
	CHECK_EQ(poll(&one, 1, 0), 0);
	CHECK_EQ(fcntl(ends[1], F_SETPIPE_SZ, PAGE + 1), 2 * PAGE);
	CHECK_EQ(poll(&one, 1, 0), 1);
	CHECK_EQ(write(ends[1], bytes, PAGE), PAGE);
	CHECK_EQ(fcntl(ends[1], F_SETPIPE_SZ, PAGE), -1);
	CHECK_EQ(errno, EBUSY);
	CHECK_EQ(fcntl(ends[1], F_SETPIPE_SZ, -1), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(read(ends[0], bytes, 4), 4);
	CHECK(!memcmp(bytes, "cdef", 4));
	close(ends[0]);
	close(ends[1]);
}

/* A vector that fits a page is not torn either. */
static void
vectors(void)
{
	struct iovec vector[] = {{bytes, 10}, {bytes, 0}, {bytes, 3000}};
	int ends[2];

	CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
	CHECK_EQ(fcntl(ends[1], F_SETPIPE_SZ, PAGE), PAGE);
	CHECK_EQ(write(ends[1], bytes, 2000), 2000);
	CHECK_EQ(writev(ends[1], vector, 3), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(readv(ends[0], vector, 3), 2000);
	CHECK_EQ(writev(ends[1], vector, 3), 3010);
	close(ends[0]);
	close(ends[1]);
}

static void
counters(void)
{
	int fd = eventfd(3, EFD_NONBLOCK | EFD_SEMAPHORE);
	struct pollfd one = {fd, POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM, 0};
	uint64_t value[2] = {UINT64_MAX - 4, 0};

	CHECK_EQ(poll(&one, 1, 0), 1);
	CHECK_EQ(one.revents, POLLIN | POLLOUT);
	CHECK_EQ(write(fd, value, sizeof(value)), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(write(fd, value, 8), 8);
	CHECK_EQ(poll(&one, 1, 0), 1);
	CHECK_EQ(one.revents, POLLIN);
	value[0] = 1;
	CHECK_EQ(write(fd, value, 8), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(lseek(fd, 5, SEEK_SET), 0);
	close(fd);
}

/* What a timer was when it is set: one that has expired and goes on has its next time. */
static void
timers(void)
{
	struct itimerspec time = {{1000, 0}, {0, 1}}, old;
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	struct pollfd one = {fd, POLLIN | POLLRDNORM, 0};
	uint64_t count;

	CHECK_EQ(timerfd_settime(fd, 0, &time, NULL), 0);
	CHECK_EQ(poll(&one, 1, -1), 1);
	CHECK_EQ(one.revents, POLLIN);
	CHECK_EQ(timerfd_gettime(fd, &old), 0);
	CHECK(old.it_value.tv_sec >= 900 && old.it_interval.tv_sec == 1000);
	CHECK_EQ(read(fd, &count, sizeof(count)), 8);
	CHECK_EQ(count, 1);
	time.it_interval.tv_sec = 0;
	CHECK_EQ(timerfd_settime(fd, 0, &time, &old), 0);
	CHECK(old.it_value.tv_sec >= 900);
	CHECK_EQ(poll(&one, 1, -1), 1);
	CHECK_EQ(timerfd_settime(fd, 0, &time, &old), 0);
	CHECK_EQ(old.it_value.tv_sec, 0);
	CHECK_EQ(old.it_value.tv_nsec, 0);
	close(fd);
}

int
main(void)
{
	room();
	sizes();
	vectors();
	counters();
	timers();
	return check_end();
}
