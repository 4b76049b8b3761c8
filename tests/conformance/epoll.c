/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * epoll over eventfds, pipes, socket pairs, signalfds and other epolls: level, edge and once, what
 * is told of again and in which order, and descriptors that are closed while others of theirs live.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/slots.h"
#include "tests/conformance/words.h"

#define EVENTS_MAX 8

struct epoll_state {
	struct slots slots;
	int watchers[2]; /* two epolls, e0 and e1 */
};

static const struct words event_words[] = {
	WORDS(EPOLLIN),	       WORDS(EPOLLPRI),	    WORDS(EPOLLOUT),	  WORDS(EPOLLERR),
	WORDS(EPOLLHUP),       WORDS(EPOLLRDHUP),   WORDS(EPOLLRDNORM),	  WORDS(EPOLLWRNORM),
	WORDS(EPOLLEXCLUSIVE), WORDS(EPOLLONESHOT), {EPOLLET, "EPOLLET"}, {0, 0},
};

static struct epoll_state *
state_of(struct episode *episode)
{
	return episode->state;
}

/* One of two signals, which all threads hold back: they are sent to the thread itself. */
static int
signal_of(unsigned which)
{
	return SIGRTMIN + 1 + (int)which;
}

static void
begin(struct episode *episode)
{
	slots_begin(episode);
	state_of(episode)->watchers[0] = epoll_create1(0);
	state_of(episode)->watchers[1] = epoll_create1(EPOLL_CLOEXEC);
}

static void
end(struct episode *episode)
{
	const struct timespec no_time = {0};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal_of(0));
	sigaddset(&set, signal_of(1));
	while (sigtimedwait(&set, NULL, &no_time) > 0)
		;
	slots_end(episode);
	close(state_of(episode)->watchers[0]);
	close(state_of(episode)->watchers[1]);
}

static void
make_signalfd(struct episode *episode, unsigned slot)
{
	unsigned which = episode_below(episode, 2);
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal_of(which));
	if (episode_call(episode, "signalfd", "s%u", which))
		slots_set(episode, slot, signalfd(-1, &set, SFD_NONBLOCK));
}

static void
step_raise(struct episode *episode)
{
	unsigned which = episode_below(episode, 2);

	if (episode_call(episode, "pthread_kill", "s%u", which))
		episode_answer_error(episode, pthread_kill(pthread_self(), signal_of(which)));
}

static void
step_make(struct episode *episode)
{
	struct slots *slots = slots_of(episode);
	unsigned which = episode_below(episode, 5), other;
	unsigned slot = slots_free_one(episode);
	int fds[2] = {-1, -1};

	if (which < 2) {
		if (episode_call(episode, "eventfd", "f%u, %u", slot, which))
			slots_set(episode, slot, eventfd(which, EFD_NONBLOCK));
		return;
	}
	if (which == 4) {
		make_signalfd(episode, slot);
		return;
	}
	do
		other = slots_free_one(episode);
	while (other == slot);
	if (which == 2) {
		if (!episode_call(episode, "pipe2", "f%u f%u", slot, other))
			return;
		episode_answer(episode, pipe2(fds, O_NONBLOCK));
	} else {
		if (!episode_call(episode, "socketpair", "f%u f%u", slot, other))
			return;
		episode_answer(episode, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds));
	}
	slots->fd[slot] = fds[0];
	slots->fd[other] = fds[1];
}

static uint32_t
events_of(struct episode *episode)
{
	static const uint32_t more[] = {
		EPOLLET,	EPOLLONESHOT,	       EPOLLET, EPOLLRDHUP, EPOLLPRI,
		EPOLLEXCLUSIVE, EPOLLET | EPOLLONESHOT};
	static const uint32_t usual[] = {EPOLLIN, EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT, 0};
	uint32_t events = episode_one_of(episode, usual);

	while (episode_chance(episode, 40))
		events |= episode_one_of(episode, more);
	return events;
}

static void
step_control(struct episode *episode)
{
	static const int operations[] = {EPOLL_CTL_ADD,
					 EPOLL_CTL_ADD,
					 EPOLL_CTL_ADD,
					 EPOLL_CTL_MOD,
					 EPOLL_CTL_MOD,
					 EPOLL_CTL_DEL,
					 9};
	static const char *const names[] = {"?", "ADD", "DEL", "MOD"};
	struct epoll_state *state = state_of(episode);
	unsigned slot = slots_pick(episode);
	unsigned watcher = episode_chance(episode, 25), nested = episode_chance(episode, 8);
	int operation = episode_one_of(episode, operations);
	struct epoll_event event = {.events = events_of(episode), .data.u32 = slot};
	int fd =
		nested ? state->watchers[episode_chance(episode, 70)] : slots_of(episode)->fd[slot];

	if (nested)
		event.data.u32 = SLOTS_COUNT;
	if (episode_call(episode, "epoll_ctl", "e%u, %s, %s%u, %s", watcher, names[operation % 9],
			 nested ? "e" : "f", nested ? fd == state->watchers[1] : slot,
			 words_flags(event_words, event.events).text))
		episode_answer(episode, epoll_ctl(state->watchers[watcher], operation, fd, &event));
}

/* The events in the order in which they are told. */
static void
step_wait(struct episode *episode)
{
	struct epoll_event events[EVENTS_MAX];
	unsigned watcher = episode_chance(episode, 25);
	int most = episode_chance(episode, 40) ? 1 + (int)episode_below(episode, 2) : EVENTS_MAX;
	long count;

	if (episode_chance(episode, 3))
		most = 0;
	if (!episode_call(episode, "epoll_wait", "e%u, %d", watcher, most))
		return;
	count = episode_answer(episode,
			       epoll_wait(state_of(episode)->watchers[watcher], events, most, 0));
	for (long i = 0; i < count; i++)
		episode_say(episode, " f%u:%s", events[i].data.u32,
			    words_flags(event_words, events[i].events).text);
}

static void
step_write(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	uint64_t one = 1;

	if (episode_call(episode, "write", "f%u", slot))
		episode_answer(episode, write(slots_of(episode)->fd[slot], &one, 8));
}

static void
step_read(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	char buffer[256];
	size_t size = episode_chance(episode, 70) ? sizeof(buffer) : 8;

	if (episode_call(episode, "read", "f%u, %zu", slot, size))
		episode_answer(episode, read(slots_of(episode)->fd[slot], buffer, size));
}

static void
step_shutdown(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int how = (int)episode_below(episode, 3);

	if (episode_call(episode, "shutdown", "f%u, %d", slot, how))
		episode_answer(episode, shutdown(slots_of(episode)->fd[slot], how));
}

static void
step_poll(struct episode *episode)
{
	struct pollfd one = {state_of(episode)->watchers[0], POLLIN | POLLOUT, 0};
	unsigned slot = slots_pick(episode);

	if (episode_chance(episode, 50)) {
		if (!episode_call(episode, "poll", "e0"))
			return;
	} else {
		one.fd = slots_of(episode)->fd[slot];
		if (!episode_call(episode, "poll", "f%u", slot))
			return;
	}
	episode_answer(episode, poll(&one, 1, 0));
	episode_say(episode, " %s", words_flags(words_poll, one.revents).text);
}

static const struct episode_step steps[] = {
	{14, step_make}, {24, step_control}, {28, step_wait}, {14, step_write}, {10, step_read},
	{6, slots_dup},	 {4, step_shutdown}, {4, step_poll},  {8, slots_close},
	{6, step_raise}, {0, NULL},
};

const struct episode_kind epoll_kind = {
	.name = "epoll",
	.state_size = sizeof(struct epoll_state),
	.most = 70,
	.begin = begin,
	.end = end,
	.steps = steps,
};
