/* SPDX-License-Identifier: BSD-3-Clause */
/* Contexts: two that take turns, arguments in registers and on the stack, links, signal masks. */
#include <fenv.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#define STACK (64 * 1024)

static ucontext_t home, one, other, after;
static char stacks[3][STACK] __attribute__((aligned(64)));

static int
blocked(int signal)
{
	sigset_t mask;

	sigprocmask(SIG_BLOCK, NULL, &mask);
	return sigismember(&mask, signal);
}

static void
count(int from, int step, int times)
{
	double sum = 0;

	for (int i = 0; i < times; i++) {
		sum += from + i * step;
		printf("%d: %.1f, rounding %s, SIGUSR1 %d\n", from + i * step, sum,
		       fegetround() == FE_UPWARD ? "up" : "near", blocked(SIGUSR1));
		swapcontext(step == 1 ? &one : &other, step == 1 ? &other : &one);
	}
	printf("end of %d\n", from);
}

static void
many(int a, int b, int c, int d, int e, int f, int g, int h, int i)
{
	char aligned[16] __attribute__((aligned(16)));

	printf("%d %d %d %d %d %d %d %d %d, aligned %d\n", a, b, c, d, e, f, g, h, i,
	       (uintptr_t)aligned % 16 == 0);
}

static void
prepare(ucontext_t *context, char *stack, ucontext_t *link)
{
	getcontext(context);
	context->uc_stack.ss_sp = stack;
	context->uc_stack.ss_size = STACK;
	context->uc_link = link;
}

static void
last(void)
{
	puts("the last one ends the program");
}

static void
again(void)
{
	volatile int turns = 0;
	ucontext_t here;

	getcontext(&here);
	printf("turn %d\n", turns);
	if (++turns < 3)
		setcontext(&here);
}

int
main(void)
{
	sigset_t mask;

	prepare(&after, stacks[2], &home);
	makecontext(&after, (void (*)(void))many, 9, 1, -2, 3, -4, 5, -6, 7, -8, 9);
	prepare(&one, stacks[0], &after);
	makecontext(&one, (void (*)(void))count, 3, 10, 1, 3);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	fesetround(FE_UPWARD);
	prepare(&other, stacks[1], &after);
	makecontext(&other, (void (*)(void))count, 3, 50, 2, 3);
	fesetround(FE_TONEAREST);
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
	printf("swapped: %d\n", swapcontext(&home, &one));
	printf("home, SIGUSR1 %d, rounding %s\n", blocked(SIGUSR1),
	       fegetround() == FE_UPWARD ? "up" : "near");
	again();
	prepare(&one, stacks[0], NULL);
	makecontext(&one, last, 0);
	setcontext(&one);
	puts("not reached");
	return 1;
}
