/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * POSIX message queues: names, sizes, order by priority, what is ready, who is told by a signal.
 * Nothing blocks; the queues are called by the process's number, so that none of them is another's.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/slots.h"
#include "tests/conformance/words.h"

#define NAMES 3
#define NAME_SIZE 64
#define SIZE_MAX_ 64
#define BAD_ADDRESS ((void *)8)

struct queues_state {
	struct slots slots;
	int watcher;
	char buffer[9000];
};

static struct queues_state *
state_of(struct episode *episode)
{
	return episode->state;
}

static int
signal_of(unsigned which)
{
	return SIGRTMIN + 1 + (int)which;
}

static const char *
name_of(struct episode *episode, unsigned which)
{
	static char name[NAME_SIZE];

	snprintf(name, sizeof(name), "/conformance-%d-%u-%u", getpid(), episode->number, which);
	return name;
}

static void
begin(struct episode *episode)
{
	slots_begin(episode);
	state_of(episode)->watcher = epoll_create1(0);
}

static void
take_signals(struct episode *episode, bool says)
{
	const struct timespec no_time = {0};
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal_of(0));
	sigaddset(&set, signal_of(1));
	while (sigtimedwait(&set, &info, &no_time) > 0)
		if (says)
			episode_say(episode, " s%d code %d value %d pid %d",
				    info.si_signo - signal_of(0), info.si_code,
				    info.si_value.sival_int, info.si_pid == getpid());
}

static void
end(struct episode *episode)
{
	slots_end(episode);
	close(state_of(episode)->watcher);
	for (unsigned i = 0; i < NAMES; i++)
		mq_unlink(name_of(episode, i));
	take_signals(episode, false);
}

static void
step_open(struct episode *episode)
{
	static const long counts[] = {1, 2, 3, 5, 5, 5, 0, -1, 70000};
	static const long sizes[] = {1, 8, 16, SIZE_MAX_, SIZE_MAX_, 0, -1, 1 << 25};
	static const int accesses[] = {O_RDWR, O_RDWR, O_RDWR, O_RDONLY, O_WRONLY, 3};
	unsigned slot = slots_free_one(episode), which = episode_below(episode, NAMES);
	struct mq_attr attributes = {.mq_maxmsg = episode_one_of(episode, counts),
				     .mq_msgsize = episode_one_of(episode, sizes)};
	int flags = O_NONBLOCK | episode_one_of(episode, accesses);
	bool plain = episode_chance(episode, 10);

	if (episode_chance(episode, 75))
		flags |= O_CREAT;
	if (episode_chance(episode, 10))
		flags |= O_EXCL;
	if ((flags & (O_CREAT | 3)) == (O_CREAT | 3))
		flags &= ~3; /* (what is made so is nobody's) */
	if (episode_call(episode, "mq_open", "q%u, %s, %ld of %ld", which,
			 words_flags(words_open, flags).text, plain ? 0 : attributes.mq_maxmsg,
			 plain ? 0 : attributes.mq_msgsize))
		slots_set(episode, slot,
			  mq_open(name_of(episode, which), flags, 0600,
				  plain ? NULL : &attributes));
}

static void
step_names(struct episode *episode)
{
	static const char *const wrong[] = {"", "/", "/a/b", "/.", "..", "/conformance-none"};
	const char *name = episode_one_of(episode, wrong);
	unsigned which = episode_below(episode, NAMES);

	if (episode_chance(episode, 70)) {
		if (episode_call(episode, "mq_unlink", "q%u", which))
			episode_answer(episode, mq_unlink(name_of(episode, which)));
	} else if (episode_chance(episode, 50)) {
		if (episode_call(episode, "mq_unlink", "\"%s\"", name))
			episode_answer(episode, syscall(SYS_mq_unlink, name));
	} else if (episode_call(episode, "mq_open", "\"%s\"", name)) {
		episode_answer(episode, syscall(SYS_mq_open, name, O_RDWR, 0, NULL));
	}
}

/* A time that is past, for calls that do not wait anyhow; or none that is one. */
static const struct timespec *
time_of(struct episode *episode)
{
	static const struct timespec past = {1, 0}, wrong = {1, 1000000000};

	if (episode_chance(episode, 80))
		return NULL;
	return episode_chance(episode, 70) ? &past : &wrong;
}

static void
step_send(struct episode *episode)
{
	static const unsigned priorities[] = {0, 0, 1, 1, 2, 7, 32767, 32768};
	static const size_t lengths[] = {0, 1, 5, 8, 16, 17, SIZE_MAX_, SIZE_MAX_ + 1};
	unsigned slot = slots_pick(episode), priority = episode_one_of(episode, priorities);
	size_t length = episode_one_of(episode, lengths);
	const struct timespec *time = time_of(episode);
	char *buffer = state_of(episode)->buffer;

	episode_letters(episode, buffer, length);
	if (episode_call(episode, "mq_timedsend", "f%u, %zu, %u, %ld", slot, length, priority,
			 time ? time->tv_nsec : -1))
		episode_answer(episode, mq_timedsend(slots_of(episode)->fd[slot], buffer, length,
						     priority, time));
}

static void
step_receive(struct episode *episode)
{
	static const size_t sizes[] = {SIZE_MAX_, SIZE_MAX_, SIZE_MAX_, 9000, 9000, 16, 1, 0};
	unsigned slot = slots_pick(episode), priority = 99;
	size_t size = episode_one_of(episode, sizes);
	const struct timespec *time = time_of(episode);
	char *buffer = state_of(episode)->buffer;
	bool bad = episode_chance(episode, 4);
	long length;

	if (!episode_call(episode, "mq_timedreceive", "f%u, %zu, %ld%s", slot, size,
			  time ? time->tv_nsec : -1, bad ? ", bad" : ""))
		return;
	length = episode_answer(episode,
				syscall(SYS_mq_timedreceive, slots_of(episode)->fd[slot],
					bad ? BAD_ADDRESS : buffer, size, &priority, time));
	if (length >= 0) {
		episode_say_bytes(episode, buffer, (size_t)length);
		episode_say(episode, " priority %u", priority);
	}
}

static void
step_attributes(struct episode *episode)
{
	static const long flags[] = {O_NONBLOCK, O_NONBLOCK, O_NONBLOCK | 1};
	unsigned slot = slots_pick(episode);
	struct mq_attr new = {.mq_flags = episode_one_of(episode, flags)}, old;
	bool sets = episode_chance(episode, 40);

	if (!episode_call(episode, "mq_getsetattr", "f%u, %ld", slot, sets ? new.mq_flags : -1))
		return;
	if (!episode_answer(episode, syscall(SYS_mq_getsetattr, slots_of(episode)->fd[slot],
					     sets ? &new : NULL, &old)))
		episode_say(episode, " flags %ld %ld of %ld messages %ld", old.mq_flags,
			    old.mq_maxmsg, old.mq_msgsize, old.mq_curmsgs);
}

static void
step_notify(struct episode *episode)
{
	static const int kinds[] = {SIGEV_SIGNAL, SIGEV_SIGNAL, SIGEV_SIGNAL, SIGEV_NONE, 7};
	unsigned slot = slots_pick(episode), which = episode_below(episode, 2);
	struct sigevent event = {.sigev_notify = episode_one_of(episode, kinds),
				 .sigev_signo = signal_of(which)};
	bool ends = episode_chance(episode, 25);

	event.sigev_value.sival_int = (int)episode_below(episode, 100);
	if (episode_chance(episode, 5))
		event.sigev_signo = episode_chance(episode, 50) ? 65 : -1;
	if (episode_call(episode, "mq_notify", "f%u, %d, s%d, %d", slot,
			 ends ? -1 : event.sigev_notify, event.sigev_signo - signal_of(0),
			 event.sigev_value.sival_int))
		episode_answer(episode, syscall(SYS_mq_notify, slots_of(episode)->fd[slot],
						ends ? NULL : &event));
}

/* A socket as a C library has for SIGEV_THREAD, and what it is told by the end of the step. */
static void
step_thread(struct episode *episode)
{
	static const char cookie[32] = "of a library";
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot], told;
	bool sends = episode_chance(episode, 60), ends = episode_chance(episode, 50);
	struct sigevent event = {.sigev_notify = SIGEV_THREAD};
	char got[64];

	if (!episode_call(episode, "mq_notify_thread", "f%u%s%s", slot, sends ? ", send" : "",
			  ends ? ", end" : ""))
		return;
	told = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
	event.sigev_signo = told;
	event.sigev_value.sival_ptr = (void *)cookie;
	episode_answer(episode, syscall(SYS_mq_notify, fd, &event));
	if (sends)
		episode_say(episode, " send %d", (int)mq_send(fd, "told", 4, 1));
	if (ends)
		episode_say(episode, " end %d", (int)syscall(SYS_mq_notify, fd, NULL));
	for (ssize_t size; (size = recv(told, got, sizeof(got), MSG_DONTWAIT)) > 0;)
		episode_say(episode, " told %zd %.12s %d", size, got, got[31]);
	close(told);
}

static void
step_signals(struct episode *episode)
{
	if (!episode_call(episode, "sigtimedwait", "s0 s1"))
		return;
	episode_say(episode, " =");
	take_signals(episode, true);
}

static void
step_poll(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	struct pollfd one = {slots_of(episode)->fd[slot], POLLIN | POLLOUT | POLLRDNORM, 0};

	if (!episode_call(episode, "poll", "f%u", slot))
		return;
	episode_answer(episode, poll(&one, 1, 0));
	episode_say(episode, " %s", words_flags(words_poll, one.revents).text);
}

static void
step_watch(struct episode *episode)
{
	static const unsigned wanted[] = {EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLET,
					  EPOLLIN | EPOLLOUT | EPOLLET};
	unsigned slot = slots_pick(episode);
	struct epoll_event event = {.events = episode_one_of(episode, wanted), .data.u32 = slot};
	struct epoll_event events[8];
	long count;

	if (episode_chance(episode, 40)) {
		if (episode_call(episode, "epoll_ctl", "f%u, %#x", slot, event.events))
			episode_answer(episode, epoll_ctl(state_of(episode)->watcher, EPOLL_CTL_ADD,
							  slots_of(episode)->fd[slot], &event));
		return;
	}
	if (!episode_call(episode, "epoll_wait", "%d", 8))
		return;
	count = episode_answer(episode, epoll_wait(state_of(episode)->watcher, events, 8, 0));
	for (long i = 0; i < count; i++)
		episode_say(episode, " f%u:%#x", events[i].data.u32, events[i].events);
}

/* What a queue is as a file. */
static void
step_file(struct episode *episode)
{
	unsigned slot = slots_pick(episode), which = episode_below(episode, 3);
	int fd = slots_of(episode)->fd[slot];
	char text[128];
	struct stat stat;
	long length;

	if (which == 0 && episode_call(episode, "read", "f%u", slot)) {
		length = episode_answer(episode, pread(fd, text, sizeof(text) - 1, 0));
		if (length > 0)
			episode_say(episode, " %.*s", 24, text); /* (up to what is the process's) */
	} else if (which == 1 && episode_call(episode, "write", "f%u", slot)) {
		episode_answer(episode, write(fd, "x", 1));
	} else if (which == 2 && episode_call(episode, "fstat", "f%u", slot)) {
		if (!episode_answer(episode, fstat(fd, &stat)))
			episode_say(episode, " type %o size %ld", stat.st_mode & S_IFMT,
				    (long)stat.st_size);
	}
}

static const struct episode_step steps[] = {
	{16, step_open},   {6, step_names},   {26, step_send}, {22, step_receive},
	{6, step_attributes}, {8, step_notify}, {4, step_thread}, {6, step_signals}, {6, step_poll},
	{8, step_watch},   {4, step_file},    {5, slots_close}, {3, slots_dup},
	{0, NULL},
};

const struct episode_kind queues_kind = {
	.name = "queues",
	.serial = true, /* signals are the process's, and so is the room for queues */
	.state_size = sizeof(struct queues_state),
	.most = 60,
	.begin = begin,
	.end = end,
	.steps = steps,
};
