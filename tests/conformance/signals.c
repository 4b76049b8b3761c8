/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals of one thread, which unblocks them, and of the process, all of whose other threads block
 * them: masks, what is pending, handlers and their flags, queues and their order, waiting. Serial.
 *
 * A signal that would end the program has a handler or is ignored; only those that Linux discards
 * anyway are set to SIG_DFL.
 */
#include "tests/conformance/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/signals_log.h"

#define DRAINS_MAX 256

static struct signals_state *
state_of(struct episode *episode)
{
	return episode->state;
}

static void
begin(struct episode *episode)
{
	struct signals_state *state = state_of(episode);

	signals_log_begin();
	for (unsigned i = 0; i < SIGNALS_COUNT; i++)
		sigaction(signals_numbers[i],
			  &(struct sigaction){.sa_sigaction = signals_log_handler,
					      .sa_flags = SA_SIGINFO},
			  NULL);
	pthread_sigmask(SIG_SETMASK, &(sigset_t){0}, NULL);
	state->fd = -1;
	if (pipe(state->pipe))
		state->pipe[0] = state->pipe[1] = -1;
}

static void
end(struct episode *episode)
{
	struct signals_state *state = state_of(episode);
	const struct timespec no_time = {0};
	sigset_t all;

	signals_say_pending(episode);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	/* (To ignore a signal discards what is pending.) */
	for (unsigned i = 0; i < SIGNALS_COUNT; i++) {
		signal(signals_numbers[i], SIG_IGN);
		signal(signals_numbers[i], SIG_DFL);
	}
	/* (For where it does not.) */
	for (unsigned i = 0; i < DRAINS_MAX && sigtimedwait(&all, NULL, &no_time) > 0; i++)
		;
	sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
	close(state->fd);
	close(state->pipe[0]);
	close(state->pipe[1]);
}

static unsigned
pick(struct episode *episode)
{
	return episode_below(episode, SIGNALS_COUNT);
}

static void
step_action(struct episode *episode)
{
	static const int flags[] = {SA_RESTART, SA_NODEFER, SA_RESETHAND, SA_ONSTACK};
	unsigned signal = pick(episode);
	struct sigaction new = {.sa_sigaction = signals_log_handler, .sa_flags = SA_SIGINFO};
	struct sigaction old = {0};
	const char *shown = "handler";

	while (episode_chance(episode, 35))
		new.sa_flags |= episode_one_of(episode, flags);
	/* (A signal comes back to its default by SA_RESETHAND as well.) */
	if (!signals_is_discarded(signal))
		new.sa_flags &= ~SA_RESETHAND;
	if (episode_chance(episode, 30))
		sigaddset(&new.sa_mask, signals_numbers[pick(episode)]);
	if (episode_chance(episode, 25)) {
		new = (struct sigaction){.sa_handler = SIG_IGN};
		shown = "ignore";
	} else if (signals_is_discarded(signal) && episode_chance(episode, 30)) {
		new = (struct sigaction){.sa_handler = SIG_DFL};
		shown = "default";
	}
	if (!episode_call(episode, "sigaction", "%s, %s, %#x, mask%s", signals_names[signal], shown,
			  new.sa_flags, signals_set(&new.sa_mask).text))
		return;
	if (!episode_answer(episode, sigaction(signals_numbers[signal], &new, &old)))
		episode_say(episode, " was %s %#x mask%s",
			    old.sa_handler == SIG_DFL	? "default"
			    : old.sa_handler == SIG_IGN ? "ignore"
							: "handler",
			    old.sa_flags & ~0x04000000, signals_set(&old.sa_mask).text);
	signals_log_say(episode);
}

static void
step_mask(struct episode *episode)
{
	static const char *const names[] = {"BLOCK", "UNBLOCK", "SETMASK", "wrong"};
	int how = episode_chance(episode, 97) ? (int)episode_below(episode, 3) : 3;
	sigset_t set, old;

	sigemptyset(&set);
	do
		sigaddset(&set, signals_numbers[pick(episode)]);
	while (episode_chance(episode, 50));
	if (!episode_call(episode, "sigprocmask", "%s,%s", names[how], signals_set(&set).text))
		return;
	if (!episode_answer_error(episode, pthread_sigmask(how, &set, &old)))
		episode_say(episode, " was%s", signals_set(&old).text);
	signals_log_say(episode);
}

/* To this thread, to the process, or with a value. */
static void
step_send(struct episode *episode)
{
	unsigned signal = pick(episode), which = episode_below(episode, 4);
	int number = signals_numbers[signal], value = (int)episode_below(episode, 100);
	const char *name = signals_names[signal];

	if (which == 0 && episode_call(episode, "tgkill", "%s", name))
		episode_answer(episode, syscall(SYS_tgkill, getpid(), gettid(), number));
	else if (which == 1 && episode_call(episode, "kill", "%s", name))
		episode_answer(episode, kill(getpid(), number));
	else if (which == 2 && episode_call(episode, "sigqueue", "%s, %d", name, value))
		episode_answer(episode,
			       sigqueue(getpid(), number, (union sigval){.sival_int = value}));
	else if (which == 3 && episode_call(episode, "tkill", "%s", name))
		episode_answer(episode, syscall(SYS_tkill, gettid(), number));
	else
		return;
	signals_log_say(episode);
}

static void
step_odd(struct episode *episode)
{
	static const int numbers[] = {0, 65, -1, 1000};
	int number = episode_one_of(episode, numbers);
	unsigned which = episode_below(episode, 4);

	if (which == 0 && episode_call(episode, "kill", "%d", number))
		episode_answer(episode, kill(getpid(), number));
	else if (which == 1 && episode_call(episode, "tgkill", "%d", number))
		episode_answer(episode, syscall(SYS_tgkill, getpid(), gettid(), number));
	else if (which == 2 && episode_call(episode, "tgkill", "nobody, %d", number))
		episode_answer(episode, syscall(SYS_tgkill, getpid(), 1 << 22, number));
	else if (which == 3 && episode_call(episode, "sigaction", "SIGKILL"))
		episode_answer(
			episode,
			sigaction(SIGKILL, &(struct sigaction){.sa_handler = SIG_IGN}, NULL));
}

static void
step_pending(struct episode *episode)
{
	signals_say_pending(episode);
}

static void
step_wait(struct episode *episode)
{
	struct timespec span = {.tv_nsec = episode_chance(episode, 10) ? 1000000 : 0};
	siginfo_t info = {0};
	sigset_t set;
	long result;

	sigemptyset(&set);
	do
		sigaddset(&set, signals_numbers[pick(episode)]);
	while (episode_chance(episode, 70));
	if (episode_chance(episode, 3))
		span.tv_nsec = -1;
	if (!episode_call(episode, "sigtimedwait", "%s, %ld", signals_set(&set).text, span.tv_nsec))
		return;
	result = sigtimedwait(&set, &info, &span);
	if (result < 0)
		episode_answer(episode, -1);
	else
		episode_say(episode, " = %s code %d value %d", signals_name((int)result),
			    info.si_code, info.si_code == SI_QUEUE ? info.si_value.sival_int : 0);
	signals_log_say(episode);
}

/* Waits with a mask that lets something through that is pending; else it would not end. */
static void
step_suspend(struct episode *episode)
{
	sigset_t pending, mask;
	struct timespec second = {.tv_nsec = 200000000};
	unsigned signal = pick(episode);
	struct sigaction action;

	sigpending(&pending);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	sigaction(signals_numbers[signal], NULL, &action);
	if (!sigismember(&pending, signals_numbers[signal]) || action.sa_handler == SIG_DFL ||
	    action.sa_handler == SIG_IGN)
		return;
	sigdelset(&mask, signals_numbers[signal]);
	if (episode_chance(episode, 50)) {
		if (!episode_call(episode, "sigsuspend", "without %s", signals_names[signal]))
			return;
		episode_answer(episode, sigsuspend(&mask));
	} else {
		if (!episode_call(episode, "ppoll", "without %s", signals_names[signal]))
			return;
		episode_answer(episode, ppoll(NULL, 0, &second, &mask));
	}
	signals_log_say(episode);
}

static void
step_stack(struct episode *episode)
{
	struct signals_state *state = state_of(episode);
	stack_t new = {.ss_sp = state->stack, .ss_size = sizeof(state->stack)}, old = {0};
	unsigned which = episode_below(episode, 4);

	if (which == 1)
		new.ss_flags = SS_DISABLE;
	else if (which == 2)
		new.ss_size = 100;
	else if (which == 3)
		new.ss_flags = 77;
	if (!episode_call(episode, "sigaltstack", "flags %d, size %zu", new.ss_flags, new.ss_size))
		return;
	if (!episode_answer(episode, sigaltstack(&new, &old)))
		episode_say(episode, " was flags %d%s", old.ss_flags,
			    old.ss_sp == state->stack ? " ours" : "");
}

static void
step_descriptor(struct episode *episode)
{
	struct signals_state *state = state_of(episode);
	struct signalfd_siginfo info[2];
	sigset_t set;
	long size;

	sigemptyset(&set);
	do
		sigaddset(&set, signals_numbers[pick(episode)]);
	while (episode_chance(episode, 70));
	if (state->fd < 0 || episode_chance(episode, 30)) {
		if (!episode_call(episode, "signalfd", "%s,%s", state->fd < 0 ? "new" : "old",
				  signals_set(&set).text))
			return;
		state->fd = signalfd(state->fd, &set, SFD_NONBLOCK);
		episode_answer_ok(episode, state->fd);
		return;
	}
	if (!episode_call(episode, "read", "signalfd"))
		return;
	size = episode_answer(episode, read(state->fd, info, sizeof(info)));
	for (long i = 0; i < size / (long)sizeof(info[0]); i++)
		episode_say(episode, " %s code %d value %d", signals_name((int)info[i].ssi_signo),
			    info[i].ssi_code, info[i].ssi_code == SI_QUEUE ? info[i].ssi_int : 0);
}

static const struct episode_step steps[] = {
	{24, step_send},
	{16, step_mask},
	{14, step_action},
	{3, step_odd},
	{6, step_pending},
	{12, step_wait},
	{8, step_suspend},
	{4, step_stack},
	{8, step_descriptor},
	{5, signals_step_interrupted},
	{0, NULL},
};

const struct episode_kind signals_kind = {
	.name = "signals",
	.serial = true,
	.state_size = sizeof(struct signals_state),
	.most = 60,
	.begin = begin,
	.end = end,
	.steps = steps,
};
