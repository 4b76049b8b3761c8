/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that wait when a signal comes. The thread that sends it waits until /proc says that the
 * other sleeps, where there is such a file, and sends again until the call has ended, since it may
 * not yet have been waiting: with SA_RESTART the call goes on, and what it waits for comes then.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/signals.h"
#include "tests/conformance/signals_log.h"

#define PAUSE_NS 3000000
#define LONG_NS 200000000
#define SENDINGS_MAX 3

struct sender {
	pthread_t target;
	int fd;	      /* to write to, for those that go on */
	bool is_over; /* the call has ended */
	bool restarts;
};

static volatile unsigned handled;

static void
handler(int number)
{
	(void)number;
	handled++;
}

static void *
send_some(void *argument)
{
	struct sender *sender = argument;
	struct timespec pause = {.tv_nsec = PAUSE_NS};

	for (unsigned i = 0; i < SENDINGS_MAX; i++) {
		nanosleep(&pause, NULL);
		if (__atomic_load_n(&sender->is_over, __ATOMIC_SEQ_CST))
			return NULL;
		pthread_kill(sender->target, SIGTERM);
	}
	nanosleep(&pause, NULL);
	if (sender->restarts && write(sender->fd, "x", 1) != 1)
		return (void *)1;
	return NULL;
}

/* Waits in one of the ways; each would last LONG_NS. */
static long
wait_in_a_way(unsigned way, int fd)
{
	struct timespec span = {.tv_nsec = LONG_NS};
	struct timeval as_long = {.tv_usec = LONG_NS / 1000};
	struct pollfd one = {fd, POLLIN, 0};
	struct epoll_event event;
	sigset_t set;
	char byte;
	long result;
	int epoll;

	switch (way) {
	case 0:
		return read(fd, &byte, 1);
	case 1:
		return poll(&one, 1, LONG_NS / 1000000);
	case 2:
		return nanosleep(&span, NULL);
	case 3:
		return select(0, NULL, NULL, NULL, &as_long);
	case 4:
		epoll = epoll_create1(0);
		result = epoll_wait(epoll, &event, 1, LONG_NS / 1000000);
		close(epoll);
		return result;
	case 5:
		sigemptyset(&set);
		sigaddset(&set, SIGQUIT);
		/* (musl's own function begins again when it is interrupted.) */
		return syscall(SYS_rt_sigtimedwait, &set, NULL, &span, _NSIG / 8);
	default:
		errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL);
		return errno ? -1 : 0;
	}
}

void
signals_step_interrupted(struct episode *episode)
{
	static const char *const names[] = {"read",	      "poll",	    "nanosleep",
					    "select",	      "epoll_wait", "sigtimedwait",
					    "clock_nanosleep"};
	struct signals_state *state = episode->state;
	unsigned way = episode_below(episode, 7);
	bool restart = episode_chance(episode, 50);
	struct sender sender = {pthread_self(), state->pipe[1], false, restart && way == 0};
	struct sigaction action = {.sa_handler = handler, .sa_flags = restart ? SA_RESTART : 0};
	pthread_t thread;
	sigset_t all, mask;

	if (!episode_call(episode, names[way], "interrupted%s", restart ? ", SA_RESTART" : ""))
		return;
	sigaction(SIGTERM, &action, NULL);
	/* The sender is born with all signals blocked. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	handled = 0;
	if (pthread_create(&thread, NULL, send_some, &sender))
		return;
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	episode_answer(episode, wait_in_a_way(way, state->pipe[0]));
	__atomic_store_n(&sender.is_over, true, __ATOMIC_SEQ_CST);
	pthread_join(thread, NULL);
	episode_say(episode, " %s", handled ? "handled" : "not handled");
	signals_log_say(episode);
}
