/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ctrl-T tells where each CPU is. With the word "still" (test_watchdog.py) the control CPU then
 * serves no interrupt any more, and bare.watchdog= says where it stands, and starts the machine
 * again; not before, though the program does not end.
 */
/* QEMU: -smp 2 */
/* EXPECT: a while */
/* TYPE: \x14 */
/* EXPECT: CPU 0: main, takes this key */
/* EXPECT: CPU 1: spinner, in spin\+0x */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static volatile int spins, stop;

static void
pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

static void *
spin(void *argument)
{
	pin(1);
	pthread_setname_np(pthread_self(), "spinner");
	spins = 1;
	while (!stop)
		;
	return argument;
}

static __attribute__((noinline)) void
stand_still(void)
{
	for (;;)
		__asm__ volatile("cli; pause");
}

int
main(int argc, char **argv)
{
	int seconds = argc > 1 && !strcmp(argv[1], "still") ? 6 : 2;
	struct timespec begin, now;
	pthread_t thread;

	pin(0);
	pthread_create(&thread, NULL, spin, NULL);
	while (!spins)
		sched_yield();
	puts("a while");
	clock_gettime(CLOCK_MONOTONIC, &begin);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while (now.tv_sec < begin.tv_sec + seconds);
	if (seconds == 2)
		return 0;
	puts("no interrupt any more");
	stand_still();
	return 1;
}
