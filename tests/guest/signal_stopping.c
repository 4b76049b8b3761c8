/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals that stop a program, as far as they do not: with a handler, ignored, waited for, and what
 * becomes of those that are pending. The same on Linux (musl-gcc -static -D_GNU_SOURCE -I.), but
 * for the last: here nothing stops.
 */
/* EXPECT: signal 20 would stop the program for ever: refused */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "tests/unit/check.h"

static const int stopping[] = {SIGTSTP, SIGTTIN, SIGTTOU};
#define STOPPING (sizeof(stopping) / sizeof(stopping[0]))

static volatile int seen, count;

static void
note(int signal)
{
	seen = signal;
	count++;
}

static void
hold(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCONT);
	for (unsigned i = 0; i < STOPPING; i++)
		sigaddset(&set, stopping[i]);
	CHECK_EQ(pthread_sigmask(how, &set, NULL), 0);
}

static bool
is_pending(int signal)
{
	sigset_t set;

	CHECK_EQ(sigpending(&set), 0);
	return sigismember(&set, signal);
}

static void
handled(void)
{
	for (unsigned i = 0; i < STOPPING; i++) {
		signal(stopping[i], note);
		count = 0;
		CHECK_EQ(raise(stopping[i]), 0);
		CHECK_EQ(kill(getpid(), stopping[i]), 0);
		CHECK_EQ(seen, stopping[i]);
		CHECK_EQ(count, 2);
		signal(stopping[i], SIG_IGN);
		CHECK_EQ(raise(stopping[i]), 0);
		CHECK_EQ(kill(getpid(), stopping[i]), 0);
		CHECK_EQ(count, 2);
		signal(stopping[i], SIG_DFL);
	}
}

/* Held back it does nothing, whatever the action is, and can be waited for. */
static void
awaited(void)
{
	const struct timespec none = {0, 0};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	hold(SIG_BLOCK);
	CHECK_EQ(raise(SIGTSTP), 0);
	CHECK(is_pending(SIGTSTP));
	CHECK_EQ(sigtimedwait(&set, NULL, &none), SIGTSTP);
	CHECK_EQ(kill(getpid(), SIGTSTP), 0);
	CHECK_EQ(sigtimedwait(&set, NULL, &none), SIGTSTP);
	CHECK_EQ(sigtimedwait(&set, NULL, &none), -1);
	CHECK_EQ(errno, EAGAIN);
}

/* Each of both kinds drops what is pending of the other. */
static void
opposite(void)
{
	signal(SIGCONT, note);
	for (unsigned i = 0; i < STOPPING; i++) {
		CHECK_EQ(raise(stopping[i]), 0);
		CHECK_EQ(raise(SIGCONT), 0);
		CHECK(!is_pending(stopping[i]));
		CHECK(is_pending(SIGCONT));
		CHECK_EQ(kill(getpid(), stopping[i]), 0);
		CHECK(is_pending(stopping[i]));
		CHECK(!is_pending(SIGCONT));
	}
	CHECK_EQ(kill(getpid(), SIGCONT), 0);
	count = 0;
	hold(SIG_UNBLOCK);
	CHECK_EQ(count, 1);
	CHECK_EQ(seen, SIGCONT);
}

/* Not as on Linux: refused when it is sent, passed over when it was held back. */
static void
refused(void)
{
	CHECK_EQ(kill(getpid(), SIGTSTP), -1);
	CHECK_EQ(errno, ENOTSUP);
	CHECK_EQ(kill(getpid(), SIGSTOP), -1);
	CHECK_EQ(errno, ENOTSUP);
	hold(SIG_BLOCK);
	CHECK_EQ(raise(SIGTTIN), 0);
	hold(SIG_UNBLOCK);
	CHECK(!is_pending(SIGTTIN));
}

int
main(void)
{
	handled();
	awaited();
	opposite();
	refused();
	return check_end();
}
