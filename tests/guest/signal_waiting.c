/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals that are waited for: sigwait() in a thread of its own, with a time, and signalfd.
 */
/* QEMU: -smp 2 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

static sigset_t set;

/* Takes two signals of the program, which all threads hold back. */
static void *
take_two(void *argument)
{
	int signal_;

	for (int i = 0; i < 2; i++) {
		CHECK_EQ(sigwait(&set, &signal_), 0);
		CHECK_EQ(signal_, i ? SIGUSR2 : SIGUSR1);
	}
	return argument;
}

static void
in_a_thread(void)
{
	pthread_t thread;

	CHECK_EQ(kill(getpid(), SIGUSR1), 0); /* before anybody waits for it */
	CHECK_EQ(pthread_create(&thread, NULL, take_two, NULL), 0);
	usleep(20000);
	CHECK_EQ(kill(getpid(), SIGUSR2), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
}

static void
with_a_time(void)
{
	struct timespec time = {0, 10000000};
	siginfo_t info;

	CHECK_EQ(sigtimedwait(&set, &info, &time), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(raise(SIGUSR2), 0);
	CHECK_EQ(sigtimedwait(&set, &info, &time), SIGUSR2);
	CHECK_EQ(info.si_signo, SIGUSR2);
	CHECK_EQ(info.si_pid, getpid());
}

static void *
send_later(void *argument)
{
	usleep(10000);
	kill(getpid(), SIGUSR1);
	return argument;
}

static void
by_descriptor(void)
{
	int fd = signalfd(-1, &set, SFD_NONBLOCK);
	struct pollfd entry = {.fd = fd, .events = POLLIN};
	struct signalfd_siginfo info;
	pthread_t thread;

	CHECK_EQ(poll(&entry, 1, 0), 0);
	CHECK_EQ(read(fd, &info, sizeof(info)), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(pthread_create(&thread, NULL, send_later, NULL), 0);
	CHECK_EQ(poll(&entry, 1, 5000), 1);
	CHECK_EQ(read(fd, &info, sizeof(info)), sizeof(info));
	CHECK_EQ(info.ssi_signo, SIGUSR1);
	CHECK_EQ(read(fd, &info, sizeof(info)), -1);
	CHECK_EQ(read(fd, &info, 8), -1);
	CHECK_EQ(errno, EINVAL);
	pthread_join(thread, NULL);
	close(fd);
}

/* A signal that is there already is no news: who was told of one by its edge is not told again. */
static void
told_once(void)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};
	struct signalfd_siginfo info;
	int instance = epoll_create1(0), fd = signalfd(-1, &set, SFD_NONBLOCK);

	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_ADD, fd, &event), 0);
	CHECK_EQ(pthread_kill(pthread_self(), SIGUSR1), 0);
	CHECK_EQ(epoll_wait(instance, &event, 1, 0), 1);
	CHECK_EQ(pthread_kill(pthread_self(), SIGUSR1), 0);
	CHECK_EQ(epoll_wait(instance, &event, 1, 0), 0);
	CHECK_EQ(pthread_kill(pthread_self(), SIGUSR2), 0);
	CHECK_EQ(epoll_wait(instance, &event, 1, 0), 1);
	CHECK_EQ(read(fd, &info, sizeof(info)), sizeof(info));
	CHECK_EQ(read(fd, &info, sizeof(info)), sizeof(info));
	close(fd);
	close(instance);
}

int
main(void)
{
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	CHECK_EQ(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
	in_a_thread();
	with_a_time();
	by_descriptor();
	told_once();
	return check_end();
}
