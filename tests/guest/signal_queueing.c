/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is told of a signal, and in which order signals come; which thread takes one that was sent
 * to the program; what a call that a signal has ended does. The same on Linux (musl-gcc -static
 * -D_GNU_SOURCE -I.).
 */
/* QEMU: -smp 2 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define FIRST SIGRTMIN
#define SECOND (SIGRTMIN + 1)
#define MANY 100

static struct told {
	int signal, code, value, process;
	pthread_t thread;
} told[2 * MANY];
static volatile int count;

static void
note(int signal, siginfo_t *info, void *context)
{
	(void)context;
	told[count++] = (struct told){signal, info->si_code, info->si_value.sival_int,
				      info->si_pid, pthread_self()};
}

static void
install(int signal, int flags)
{
	struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO | flags};

	sigfillset(&action.sa_mask);
	CHECK_EQ(sigaction(signal, &action, NULL), 0);
}

static void
hold(int how, int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	CHECK_EQ(pthread_sigmask(how, &set, NULL), 0);
}

static void
in_order(void)
{
	union sigval value;

	hold(SIG_BLOCK, FIRST);
	hold(SIG_BLOCK, SECOND);
	hold(SIG_BLOCK, SIGUSR1);
	install(FIRST, 0);
	install(SECOND, 0);
	install(SIGUSR1, 0);
	for (int i = 0; i < MANY / 2; i++) {
		value.sival_int = i;
		CHECK_EQ(sigqueue(getpid(), SECOND, value), 0);
		CHECK_EQ(sigqueue(getpid(), FIRST, value), 0);
	}
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	CHECK_EQ(kill(getpid(), SIGUSR1), 0); /* one is enough */
	count = 0;
	hold(SIG_UNBLOCK, SECOND);
	CHECK_EQ(count, MANY / 2);
	hold(SIG_UNBLOCK, FIRST);
	hold(SIG_UNBLOCK, SIGUSR1);
	CHECK_EQ(count, MANY + 1);
	for (int i = 0; i < MANY; i++) {
		CHECK_EQ(told[i].signal, i < MANY / 2 ? SECOND : FIRST);
		CHECK_EQ(told[i].value, i % (MANY / 2));
		CHECK_EQ(told[i].code, SI_QUEUE);
		CHECK_EQ(told[i].process, getpid());
	}
	CHECK_EQ(told[MANY].code, SI_USER);
}

/* The lower number is delivered first, and so its handler ends last. */
static void
what_is_told(void)
{
	union sigval value = {.sival_int = 77};

	count = 0;
	CHECK_EQ(raise(SIGUSR1), 0);
	CHECK_EQ(told[0].code, SI_TKILL);
	CHECK_EQ(told[0].process, getpid());
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	CHECK_EQ(told[1].code, SI_USER);
	CHECK_EQ(sigqueue(getpid(), SIGUSR1, value), 0);
	CHECK_EQ(told[2].code, SI_QUEUE);
	CHECK_EQ(told[2].value, 77);
	CHECK_EQ(sigqueue(getpid(), 0, value), 0);
	CHECK_EQ(sigqueue(getpid(), 65, value), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(sigqueue(999999, SIGUSR1, value), -1);
	CHECK_EQ(errno, ESRCH);
	CHECK_EQ(count, 3);
}

static void
taken_by_waiting(void)
{
	union sigval value = {.sival_int = 5};
	struct signalfd_siginfo read_of[4];
	siginfo_t info;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SECOND);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	CHECK_EQ(sigqueue(getpid(), SECOND, value), 0);
	CHECK_EQ(sigwaitinfo(&set, &info), SECOND);
	CHECK_EQ(info.si_code, SI_QUEUE);
	CHECK_EQ(info.si_value.sival_int, 5);
	CHECK_EQ(info.si_pid, getpid());
	fd = signalfd(-1, &set, SFD_NONBLOCK);
	value.sival_int = 6;
	CHECK_EQ(sigqueue(getpid(), SECOND, value), 0);
	CHECK_EQ(raise(SIGUSR1), 0);
	CHECK_EQ(sigqueue(getpid(), SECOND, value), 0);
	CHECK_EQ(read(fd, read_of, sizeof(read_of)), 3 * sizeof(read_of[0]));
	CHECK_EQ(read_of[0].ssi_signo, SIGUSR1);
	CHECK_EQ(read_of[0].ssi_code, SI_TKILL);
	CHECK_EQ(read_of[2].ssi_signo, SECOND);
	CHECK_EQ(read_of[2].ssi_code, SI_QUEUE);
	CHECK_EQ(read_of[2].ssi_int, 6);
	CHECK_EQ(read_of[2].ssi_pid, getpid());
	close(fd);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* What becomes ignored is not pending any more. */
static void
discarded(void)
{
	sigset_t pending;

	hold(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	kill(getpid(), SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	sigpending(&pending);
	CHECK_EQ(sigismember(&pending, SIGUSR1), 0);
	install(SIGUSR1, 0);
	count = 0;
	hold(SIG_UNBLOCK, SIGUSR1);
	CHECK_EQ(count, 0);
	hold(SIG_BLOCK, SIGCHLD);
	raise(SIGCHLD);
	sigpending(&pending);
	CHECK_EQ(sigismember(&pending, SIGCHLD), 1);
	signal(SIGCHLD, SIG_DFL);
	sigpending(&pending);
	CHECK_EQ(sigismember(&pending, SIGCHLD), 0);
	hold(SIG_UNBLOCK, SIGCHLD);
}

/* -- Which thread ----------------------------------------------------------------------------- */

static volatile int turn;

static void
await_turn(int which)
{
	for (int i = 0; i < 5000 && turn < which; i++)
		usleep(1000);
	CHECK(turn >= which);
}

static void *
unblock_later(void *argument)
{
	sigset_t pending;

	turn = 1;
	await_turn(2);
	sigpending(&pending);
	CHECK_EQ(sigismember(&pending, SIGUSR1), 1);
	hold(SIG_UNBLOCK, SIGUSR1);
	CHECK_EQ(count, 1);
	CHECK(told[0].thread == pthread_self());
	return argument;
}

/* All hold it back: whoever does not any more takes it, be it not the one that was there first. */
static void
taken_by_another(void)
{
	pthread_t thread;

	count = 0;
	hold(SIG_BLOCK, SIGUSR1);
	pthread_create(&thread, NULL, unblock_later, NULL);
	await_turn(1);
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	turn = 2;
	pthread_join(thread, NULL);
	CHECK_EQ(count, 1);
	hold(SIG_UNBLOCK, SIGUSR1);
	CHECK_EQ(count, 1);
}

static void *
end_with_it(void *argument)
{
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	return argument;
}

/* One that ends leaves to the others what was sent to the program. */
static void
left_by_one_that_ends(void)
{
	pthread_t thread;

	count = 0;
	hold(SIG_BLOCK, SIGUSR1);
	pthread_create(&thread, NULL, end_with_it, NULL);
	pthread_join(thread, NULL);
	CHECK_EQ(count, 0);
	hold(SIG_UNBLOCK, SIGUSR1);
	CHECK_EQ(count, 1);
	CHECK(told[0].thread == pthread_self());
}

/* -- Calls that end --------------------------------------------------------------------------- */

static pthread_t main_thread;
static volatile bool disturbs;

static void *
disturb(void *argument)
{
	while (disturbs) {
		usleep(20000);
		pthread_kill(main_thread, SIGUSR2);
	}
	return argument;
}

static int pipe_ends[2], sockets[2];

/* Ends a call that would go on for ever. */
static void *
end_it(void *argument)
{
	usleep(150000);
	CHECK_EQ(write(pipe_ends[1], "x", 1), 1);
	CHECK_EQ(write(sockets[1], "x", 1), 1);
	return argument;
}

static void
due_before(void)
{
	struct timespec zero = {0, 0};
	sigset_t none;

	sigemptyset(&none);
	install(SIGUSR1, SA_RESTART);
	hold(SIG_BLOCK, SIGUSR1);
	count = 0;
	raise(SIGUSR1);
	CHECK_EQ(ppoll(NULL, 0, &zero, &none), -1);
	CHECK_EQ(errno, EINTR);
	raise(SIGUSR1);
	CHECK_EQ(pselect(0, NULL, NULL, NULL, &zero, &none), -1);
	CHECK_EQ(errno, EINTR);
	CHECK_EQ(count, 2);
	CHECK_EQ(ppoll(NULL, 0, &zero, &none), 0);
	raise(SIGUSR1);
	CHECK_EQ(sigsuspend(&none), -1);
	CHECK_EQ(count, 3);
	hold(SIG_UNBLOCK, SIGUSR1);
}

static void
made_again(void)
{
	struct timeval long_time = {5, 0};
	struct timespec span = {5, 0};
	struct pollfd entry = {pipe_ends[0], POLLIN, 0};
	pthread_t disturbing, ending;
	char byte;
	int epoll = epoll_create1(0);

	install(SIGUSR2, SA_RESTART);
	main_thread = pthread_self();
	disturbs = true;
	count = 0;
	pthread_create(&disturbing, NULL, disturb, NULL);
	pthread_create(&ending, NULL, end_it, NULL);
	CHECK_EQ(read(pipe_ends[0], &byte, 1), 1);
	CHECK_EQ(recv(sockets[0], &byte, 1, 0), 1);
	CHECK(count > 0);
	pthread_join(ending, NULL);

	/* With a time to wait none of these is. */
	CHECK_EQ(setsockopt(sockets[0], SOL_SOCKET, SO_RCVTIMEO, &long_time, sizeof(long_time)), 0);
	count = 0;
	CHECK_EQ(recv(sockets[0], &byte, 1, 0), -1);
	CHECK_EQ(errno, EINTR);
	count = 0;
	CHECK_EQ(poll(&entry, 1, 5000), -1);
	CHECK_EQ(errno, EINTR);
	count = 0;
	CHECK_EQ(epoll_wait(epoll, &(struct epoll_event){0}, 1, 5000), -1);
	CHECK_EQ(errno, EINTR);
	count = 0;
	CHECK_EQ(select(0, NULL, NULL, NULL, &long_time), -1);
	CHECK_EQ(errno, EINTR);
	count = 0;
	CHECK_EQ(nanosleep(&span, NULL), -1);
	CHECK_EQ(errno, EINTR);
	disturbs = false;
	pthread_join(disturbing, NULL);
}

static void
broken_pipe(void)
{
	int ends[2];

	CHECK_EQ(pipe(ends), 0);
	close(ends[0]);
	install(SIGPIPE, 0);
	count = 0;
	CHECK_EQ(write(ends[1], "x", 1), -1);
	CHECK_EQ(errno, EPIPE);
	CHECK_EQ(count, 1);
	CHECK_EQ(told[0].code, SI_USER);
	signal(SIGPIPE, SIG_IGN);
	CHECK_EQ(write(ends[1], "x", 1), -1);
	CHECK_EQ(errno, EPIPE);
}

/* What was sent to the thread comes before what was sent to the program. */
static void
own_first(void)
{
	sigset_t both, before;

	install(SIGUSR1, 0);
	install(SIGUSR2, 0);
	sigemptyset(&both);
	sigaddset(&both, SIGUSR1);
	sigaddset(&both, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &both, &before);
	count = 0;
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	CHECK_EQ(pthread_kill(pthread_self(), SIGUSR2), 0);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	CHECK_EQ(count, 2);
	CHECK_EQ(told[0].signal, SIGUSR2);
	CHECK_EQ(told[1].signal, SIGUSR1);
	CHECK_EQ(syscall(SYS_tgkill, getpid(), 99999, 65), -1);
	CHECK_EQ(errno, ESRCH);
}

int
main(void)
{
	CHECK_EQ(pipe(pipe_ends), 0);
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	in_order();
	what_is_told();
	taken_by_waiting();
	discarded();
	taken_by_another();
	left_by_one_that_ends();
	due_before();
	made_again();
	broken_pipe();
	own_first();
	return check_end();
}
