/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the superuser may set: limits that nothing is held to; and membarrier(), which has the other
 * threads see what was written before. The same on Linux as root (musl-gcc -static -I.).
 */
/* QEMU: -smp 3 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define QUERY 0
#define GLOBAL 1
#define PRIVATE 8
#define REGISTER_PRIVATE 16

static void
limits(void)
{
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY}, some = {4096, 8192}, now;

	CHECK_EQ(getrlimit(RLIMIT_CORE, &now), 0);
	CHECK_EQ(now.rlim_max, RLIM_INFINITY);
	CHECK_EQ(setrlimit(RLIMIT_CORE, &all), 0);
	CHECK_EQ(setrlimit(RLIMIT_MEMLOCK, &all), 0);
	CHECK_EQ(setrlimit(RLIMIT_MEMLOCK, &some), 0);
	CHECK_EQ(getrlimit(RLIMIT_MEMLOCK, &now), 0);
	CHECK_EQ(now.rlim_cur, 4096);
	CHECK_EQ(now.rlim_max, 8192);
	CHECK_EQ(setrlimit(RLIMIT_MEMLOCK, &all), 0); /* root may raise it again */
	some.rlim_cur = 9000;
	CHECK_EQ(setrlimit(RLIMIT_CORE, &some), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(setrlimit(99, &all), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &now), 0);
	all = (struct rlimit){10, now.rlim_max};
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &all), 0);
	CHECK_EQ(sysconf(_SC_OPEN_MAX), 10);
	CHECK_EQ(fcntl(0, F_DUPFD, 9), 9);
	CHECK_EQ(fcntl(0, F_DUPFD, 9), -1);
	CHECK_EQ(errno, EMFILE);
	CHECK_EQ(fcntl(0, F_DUPFD, 10), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(dup2(0, 10), -1);
	CHECK_EQ(errno, EBADF);
	close(9);
	all.rlim_max = 1 << 30;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &all), -1);
	CHECK_EQ(errno, EPERM);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &now), 0);
	CHECK_EQ(sched_get_priority_max(SCHED_RR), 99);
	CHECK_EQ(sched_get_priority_min(SCHED_FIFO), 1);
}

static volatile bool stop, runs[2];

static void *
poll_for(void *argument)
{
	while (!stop)
		*(volatile bool *)argument = true;
	return NULL;
}

/* Both at once, so that each has to pass a barrier while it waits for the other. */
static void *
pass_many(void *argument)
{
	for (int i = 0; i < 50; i++)
		CHECK_EQ(syscall(SYS_membarrier, PRIVATE, 0), 0);
	return argument;
}

static void
barriers(void)
{
	pthread_t polling, passing;
	long commands = syscall(SYS_membarrier, QUERY, 0);

	CHECK((commands & (GLOBAL | PRIVATE | REGISTER_PRIVATE)) ==
	      (GLOBAL | PRIVATE | REGISTER_PRIVATE));
	CHECK_EQ(syscall(SYS_membarrier, PRIVATE, 0), -1);
	CHECK_EQ(errno, EPERM);
	CHECK_EQ(syscall(SYS_membarrier, REGISTER_PRIVATE, 0), 0);
	CHECK_EQ(syscall(SYS_membarrier, 1 << 20, 0), -1);
	CHECK_EQ(errno, EINVAL);
	pthread_create(&polling, NULL, poll_for, (void *)&runs[0]);
	for (int i = 0; i < 5000 && !runs[0]; i++)
		usleep(1000);
	CHECK_EQ(syscall(SYS_membarrier, GLOBAL, 0), 0);
	pthread_create(&passing, NULL, pass_many, NULL);
	pass_many(NULL);
	pthread_join(passing, NULL);
	stop = true;
	pthread_join(polling, NULL);
}

/* On a machine with one node. */
static void
policies(void)
{
	uint64_t nodes[16] = {9}, first[16] = {1}, second[16] = {2};
	int mode = 9;

	CHECK_EQ(syscall(SYS_get_mempolicy, &mode, nodes, 1024, 0, 0), 0);
	CHECK_EQ(mode, 0);
	CHECK_EQ(nodes[0], 0);
	CHECK_EQ(syscall(SYS_get_mempolicy, NULL, nodes, 1024, 0, 4), 0);
	CHECK_EQ(nodes[0], 1);
	CHECK_EQ(syscall(SYS_get_mempolicy, &mode, NULL, 0, nodes, 3), 0);
	CHECK_EQ(mode, 0);
	CHECK_EQ(syscall(SYS_get_mempolicy, &mode, NULL, 0, nodes, 0), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(syscall(SYS_set_mempolicy, 2, first, 1024), 0);
	CHECK_EQ(syscall(SYS_get_mempolicy, &mode, nodes, 1024, 0, 0), 0);
	CHECK_EQ(mode, 2);
	CHECK_EQ(nodes[0], 1);
	CHECK_EQ(syscall(SYS_set_mempolicy, 2, second, 1024), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(syscall(SYS_set_mempolicy, 2, NULL, 0), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(syscall(SYS_set_mempolicy, 0, NULL, 0), 0);
	CHECK_EQ(syscall(SYS_set_mempolicy, 77, NULL, 0), -1);
	CHECK_EQ(errno, EINVAL);
}

int
main(void)
{
	policies();
	limits();
	barriers();
	return check_end();
}
