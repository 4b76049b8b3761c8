/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals: raised, held back, sent to a thread that computes and to one that sleeps, on a stack of
 * their own; calls that they end or that go on; vector registers kept; and at last Ctrl-C, whose
 * handler stops a loop, and abort(), which ends the program with 134, of which QEMU passes 7 bits.
 */
/* QEMU: -smp 2 */
/* EXPECT: waiting for ctrl-c */
/* TYPE: \x03 */
/* EXPECT: , 0 failed */
/* EXPECT: exit: status 134 */
/* EXIT: 6 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

static volatile sig_atomic_t count, last, depth;
static volatile bool stop;
static char *volatile handler_stack;

static void
note(int signal)
{
	char here;

	handler_stack = &here;
	last = signal;
	count++;
}

static void
install(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	CHECK_EQ(sigaction(signal, &action, NULL), 0);
}

static void
raised(void)
{
	sigset_t set, old, pending;

	install(SIGUSR1, note, 0);
	CHECK_EQ(raise(SIGUSR1), 0);
	CHECK_EQ(count, 1);
	CHECK_EQ(last, SIGUSR1);
	CHECK_EQ(kill(getpid(), SIGUSR1), 0);
	CHECK_EQ(count, 2);

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK_EQ(pthread_sigmask(SIG_BLOCK, &set, &old), 0);
	raise(SIGUSR1);
	CHECK_EQ(count, 2);
	CHECK_EQ(sigpending(&pending), 0);
	CHECK_EQ(sigismember(&pending, SIGUSR1), 1);
	CHECK_EQ(pthread_sigmask(SIG_SETMASK, &old, NULL), 0);
	CHECK_EQ(count, 3);

	install(SIGUSR1, SIG_IGN, 0);
	CHECK_EQ(raise(SIGUSR1), 0);
	CHECK_EQ(raise(SIGCHLD), 0);
	CHECK_EQ(kill(12345, 0), -1);
	CHECK_EQ(errno, ESRCH);
}

static void
nest(int signal)
{
	depth++;
	if (depth < 5)
		raise(signal);
}

static sigjmp_buf back;

static void
jump(int signal)
{
	siglongjmp(back, signal);
}

/* SA_RESETHAND: the handler runs once. */
static void
once(void)
{
	struct sigaction now;
	int before = count;

	install(SIGUSR2, note, SA_RESETHAND);
	CHECK_EQ(raise(SIGUSR2), 0);
	CHECK_EQ(count, before + 1);
	CHECK_EQ(sigaction(SIGUSR2, NULL, &now), 0);
	CHECK(now.sa_handler == SIG_DFL);
}

static void
nested_and_jumping(void)
{
	install(SIGUSR2, nest, SA_NODEFER);
	raise(SIGUSR2);
	CHECK_EQ(depth, 5);
	install(SIGUSR2, jump, 0);
	for (volatile int i = 0; i < 3; i++) {
		if (!sigsetjmp(back, 1))
			raise(SIGUSR2);
	}
	CHECK(true); /* the signal is not held back after the jump, or this would not be reached */
}

/* Sums in vector registers while signals come: the sum must be right. */
static void *
compute(void *argument)
{
	double *sum = argument;
	double part[8] = {0};

	while (!stop)
		for (int i = 0; i < 8; i++)
			part[i] += 1.0;
	for (int i = 1; i < 8; i++)
		if (part[i] != part[0])
			part[0] = -1;
	*sum = part[0];
	return NULL;
}

static void
scramble(int signal)
{
	double value = signal;

	__asm__ volatile("movddup %0, %%xmm0\nmovapd %%xmm0, %%xmm1\nmovapd %%xmm0, %%xmm2\n"
			 "movapd %%xmm0, %%xmm3\nmovapd %%xmm0, %%xmm4\nmovapd %%xmm0, %%xmm5"
			 : : "m"(value) : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5");
	count++;
}

static void
to_a_running_thread(void)
{
	pthread_t thread;
	double sum = 0;

	count = 0;
	install(SIGUSR1, scramble, SA_RESTART);
	CHECK_EQ(pthread_create(&thread, NULL, compute, &sum), 0);
	CHECK_EQ(pthread_kill(thread, 0), 0);
	for (int i = 1; i <= 100; i++) {
		CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
		for (int wait = 0; wait < 100000 && count < i; wait++)
			usleep(100);
	}
	stop = true;
	pthread_join(thread, NULL);
	CHECK_EQ(count, 100);
	CHECK(sum > 0);
}

static void *
sleep_long(void *argument)
{
	struct timespec span = {100, 0}, left = {0, 0};

	*(volatile int *)argument =
		nanosleep(&span, &left) == -1 && errno == EINTR && left.tv_sec > 0;
	return NULL;
}

static void
to_a_sleeping_thread(void)
{
	pthread_t thread;
	volatile int interrupted = 0;

	/* One that comes before the thread sleeps does not end its sleep: so there are more. */
	install(SIGUSR1, note, 0);
	CHECK_EQ(pthread_create(&thread, NULL, sleep_long, (void *)&interrupted), 0);
	for (int i = 0; i < 3000 && !interrupted; i++) {
		usleep(10000);
		pthread_kill(thread, SIGUSR1);
	}
	pthread_join(thread, NULL);
	CHECK_EQ(interrupted, 1);
}

static void
own_stack(void)
{
	static char room[16384];
	stack_t stack = {.ss_sp = room, .ss_size = sizeof(room)}, old;

	CHECK_EQ(sigaltstack(&stack, NULL), 0);
	install(SIGUSR1, note, SA_ONSTACK);
	raise(SIGUSR1);
	CHECK(handler_stack > room && handler_stack < room + sizeof(room));
	stack.ss_flags = SS_DISABLE;
	CHECK_EQ(sigaltstack(&stack, &old), 0);
	CHECK(old.ss_sp == room);
	raise(SIGUSR1);
	CHECK(handler_stack < room || handler_stack >= room + sizeof(room));
}

static void
on_interrupt(int signal)
{
	(void)signal;
	stop = true;
}

/* As DPDK's examples end: a loop that a handler for SIGINT stops. */
static void
ctrl_c(void)
{
	stop = false;
	signal(SIGINT, on_interrupt);
	puts("waiting for ctrl-c");
	while (!stop)
		;
	CHECK(stop); /* it may have come before the first turn */
}

int
main(void)
{
	int status;

	raised();
	once();
	nested_and_jumping();
	to_a_running_thread();
	to_a_sleeping_thread();
	own_stack();
	ctrl_c();
	status = check_end();
	if (status)
		return status;
	fflush(stdout);
	abort();
}
