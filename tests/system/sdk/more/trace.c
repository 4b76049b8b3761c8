/* SPDX-License-Identifier: BSD-3-Clause */
/* Who called whom: through functions, a pointer, the C library, and in a thread. */
#include <execinfo.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 32

typedef int step(int left);

int level_one(int left), level_two(int left), level_three(int left);

/* Prints the names of this file's functions, and what they are called by. */
static void
show(const char *title)
{
	void *addresses[DEPTH];
	int count = backtrace(addresses, DEPTH);
	char **lines = backtrace_symbols(addresses, count);

	printf("%s:", title);
	for (int i = 0; i < count; i++) {
		char *name = strchr(lines[i], '(');

		name[strcspn(name, "+)")] = '\0';
		if (!strncmp(name, "(level_", 7) || !strcmp(name, "(main"))
			printf(" %s", name + 1);
	}
	printf("; of 2: %d, of 0: %d\n", backtrace(addresses, 2), backtrace(addresses, 0));
	free(lines);
}

__attribute__((noinline)) int
level_three(int left)
{
	char room[300];

	memset(room, left, sizeof(room));
	show(left ? "deep" : "flat");
	return room[left] + 1;
}

__attribute__((noinline)) int
level_two(int left)
{
	return level_three(left) + 2;
}

__attribute__((noinline)) int
level_one(int left)
{
	static step *volatile next = level_two;

	return left > 1 ? level_one(left - 1) + 1 : next(left) + 3;
}

int
level_compare(const void *a, const void *b)
{
	static int shown;

	if (!shown++)
		level_three(0);
	return *(const int *)a - *(const int *)b;
}

void *
level_thread(void *argument)
{
	level_one(2);
	return argument;
}

int
main(void)
{
	int numbers[] = {3, 1, 2};
	pthread_t thread;

	level_one(3);
	level_two(0);
	qsort(numbers, 3, sizeof(numbers[0]), level_compare);
	pthread_create(&thread, NULL, level_thread, NULL);
	pthread_join(thread, NULL);
	return 0;
}
