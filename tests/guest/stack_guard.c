/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread whose stack is used up hits the guard page below it, and the report calls it that.
 */
/* EXPECT: PANIC on CPU \d+: page fault .* in descend */
/* EXPECT: stack overflow: the guard page of the stack of a thread */
/* EXIT: 127 */
#include <pthread.h>
#include <stdio.h>

static volatile int end; /* never set */

static int
descend(volatile char *above)
{
	volatile char room[512];

	room[0] = *above;
	return end ? 0 : descend(room) + room[0];
}

static void *
run(void *argument)
{
	char start = 0;

	printf("%d\n", descend(&start));
	return argument;
}

int
main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, run, NULL);
	pthread_join(thread, NULL);
	puts("the stack never ended");
	return 0;
}
