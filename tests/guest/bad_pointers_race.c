/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that a system call works on is unmapped, protected and mapped again by another thread at
 * the same time: the call does what it was asked or fails with EFAULT, nothing ends the run, and
 * what is mapped afterwards is as new.
 */
/* QEMU: -smp 4 -m 256 */
/* SECONDS: 120 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "tests/guest/free_memory.h"
#include "tests/guest/pin.h"
#include "tests/unit/check.h"

#define SIZE (64 * 4096)
#define ROUNDS 3000
#define SLACK (24ul * 1024 * 1024) /* what may be unmapped and not given back yet */

static char *area;
static char own[3 * 4096] __attribute__((aligned(4096))); /* of which the middle is protected */
static bool over;
static unsigned faults, done;

static bool
is_over(void)
{
	return __atomic_load_n(&over, __ATOMIC_ACQUIRE);
}

/* A result is a success, EFAULT, or one of a call that would have had to wait. */
static void
note(long result)
{
	if (result >= 0)
		__atomic_add_fetch(&done, 1, __ATOMIC_RELAXED);
	else if (errno == EFAULT)
		__atomic_add_fetch(&faults, 1, __ATOMIC_RELAXED);
	else
		CHECK(errno == EAGAIN || errno == ENOENT || errno == EINVAL ||
		      errno == ENAMETOOLONG || errno == ENOTDIR || errno == EBADF);
}

static void *
write_and_read(void *argument)
{
	int file = open("/tmp/race", O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct iovec pieces[] = {{area + 100, SIZE / 2}, {area + SIZE / 2, SIZE / 2 - 100}};

	pin(1);
	while (!is_over()) {
		note(pwrite(file, area, SIZE, 0));
		note(pread(file, area, SIZE, 0));
		note(pwritev(file, pieces, 2, 0));
		note(preadv(file, pieces, 2, 0));
	}
	close(file);
	return argument;
}

static void *
pass_on(void *argument)
{
	int fds[2], pair[2];
	char own[4096];

	pin(2);
	CHECK_EQ(pipe2(fds, O_NONBLOCK), 0);
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	while (!is_over()) {
		note(write(fds[1], area, 40000));
		note(read(fds[0], area + 8192, 40000));
		note(send(pair[0], area, 30000, MSG_NOSIGNAL));
		note(recv(pair[1], area + 4096, 30000, 0));
	}
	/* They are whole: what goes in comes out. */
	while (read(fds[0], own, sizeof(own)) > 0)
		;
	CHECK_EQ(write(fds[1], "whole", 5), 5);
	CHECK_EQ(read(fds[0], own, sizeof(own)), 5);
	while (recv(pair[1], own, sizeof(own), 0) > 0)
		;
	CHECK_EQ(send(pair[0], "whole", 5, 0), 5);
	CHECK_EQ(recv(pair[1], own, sizeof(own), 0), 5);
	return argument;
}

static void *
ask(void *argument)
{
	int instance = epoll_create1(0), event = eventfd(1, 0);
	unsigned round = 0;
	struct epoll_event wanted = {.events = EPOLLIN};

	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_ADD, event, &wanted), 0);
	while (!is_over()) {
		note(syscall(SYS_stat, area + 4090, area + 8000));
		note(poll((struct pollfd *)(area + 4000), 64, 0));
		note(epoll_wait(instance, (struct epoll_event *)(area + 4092), 8, 0));
		note(syscall(SYS_getitimer, 0, area + 20472));
		note(syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID,
			     own + 4096 + round % 500 * 8));
		note(syscall(SYS_getcwd, own + 4090, 4096 + round++ % 4096));
		note(syscall(SYS_getcwd, area + 4094, 100));
		note(syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, area + 12280));
	}
	close(instance);
	close(event);
	return argument;
}

/* For some microseconds: so that calls begin while all is there. */
static void
pause_for(unsigned us)
{
	struct timespec now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += us * 1000l;
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while ((now.tv_sec - end.tv_sec) * 1000000000 + now.tv_nsec < end.tv_nsec);
}

static void
take_away(unsigned round)
{
	CHECK_EQ(mprotect(own + 4096, 4096, round % 2 ? PROT_NONE : PROT_READ), 0);
	CHECK_EQ(mprotect(own + 4096, 4096, PROT_READ | PROT_WRITE), 0);
	pause_for(round * 37 % 200);
	if (round % 3 == 2) {
		CHECK_EQ(mprotect(area, SIZE, round % 2 ? PROT_NONE : PROT_READ), 0);
		CHECK_EQ(mprotect(area, SIZE, PROT_READ | PROT_WRITE), 0);
		return;
	}
	CHECK_EQ(munmap(area, SIZE), 0);
	CHECK(mmap(area, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) == area);
}

int
main(void)
{
	void *(*const work[])(void *) = {write_and_read, pass_on, ask};
	pthread_t threads[3];
	unsigned long before;

	area = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	before = free_memory();
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, work[i], NULL), 0);
	for (unsigned round = 0; round < ROUNDS; round++)
		take_away(round);
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	printf("%u calls, %u faults\n", done, faults);
	CHECK(done > 0 && faults > 0);
	CHECK_EQ(munmap(area, SIZE), 0);
	CHECK(mmap(area, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) == area);
	for (unsigned i = 0; i < SIZE; i++)
		if (!CHECK(area[i] == 0))
			break;
	CHECK(free_memory() + SLACK > before);
	return check_end();
}
