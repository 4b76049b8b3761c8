/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A program linked with mimalloc: eight threads allocate and free what others allocated, each block
 * keeps its contents, and all that was freed goes back to the machine.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

#define THREADS 8
#define BLOCKS 2000
#define ROUNDS 20
#define LONGEST 5000
#define LARGE (100u << 20)

void mi_collect(int force);
int mi_version(void);

struct block {
	unsigned char *memory;
	size_t size;
};

static struct block blocks[THREADS][BLOCKS];
static pthread_barrier_t barrier;
static int wrong;

static long
free_megabytes(void)
{
	struct sysinfo machine;

	sysinfo(&machine);
	return (long)(machine.freeram * machine.mem_unit >> 20);
}

static void
take(struct block *block, size_t number)
{
	block->size = 1 + number * 7919 % LONGEST;
	if (number % 3)
		block->memory = malloc(block->size);
	else
		block->memory = aligned_alloc(64, (block->size + 63) & ~63u);
	wrong += malloc_usable_size(block->memory) < block->size;
	memset(block->memory, (int)number, block->size);
}

static void
give(struct block *block, size_t number)
{
	if (number % 5 == 0)
		block->memory = realloc(block->memory, block->size + 100);
	for (size_t i = 0; i < block->size; i++)
		wrong += block->memory[i] != (unsigned char)number;
	free(block->memory);
}

static void *
work(void *argument)
{
	size_t own = (size_t)(uintptr_t)argument;

	for (size_t round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < BLOCKS; i++)
			take(&blocks[own][i], i);
		pthread_barrier_wait(&barrier);
		for (size_t i = 0; i < BLOCKS; i++)
			give(&blocks[(own + 1) % THREADS][i], i);
		pthread_barrier_wait(&barrier);
	}
	mi_collect(1);
	return NULL;
}

int
main(void)
{
	pthread_t threads[THREADS];
	long before = free_megabytes();

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (size_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	volatile char *large = malloc(LARGE);
	for (size_t i = 0; i < LARGE; i += 1024)
		large[i] = 1;
	long during = free_megabytes();
	free((char *)large);
	mi_collect(1);
	printf("mimalloc %d: %d wrong, %ld MB taken, %ld kept\n", mi_version(), wrong,
		before - during, before - free_megabytes());
	return wrong != 0;
}
