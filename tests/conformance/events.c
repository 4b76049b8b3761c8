/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters and timers as descriptors, and who says that they are ready: eventfd, timerfd, poll,
 * select. A timer is set to a time that is long past or far away, or is waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/slots.h"
#include "tests/conformance/words.h"

#define LONG_SECONDS 5000
#define LISTED 3

struct events_state {
	struct slots slots;
};

static const struct words event_flags[] = {
	WORDS(EFD_SEMAPHORE),
	WORDS(EFD_NONBLOCK),
	WORDS(EFD_CLOEXEC),
	{0, 0},
};

static void
step_make(struct episode *episode)
{
	static const int flags[] = {EFD_NONBLOCK, EFD_NONBLOCK | EFD_SEMAPHORE,
				    EFD_NONBLOCK | EFD_CLOEXEC};
	static const int clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME,
				     CLOCK_PROCESS_CPUTIME_ID};
	unsigned slot = slots_free_one(episode), count = episode_below(episode, 4);
	int flag = episode_one_of(episode, flags), clock = episode_one_of(episode, clocks);

	if (episode_chance(episode, 4))
		flag |= 2;
	if (episode_chance(episode, 50)) {
		if (episode_call(episode, "eventfd", "%u, %s", count,
				 words_flags(event_flags, flag).text))
			slots_set(episode, slot, eventfd(count, flag));
	} else {
		flag &= ~1;
		if (episode_call(episode, "timerfd_create", "%d, %#x", clock, flag))
			slots_set(episode, slot, timerfd_create(clock, flag));
	}
}

static void
step_read(struct episode *episode)
{
	static const size_t sizes[] = {8, 8, 8, 8, 16, 4, 0};
	unsigned slot = slots_pick(episode);
	size_t size = episode_one_of(episode, sizes);
	uint64_t count[2] = {0};
	long result;

	if (!episode_call(episode, "read", "f%u, %zu", slot, size))
		return;
	result = episode_answer(episode, read(slots_of(episode)->fd[slot], count, size));
	if (result > 0)
		episode_say(episode, " %llu", (unsigned long long)count[0]);
}

static void
step_write(struct episode *episode)
{
	static const uint64_t counts[] = {0, 1, 2, 7, UINT64_MAX - 1, UINT64_MAX, 1ull << 63};
	static const size_t sizes[] = {8, 8, 8, 8, 16, 4, 0};
	unsigned slot = slots_pick(episode);
	size_t size = episode_one_of(episode, sizes);
	uint64_t count[2] = {episode_one_of(episode, counts), 0};

	if (episode_call(episode, "write", "f%u, %llu, %zu", slot, (unsigned long long)count[0],
			 size))
		episode_answer(episode, write(slots_of(episode)->fd[slot], count, size));
}

static void
say_setting(struct episode *episode, const struct itimerspec *setting)
{
	long seconds = (long)setting->it_value.tv_sec + (setting->it_value.tv_nsec > 0);

	/* (What is left is said in thousands of seconds.) */
	episode_say(episode, " left %ld every %ld.%09ld", (seconds + 900) / 1000,
		    (long)setting->it_interval.tv_sec, (long)setting->it_interval.tv_nsec);
}

/* Sets a timer to nothing, to the far future, or, by absolute time, to the past: it is then over.
 */
static void
step_set(struct episode *episode)
{
	static const long periods[] = {0, 0, LONG_SECONDS};
	unsigned slot = slots_pick(episode);
	struct itimerspec new = {0}, old = {0};
	bool is_past = episode_chance(episode, 50);
	int flags = is_past ? TFD_TIMER_ABSTIME : 0;

	if (episode_chance(episode, 10))
		flags |= TFD_TIMER_CANCEL_ON_SET;
	new.it_interval.tv_sec = episode_one_of(episode, periods);
	new.it_value.tv_sec = is_past ? 0 : LONG_SECONDS;
	new.it_value.tv_nsec = is_past;
	if (episode_chance(episode, 15))
		new.it_value = (struct timespec){0};
	if (episode_chance(episode, 5))
		new.it_value.tv_nsec = 1000000000;
	if (episode_chance(episode, 3))
		flags |= 8;
	/* An old expiration whose period has gone by is counted in periods of this machine's time.
	 */
	if (is_past && new.it_value.tv_nsec)
		new.it_interval.tv_sec = 0;
	if (!episode_call(episode, "timerfd_settime", "f%u, %#x, %ld.%09ld, %ld", slot, flags,
			  (long)new.it_value.tv_sec, new.it_value.tv_nsec,
			  (long)new.it_interval.tv_sec))
		return;
	if (!episode_answer(episode,
			    timerfd_settime(slots_of(episode)->fd[slot], flags, &new, &old)))
		say_setting(episode, &old);
}

static void
step_get(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	struct itimerspec now;

	if (episode_call(episode, "timerfd_gettime", "f%u", slot) &&
	    !episode_answer(episode, timerfd_gettime(slots_of(episode)->fd[slot], &now)))
		say_setting(episode, &now);
}

/* A timer of a millisecond, waited for with poll. */
static void
step_wait(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	struct itimerspec new = {.it_value = {.tv_nsec = 1000000}};
	struct pollfd one = {slots_of(episode)->fd[slot], POLLIN, 0};

	if (one.fd < 0 || !episode_call(episode, "timerfd_wait", "f%u", slot))
		return;
	if (episode_answer(episode, timerfd_settime(one.fd, 0, &new, NULL)))
		return;
	episode_say(episode, " then");
	episode_answer(episode, poll(&one, 1, 5000));
	episode_say(episode, " %s", words_flags(words_poll, one.revents).text);
}

static void
step_poll(struct episode *episode)
{
	static const short asked[] = {POLLIN, POLLOUT, POLLIN | POLLOUT, 0, 0x3ff};
	struct pollfd list[LISTED];
	unsigned slots[LISTED];

	for (unsigned i = 0; i < LISTED; i++) {
		slots[i] = slots_pick(episode);
		list[i] = (struct pollfd){slots_of(episode)->fd[slots[i]],
					  episode_one_of(episode, asked), 0};
	}
	if (!episode_call(episode, "poll", "f%u:%#x f%u:%#x f%u:%#x", slots[0], list[0].events,
			  slots[1], list[1].events, slots[2], list[2].events))
		return;
	episode_answer(episode, poll(list, LISTED, 0));
	for (unsigned i = 0; i < LISTED; i++)
		episode_say(episode, " %s", words_flags(words_poll, list[i].revents).text);
}

static void
step_select(struct episode *episode)
{
	fd_set sets[3];
	struct timeval no_time = {0};
	int fds[LISTED], most = -1;
	unsigned slots[LISTED];

	for (unsigned i = 0; i < 3; i++)
		FD_ZERO(&sets[i]);
	for (unsigned i = 0; i < LISTED; i++) {
		slots[i] = slots_pick(episode);
		fds[i] = slots_of(episode)->fd[slots[i]];
		if (fds[i] < 0)
			return;
		most = fds[i] > most ? fds[i] : most;
		for (unsigned set = 0; set < 3; set++)
			if (episode_chance(episode, 70))
				FD_SET(fds[i], &sets[set]);
	}
	if (!episode_call(episode, "select", "f%u f%u f%u", slots[0], slots[1], slots[2]))
		return;
	episode_answer(episode, select(most + 1, &sets[0], &sets[1], &sets[2], &no_time));
	for (unsigned i = 0; i < LISTED; i++)
		episode_say(episode, " %d%d%d", FD_ISSET(fds[i], &sets[0]) != 0,
			    FD_ISSET(fds[i], &sets[1]) != 0, FD_ISSET(fds[i], &sets[2]) != 0);
}

static void
step_other(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot], flags;

	if (episode_chance(episode, 50)) {
		if (episode_call(episode, "lseek", "f%u", slot))
			episode_answer(episode, lseek(fd, 0, SEEK_CUR));
	} else if (episode_call(episode, "fcntl_getfl", "f%u", slot)) {
		flags = fcntl(fd, F_GETFL);
		if (flags < 0)
			episode_answer(episode, -1);
		else
			episode_say(episode, " = %s", words_flags(words_open, flags).text);
	}
}

static const struct episode_step steps[] = {
	{20, step_make}, {16, step_read}, {12, step_write}, {14, step_set},
	{6, step_get},	 {2, step_wait},  {10, step_poll},  {6, step_select},
	{3, slots_dup},	 {3, step_other}, {4, slots_close}, {0, NULL},
};

const struct episode_kind events_kind = {
	.name = "events",
	.state_size = sizeof(struct events_state),
	.most = 60,
	.begin = slots_begin,
	.end = slots_end,
	.steps = steps,
};
