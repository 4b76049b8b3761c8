/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Linux's asynchronous calls: requests of all kinds on files, pipes, sockets, eventfds and timers,
 * completions taken by the call or read from the ring, polls that come due by what other steps do,
 * or are cancelled, or go with their context.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/conformance/aio_requests.h"
#include "tests/conformance/kinds.h"
#include "tests/conformance/slots.h"
#include "tests/conformance/words.h"

#define SETTLE_US 500	/* in which Linux's own threads do what is left to them, */
#define CLOSE_US 12000	/* and close what they have let go of */

static void
begin(struct episode *episode)
{
	struct aio_state *state = aio_state_of(episode);

	slots_begin(episode);
	syscall(SYS_io_setup, 128, &state->contexts[0]);
	syscall(SYS_io_setup, 1, &state->contexts[1]);
}

static void
end(struct episode *episode)
{
	struct aio_state *state = aio_state_of(episode);

	for (unsigned i = 0; i < AIO_CONTEXTS; i++)
		if (state->contexts[i])
			syscall(SYS_io_destroy, state->contexts[i]);
	slots_end(episode);
}

static unsigned
pick_context(struct episode *episode)
{
	return episode_chance(episode, 15);
}

/* -- Files ------------------------------------------------------------------------------------- */

static void
make_one(struct episode *episode, unsigned which)
{
	unsigned slot = slots_free_one(episode);
	int flags = episode_chance(episode, 30) ? O_APPEND : 0;

	if (which == 0) {
		if (episode_call(episode, "eventfd", "2"))
			slots_set(episode, slot, eventfd(2, EFD_NONBLOCK));
	} else if (which == 1) {
		if (episode_call(episode, "timerfd_create", "0"))
			slots_set(episode, slot, timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
	} else if (which == 2) {
		if (episode_call(episode, "epoll_create1", "0"))
			slots_set(episode, slot, epoll_create1(0));
	} else if (which == 3) {
		if (episode_call(episode, "openat", "\".\", O_DIRECTORY"))
			slots_set(episode, slot,
				  openat(episode->folder_fd, ".", O_RDONLY | O_DIRECTORY));
	} else {
		flags |= episode_chance(episode, 20) ? O_RDONLY : O_RDWR;
		if (episode_call(episode, "openat", "\"a\", %s",
				 words_flags(words_open, flags).text))
			slots_set(episode, slot,
				  openat(episode->folder_fd, "a", flags | O_CREAT, 0644));
	}
}

static void
step_make(struct episode *episode)
{
	struct slots *slots = slots_of(episode);
	unsigned which = episode_below(episode, 10), first, second;
	int fds[2] = {-1, -1};

	if (which < 6) {
		make_one(episode, which);
		return;
	}
	first = slots_free_one(episode);
	do
		second = slots_free_one(episode);
	while (second == first);
	if (which < 8) {
		if (!episode_call(episode, "pipe2", "f%u f%u", first, second))
			return;
		episode_answer(episode, pipe2(fds, O_NONBLOCK));
	} else {
		if (!episode_call(episode, "socketpair", "f%u f%u", first, second))
			return;
		episode_answer(episode, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds));
	}
	slots->fd[first] = fds[0];
	slots->fd[second] = fds[1];
}

static void
step_write(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	uint64_t one = 1;

	if (episode_call(episode, "write", "f%u", slot))
		episode_answer(episode, write(slots_of(episode)->fd[slot], &one, 8));
	usleep(SETTLE_US);
}

static void
step_read(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	char buffer[70000];
	size_t size = episode_chance(episode, 70) ? sizeof(buffer) : 8;

	if (episode_call(episode, "read", "f%u, %zu", slot, size))
		episode_answer(episode, read(slots_of(episode)->fd[slot], buffer, size));
}

/* A timer that is over at once: whether by now or a little later is not to be seen. */
static void
step_set_timer(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot];
	struct itimerspec new = {.it_value = {0, episode_chance(episode, 80)}};

	if (!episode_call(episode, "timerfd_settime", "f%u, %ld", slot, new.it_value.tv_nsec))
		return;
	episode_answer(episode, timerfd_settime(fd, 0, &new, NULL));
	usleep(4 * SETTLE_US);
}

static void
step_watch(struct episode *episode)
{
	unsigned watcher = slots_pick(episode), slot = slots_pick(episode);
	struct epoll_event event = {.events = EPOLLIN};

	if (episode_call(episode, "epoll_ctl", "f%u, f%u", watcher, slot))
		episode_answer(episode, epoll_ctl(slots_of(episode)->fd[watcher], EPOLL_CTL_ADD,
						  slots_of(episode)->fd[slot], &event));
}

/* -- Requests ---------------------------------------------------------------------------------- */

static void
step_submit(struct episode *episode)
{
	struct aio_state *state = aio_state_of(episode);
	unsigned context = pick_context(episode);
	unsigned count = episode_chance(episode, 70) ? 1 : 2 + episode_below(episode, 3);
	unsigned at[4], slots[4], told[4];
	struct iocb *list[4];

	usleep(SETTLE_US);
	for (unsigned i = 0; i < count; i++) {
		at[i] = state->next++ % AIO_REQUESTS;
		slots[i] = slots_pick(episode);
		told[i] = episode_chance(episode, 25) ? slots_pick(episode) : SLOTS_COUNT;
		if (count > 1) /* (Linux completes who polls an eventfd by a worker, later.) */
			told[i] = SLOTS_COUNT;
		list[i] = &state->requests[at[i]];
		aio_request_fill(episode, list[i], at[i], slots[i], told[i]);
		/* (Linux syncs beside other requests, in whatever order.) */
		if (count > 1 && aio_request_is_sync(list[i]))
			list[i]->aio_lio_opcode = IOCB_CMD_NOOP;
	}
	if (episode_chance(episode, 3))
		list[count - 1] = AIO_BAD_ADDRESS;
	if (!episode_call(episode, "io_submit", "c%u, %u", context, count))
		return;
	for (unsigned i = 0; i < count; i++)
		if (list[i] != AIO_BAD_ADDRESS)
			aio_request_say(episode, list[i], at[i], slots[i], told[i]);
	episode_answer(episode, syscall(SYS_io_submit, state->contexts[context], count, list));
	if (list[0] != AIO_BAD_ADDRESS)
		episode_say(episode, " key %u", list[0]->aio_key);
	usleep(SETTLE_US);
}

static void
step_cancel(struct episode *episode)
{
	struct aio_state *state = aio_state_of(episode);
	unsigned context = pick_context(episode), at = episode_below(episode, AIO_REQUESTS);
	struct io_event event;
	struct iocb *request = &state->requests[at];

	if (episode_chance(episode, 60) && state->next)
		at = (state->next - 1 - episode_below(episode, 3)) % AIO_REQUESTS;
	request = episode_chance(episode, 4) ? AIO_BAD_ADDRESS : &state->requests[at];
	usleep(SETTLE_US);
	if (!episode_call(episode, "io_cancel", "c%u, %s%u", context,
			  request == AIO_BAD_ADDRESS ? "bad " : "r", at))
		return;
	episode_answer(episode, syscall(SYS_io_cancel, state->contexts[context], request, &event));
	usleep(CLOSE_US);
}

/* -- Completions ------------------------------------------------------------------------------- */

static void
step_get(struct episode *episode)
{
	static const long least[] = {0, 0, 0, 1, 2, -1};
	struct aio_state *state = aio_state_of(episode);
	unsigned context = pick_context(episode);
	struct io_event events[AIO_REQUESTS];
	struct timespec no_time = {0};
	long low = episode_one_of(episode, least), most = 1 + episode_below(episode, AIO_REQUESTS);
	bool with_mask = episode_chance(episode, 30), bad = episode_chance(episode, 3);
	void *where = bad ? AIO_BAD_ADDRESS : events;
	uint64_t mask = 0;
	const struct {
		const uint64_t *mask;
		size_t size;
	} argument = {&mask, episode_chance(episode, 10) ? 4 : 8};
	long count;

	mask = ~0ull;
	if (!episode_call(episode, with_mask ? "io_pgetevents" : "io_getevents", "c%u, %ld, %ld%s",
			  context, low, most, bad ? ", bad" : ""))
		return;
	usleep(SETTLE_US);
	if (with_mask)
		count = syscall(SYS_io_pgetevents, state->contexts[context], low, most, where,
				&no_time, &argument);
	else
		count = syscall(SYS_io_getevents, state->contexts[context], low, most, where,
				&no_time);
	episode_answer(episode, count);
	for (long i = 0; i < count; i++)
		aio_event_say(episode, &events[i]);
}

/* Reads the ring, as programs do that save the call. */
static void
step_ring(struct episode *episode)
{
	struct aio_state *state = aio_state_of(episode);
	unsigned context = pick_context(episode);
	volatile struct aio_ring *ring = (void *)state->contexts[context];
	unsigned head, most = 1 + episode_below(episode, 4);

	if (!ring || !episode_call(episode, "ring", "c%u, %u", context, most))
		return;
	usleep(SETTLE_US);
	episode_say(episode, " = %#x %u %u %u", ring->magic, ring->compat_features,
		    ring->incompat_features, ring->header_length);
	head = ring->head;
	while (most-- && head != ring->tail) {
		struct io_event event = ((struct aio_ring *)ring)->io_events[head];

		aio_event_say(episode, &event);
		head = (head + 1) % ring->nr;
		ring->head = head;
	}
}

static void
step_context(struct episode *episode)
{
	static const unsigned counts[] = {0, 1, 1, 1, 100, 100, 0x7fffffff, 0x80000001, 4000000};
	struct aio_state *state = aio_state_of(episode);
	unsigned context = pick_context(episode);
	unsigned count = episode_one_of(episode, counts);
	unsigned long *id = &state->contexts[context], wrong = (uintptr_t)state->buffers;
	long result;

	if (episode_chance(episode, 50)) {
		if (!episode_call(episode, "io_setup", "c%u, %u", context, count))
			return;
		result = syscall(SYS_io_setup, count,
				 episode_chance(episode, 4) ? AIO_BAD_ADDRESS : id);
		episode_answer(episode, result);
		return;
	}
	if (episode_chance(episode, 20)) {
		if (episode_call(episode, "io_destroy", "wrong"))
			episode_answer(episode, syscall(SYS_io_destroy, wrong));
	} else if (episode_call(episode, "io_destroy", "c%u", context)) {
		result = syscall(SYS_io_destroy, *id);
		episode_answer(episode, result);
		*id = 0;
	}
}

/* (Who polls what is closed is looked at by a worker on Linux.) */
static void
step_close(struct episode *episode)
{
	slots_close(episode);
	usleep(SETTLE_US);
}

static const struct episode_step steps[] = {
	{14, step_make}, {30, step_submit}, {16, step_get},    {8, step_ring},
	{14, step_write}, {10, step_read},  {4, step_cancel},  {5, step_set_timer},
	{3, step_watch}, {2, step_context}, {6, step_close},  {2, slots_dup},
	{0, NULL},
};

const struct episode_kind aio_kind = {
	.name = "aio",
	.has_folder = true,
	.state_size = sizeof(struct aio_state),
	.most = 60,
	.begin = begin,
	.end = end,
	.steps = steps,
};
