/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that musl does not make of itself, and options that few programs set: the answers are those
 * of Linux (musl-gcc -static -I. gives the same there, as root).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define SYNC_CORE 32
#define REGISTER_SYNC_CORE 64
#define FUTEX_WAKE_OP 5
#define OP_SET(value, comparison, with) ((comparison) << 24 | (value) << 12 | (with))
#define LESS_OR_EQUAL 3
#define GREATER_OR_EQUAL 5

static char page[4096] __attribute__((aligned(4096)));

/* Those that the vDSO answers else. */
static void
times(void)
{
	struct timeval time = {0};
	struct timespec now;
	int64_t seconds = 0;
	unsigned cpu = 99, node = 99;

	clock_gettime(CLOCK_REALTIME, &now);
	CHECK_EQ(syscall(SYS_gettimeofday, &time, NULL), 0);
	CHECK(time.tv_sec - now.tv_sec <= 1 && time.tv_usec < 1000000);
	CHECK_EQ(syscall(SYS_gettimeofday, NULL, NULL), 0);
	CHECK(syscall(SYS_time, &seconds) - now.tv_sec <= 2);
	CHECK(seconds >= now.tv_sec);
	CHECK(syscall(SYS_time, NULL) >= seconds);
	CHECK_EQ(syscall(SYS_getcpu, &cpu, &node, NULL), 0);
	CHECK(cpu < 64 && node == 0);
	CHECK_EQ(syscall(SYS_getcpu, NULL, NULL, NULL), 0);
}

static void
limits(void)
{
	struct rlimit core = {0}, same;

	CHECK_EQ(syscall(SYS_getrlimit, RLIMIT_CORE, &core), 0);
	core.rlim_cur = 0;
	CHECK_EQ(syscall(SYS_setrlimit, RLIMIT_CORE, &core), 0);
	CHECK_EQ(syscall(SYS_getrlimit, RLIMIT_CORE, &same), 0);
	CHECK(same.rlim_cur == 0 && same.rlim_max == core.rlim_max);
	CHECK_FAILS(syscall(SYS_getrlimit, 99, &same), EINVAL);
	CHECK_FAILS(syscall(SYS_setrlimit, 99, &same), EINVAL);
}

static void
memory(void)
{
	CHECK_EQ(syscall(SYS_mlock2, page, sizeof(page), 0), 0);
	CHECK_EQ(syscall(SYS_mlock2, page, sizeof(page), MLOCK_ONFAULT), 0);
	CHECK_FAILS(syscall(SYS_mlock2, page, sizeof(page), 2), EINVAL);
	CHECK_FAILS(syscall(SYS_membarrier, SYNC_CORE, 0, 0), EPERM);
	CHECK_EQ(syscall(SYS_membarrier, REGISTER_SYNC_CORE, 0, 0), 0);
	CHECK_EQ(syscall(SYS_membarrier, SYNC_CORE, 0, 0), 0);
}

/* Nobody sleeps: what is told by the second word is whether it would have been woken. */
static void
futexes(void)
{
	uint32_t first = 0, second = 5;

	CHECK_EQ(syscall(SYS_futex, &first, FUTEX_WAKE_OP, 1, 1, &second,
			 OP_SET(7, LESS_OR_EQUAL, 5)), 0);
	CHECK_EQ(second, 7);
	CHECK_EQ(syscall(SYS_futex, &first, FUTEX_WAKE_OP, 1, 1, &second,
			 OP_SET(9, GREATER_OR_EQUAL, 7)), 0);
	CHECK_EQ(second, 9);
}

static void
policies(void)
{
	struct sched_param priority = {.sched_priority = 1};
	struct timespec slice = {9, 9};

	CHECK_EQ(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &priority), 0);
	CHECK_EQ(syscall(SYS_sched_rr_get_interval, 0, &slice), 0);
	CHECK(slice.tv_sec == 0 && slice.tv_nsec == 0);
	CHECK_EQ(syscall(SYS_sched_setscheduler, 0, SCHED_RR, &priority), 0);
	CHECK_EQ(syscall(SYS_sched_rr_get_interval, 0, &slice), 0);
	CHECK(slice.tv_sec == 0 && slice.tv_nsec > 0);
	CHECK_FAILS(syscall(SYS_sched_rr_get_interval, -1, &slice), EINVAL);
	CHECK_FAILS(syscall(SYS_sched_rr_get_interval, INT_MAX, &slice), ESRCH);
	priority.sched_priority = 0;
	CHECK_EQ(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &priority), 0);
}

/* A signal to a thread by the ids of both, which is about the program itself. */
static void
queued(void)
{
	siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE, .si_value.sival_int = 42}, got;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	CHECK_EQ(syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGUSR1, &info), 0);
	CHECK_EQ(sigwaitinfo(&set, &got), SIGUSR1);
	CHECK_EQ(got.si_value.sival_int, 42);
	CHECK_FAILS(syscall(SYS_rt_tgsigqueueinfo, 0, gettid(), SIGUSR1, &info), EINVAL);
	CHECK_FAILS(syscall(SYS_rt_tgsigqueueinfo, INT_MAX, gettid(), SIGUSR1, &info), ESRCH);
}

/* Sets an option and reads it; a value out of range is refused and leaves it. */
static void
option(int socket, int level, int name, int value, int wrong)
{
	int got = -1;
	socklen_t length = sizeof(got);

	CHECK_EQ(setsockopt(socket, level, name, &value, sizeof(value)), 0);
	CHECK_EQ(getsockopt(socket, level, name, &got, &length), 0);
	CHECK_EQ(got, value);
	if (!wrong)
		return;
	CHECK_FAILS(setsockopt(socket, level, name, &wrong, sizeof(wrong)), EINVAL);
	CHECK_EQ(getsockopt(socket, level, name, &got, &length), 0);
	CHECK_EQ(got, value);
}

static void
options(void)
{
	int stream = socket(AF_INET6, SOCK_STREAM, 0);
	struct timeval span = {3, 0}, got = {0};
	socklen_t length = sizeof(got);
	int none = 0;

	option(stream, IPPROTO_TCP, TCP_KEEPIDLE, 100, 40000);
	option(stream, IPPROTO_TCP, TCP_KEEPINTVL, 10, 40000);
	option(stream, IPPROTO_TCP, TCP_KEEPCNT, 5, 200);
	option(stream, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 32, 300);
	option(stream, IPPROTO_IPV6, IPV6_TCLASS, 8, 300);
	option(stream, IPPROTO_IPV6, IPV6_V6ONLY, 1, 0);
	option(stream, SOL_SOCKET, SO_RCVLOWAT, 7, 0);
	CHECK_FAILS(setsockopt(stream, IPPROTO_TCP, 9999, &none, sizeof(none)), ENOPROTOOPT);
	CHECK_FAILS(getsockopt(stream, IPPROTO_IPV6, 9999, &none, &length), ENOPROTOOPT);
	length = sizeof(got);
	CHECK_EQ(setsockopt(stream, SOL_SOCKET, SO_SNDTIMEO, &span, sizeof(span)), 0);
	CHECK_EQ(getsockopt(stream, SOL_SOCKET, SO_SNDTIMEO, &got, &length), 0);
	CHECK_EQ(got.tv_sec, span.tv_sec);
	close(stream);
}

static void
devices(void)
{
	char uptime[64] = "";
	int full = open("/dev/full", O_RDWR), file = open("/proc/uptime", O_RDONLY);
	double seconds;

	CHECK_FAILS(write(full, "x", 1), ENOSPC);
	CHECK_FAILS(write(full, "x", 0), ENOSPC);
	CHECK_EQ(read(full, uptime, 2), 2);
	CHECK(uptime[0] == 0 && uptime[1] == 0);
	CHECK(read(file, uptime, sizeof(uptime) - 1) > 0);
	seconds = strtod(uptime, NULL);
	CHECK(seconds > 0 && seconds < 1e8);
	close(full);
	close(file);
}

int
main(void)
{
	times();
	limits();
	memory();
	futexes();
	policies();
	queued();
	options();
	devices();
	return check_end();
}
