/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A CPU that writes faster than the console takes: the control CPU's threads go on reading, writing
 * and being on time, and a line that is repeated meanwhile is counted. tests/guest/test_console.py
 * runs it with a slow reader as well, and types q.
 */
/* QEMU: -smp 2 */
/* ARGS: quick */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define QUICK_ROUNDS 20
#define ROUND_MS 50

static volatile int stop;
static unsigned long lines;

static void *
flood(void *argument)
{
	cpu_set_t set;
	char line[80];

	CPU_ZERO(&set);
	CPU_SET(1, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	while (!stop) {
		int length = snprintf(line, sizeof(line), "flood: %lu of many lines, as a driver "
				      "would log them\n", lines / 50);

		write(STDERR_FILENO, line, (size_t)length);
		lines++;
	}
	return argument;
}

static long
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
main(int argc, char **argv)
{
	int quick = argc > 1 && !strcmp(argv[1], "quick");
	pthread_t thread;
	unsigned rounds;
	char byte = 0;

	pthread_create(&thread, NULL, flood, NULL);
	for (rounds = 0; byte != 'q' && !(quick && rounds == QUICK_ROUNDS); rounds++) {
		struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
		long start = milliseconds(), late;

		if (poll(&input, 1, ROUND_MS) > 0)
			read(STDIN_FILENO, &byte, 1);
		late = milliseconds() - start - ROUND_MS;
		printf("round %u, %ld ms late\n", rounds, late);
	}
	stop = 1;
	pthread_join(thread, NULL);
	CHECK(lines > 0);
	printf("ended after %u rounds\n", rounds);
	return check_end();
}
