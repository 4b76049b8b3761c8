/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lines that four CPUs write at the same time never mix: each is whole when it is written in one
 * piece, and belongs to one thread alone when it is written in two.
 */
/* QEMU: -smp 4 */
/* SECONDS: 120 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define THREADS 4
#define LINES 100
#define LINE_LENGTH 60
#define HALF_LENGTH 30

static pthread_barrier_t barrier;

static void
pin(unsigned cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

/* Lines of 60 equal digits, by stdio and directly. */
static void *
write_whole(void *argument)
{
	unsigned number = (unsigned)(uintptr_t)argument;
	char line[LINE_LENGTH + 1];

	pin(number);
	memset(line, '0' + (int)number, LINE_LENGTH);
	line[LINE_LENGTH] = '\n';
	pthread_barrier_wait(&barrier);
	for (unsigned i = 0; i < LINES; i++) {
		if (i % 2)
			write(STDOUT_FILENO, line, sizeof(line));
		else
			printf("%.10s%.*s\n", line, LINE_LENGTH - 10, line);
	}
	return NULL;
}

/* Half a line, then the rest: another thread may get between, on a line of its own. */
static void *
write_halves(void *argument)
{
	unsigned number = (unsigned)(uintptr_t)argument;
	char half[HALF_LENGTH + 1];

	pin(number);
	memset(half, 'a' + (int)number, HALF_LENGTH);
	half[HALF_LENGTH] = '\n';
	pthread_barrier_wait(&barrier);
	for (unsigned i = 0; i < LINES; i++) {
		write(STDOUT_FILENO, half, HALF_LENGTH);
		usleep(20);
		write(STDOUT_FILENO, half, HALF_LENGTH + 1);
	}
	return NULL;
}

static void
in_all_threads(void *(*function)(void *argument))
{
	pthread_t threads[THREADS];

	for (uintptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, function, (void *)i);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

int
main(void)
{
	pthread_barrier_init(&barrier, NULL, THREADS);
	printf("whole lines\n");
	in_all_threads(write_whole);
	printf("halves\n");
	in_all_threads(write_halves);
	printf("done\n");
	return 0;
}
/* EXPECT: ^whole lines\n(?:([0-3])\1{59}\n){400}halves$ */
/* EXPECT: \n(?:([a-d])\1{29}(?:\1{30})?\n){400,800}done$ */
