/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks and timers of the process, by order alone: no time is printed. Serial, for the alarms.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/words.h"

#define SHORT_NS 1000000

static volatile unsigned alarms;

static const struct words clocks[] = {
	WORDS(CLOCK_REALTIME),
	WORDS(CLOCK_MONOTONIC),
	WORDS(CLOCK_PROCESS_CPUTIME_ID),
	WORDS(CLOCK_THREAD_CPUTIME_ID),
	WORDS(CLOCK_MONOTONIC_RAW),
	WORDS(CLOCK_REALTIME_COARSE),
	WORDS(CLOCK_MONOTONIC_COARSE),
	WORDS(CLOCK_BOOTTIME),
	{99, "none"},
	{0, 0},
};

static void
count_alarm(int number)
{
	(void)number;
	alarms++;
}

static void
begin(struct episode *episode)
{
	(void)episode;
	signal(SIGALRM, count_alarm);
	pthread_sigmask(SIG_SETMASK, &(sigset_t){0}, NULL);
	alarms = 0;
}

static void
end(struct episode *episode)
{
	sigset_t all;

	(void)episode;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	signal(SIGALRM, SIG_IGN);
}

static const struct words *
clock_of(struct episode *episode)
{
	return &clocks[episode_below(episode, sizeof(clocks) / sizeof(clocks[0]) - 1)];
}

static bool
is_later(const struct timespec *left, const struct timespec *right)
{
	return left->tv_sec != right->tv_sec ? left->tv_sec > right->tv_sec
					     : left->tv_nsec > right->tv_nsec;
}

static void
step_get(struct episode *episode)
{
	const struct words *clock = clock_of(episode);
	struct timespec first, second;

	if (!episode_call(episode, "clock_gettime", "%s", clock->name) ||
	    episode_answer(episode, clock_gettime((clockid_t)clock->value, &first)))
		return;
	clock_gettime((clockid_t)clock->value, &second);
	episode_say(episode, " %s", is_later(&first, &second) ? "backwards" : "forwards");
}

static void
step_resolution(struct episode *episode)
{
	const struct words *clock = clock_of(episode);
	struct timespec step = {0};

	if (episode_call(episode, "clock_getres", "%s", clock->name) &&
	    !episode_answer(episode, clock_getres((clockid_t)clock->value, &step)) &&
	    clock->value != CLOCK_REALTIME_COARSE && clock->value != CLOCK_MONOTONIC_COARSE)
		episode_say(episode, " %ld %ld", (long)step.tv_sec, step.tv_nsec);
}

static void
step_sleep(struct episode *episode)
{
	static const long spans[] = {0, 1, SHORT_NS, -1, 1000000000};
	const struct words *clock = clock_of(episode);
	struct timespec span = {.tv_nsec = episode_one_of(episode, spans)}, left = {7, 7};
	struct timespec before, after;
	int flags = episode_chance(episode, 50) ? TIMER_ABSTIME : 0;

	if (episode_chance(episode, 5))
		span.tv_sec = -1;
	/* (The time that a process spends stands still while it sleeps: it waits for no more.) */
	if (clock->value == CLOCK_PROCESS_CPUTIME_ID) {
		flags = TIMER_ABSTIME;
		span.tv_nsec = span.tv_nsec == SHORT_NS ? 1 : span.tv_nsec;
	}
	if (!episode_call(episode, "clock_nanosleep", "%s, %d, %ld.%ld", clock->name, flags,
			  (long)span.tv_sec, span.tv_nsec))
		return;
	clock_gettime(CLOCK_MONOTONIC, &before);
	/* (musl's own function answers CLOCK_THREAD_CPUTIME_ID by itself.) */
	if (!episode_answer(episode,
			    syscall(SYS_clock_nanosleep, clock->value, flags, &span, &left)) &&
	    !flags) {
		clock_gettime(CLOCK_MONOTONIC, &after);
		before.tv_nsec += span.tv_nsec;
		if (before.tv_nsec >= 1000000000) {
			before.tv_sec++;
			before.tv_nsec -= 1000000000;
		}
		episode_say(episode, " %s", is_later(&before, &after) ? "early" : "slept");
	}
}

static void
step_alarm(struct episode *episode)
{
	struct itimerval new = {.it_value = {.tv_usec = SHORT_NS / 1000}}, old = {0};
	sigset_t held, before;

	switch (episode_below(episode, 4)) {
	case 0:
		if (episode_call(episode, "setitimer", "1 ms, waited for")) {
			sigemptyset(&held);
			sigaddset(&held, SIGALRM); /* not before it is waited for */
			pthread_sigmask(SIG_BLOCK, &held, &before);
			episode_answer(episode, setitimer(ITIMER_REAL, &new, NULL));
			episode_say(episode, " sigsuspend");
			episode_answer(episode, sigsuspend(&before));
			pthread_sigmask(SIG_SETMASK, &before, NULL);
			episode_say(episode, " alarms %u", alarms);
		}
		break;
	case 1:
		if (episode_call(episode, "alarm", "1000, 0")) {
			episode_answer(episode, alarm(1000));
			episode_say(episode, " left %u", alarm(0) > 900);
		}
		break;
	case 2:
		if (episode_call(episode, "getitimer", "%s", ""))
			episode_answer(episode, getitimer(ITIMER_REAL, &old));
		break;
	default:
		if (episode_call(episode, "getitimer", "wrong"))
			episode_answer(episode, getitimer(9, &old));
	}
}

static void
step_timer(struct episode *episode)
{
	const struct words *clock = clock_of(episode);
	struct sigevent event = {.sigev_notify =
					 episode_chance(episode, 50) ? SIGEV_SIGNAL : SIGEV_NONE,
				 .sigev_signo = SIGALRM};
	struct itimerspec setting = {.it_value = {.tv_nsec = SHORT_NS}}, left;
	struct timespec second = {.tv_nsec = 200000000};
	unsigned before = alarms;
	timer_t timer;

	if (clock->value == CLOCK_PROCESS_CPUTIME_ID || clock->value == CLOCK_THREAD_CPUTIME_ID)
		return;
	if (!episode_call(episode, "timer_create", "%s, %d", clock->name, event.sigev_notify) ||
	    episode_answer(episode, timer_create((clockid_t)clock->value, &event, &timer)))
		return;
	episode_say(episode, " settime");
	episode_answer(episode, timer_settime(timer, 0, &setting, NULL));
	if (event.sigev_notify == SIGEV_SIGNAL)
		nanosleep(&second, NULL);
	episode_say(episode, " alarms %u gettime", alarms - before);
	episode_answer(episode, timer_gettime(timer, &left));
	episode_say(episode, " overrun");
	episode_answer(episode, timer_getoverrun(timer));
	episode_say(episode, " delete");
	episode_answer(episode, timer_delete(timer));
}

static void
step_use(struct episode *episode)
{
	struct rusage usage;
	struct tms ticks;
	int who = (int)episode_below(episode, 4) - 1;

	if (episode_chance(episode, 50)) {
		if (episode_call(episode, "getrusage", "%d", who))
			episode_answer(episode, getrusage(who, &usage));
	} else if (episode_call(episode, "times", "%s", "")) {
		episode_answer_ok(episode, times(&ticks));
	}
}

static const struct episode_step steps[] = {
	{14, step_get},	 {8, step_resolution}, {14, step_sleep}, {6, step_alarm},
	{6, step_timer}, {4, step_use},	       {0, NULL},
};

const struct episode_kind clocks_kind = {
	.name = "clocks",
	.serial = true,
	.most = 24,
	.begin = begin,
	.end = end,
	.steps = steps,
};
