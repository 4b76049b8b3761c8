/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernel's memory as an application's threads use it, on two NUMA nodes: grants of all sizes
 * by several CPUs at once are theirs alone, mapped, on the node asked for, and all come back.
 */
/* QEMU: -smp 4 -m 512 -nodes 2 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel/memory/arena.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "tests/guest/touched_stack.h"
#include "tests/unit/check.h"

#define WORKERS 4
#define KEPT (4 << 20) /* bytes that the C library may keep; a lost block is more */
#define ROUNDS 400
#define HELD 16
#define NODES 2

struct grant {
	uint64_t *base;
	size_t length;
	bool small; /* from the arena */
};

/* The first and the last word of each page say whose it is. */
static void
mark(struct grant *grant, uint64_t owner)
{
	for (size_t at = 0; at < grant->length; at += PAGE_4K) {
		grant->base[at / sizeof(uint64_t)] = owner;
		grant->base[(at + PAGE_4K) / sizeof(uint64_t) - 1] = owner;
	}
}

static unsigned
count_foreign(const struct grant *grant, uint64_t owner)
{
	unsigned foreign = 0;

	for (size_t at = 0; at < grant->length; at += PAGE_4K) {
		foreign += grant->base[at / sizeof(uint64_t)] != owner;
		foreign += grant->base[(at + PAGE_4K) / sizeof(uint64_t) - 1] != owner;
	}
	return foreign;
}

static void
take(struct grant *grant, unsigned *seed)
{
	static const size_t lengths[] = {PAGE_4K, 3 * PAGE_4K, 64 * 1024, PAGE_2M, 3 * PAGE_2M};

	grant->length = lengths[(unsigned)rand_r(seed) % 5];
	grant->small = grant->length < PAGE_2M && rand_r(seed) % 2;
	grant->base = grant->small ? arena_grant(grant->length)
				   : memory_grant(grant->length, PAGE_4K, rand_r(seed) % NODES);
}

static void
give_back(struct grant *grant)
{
	if (grant->small)
		arena_return(grant->base, grant->length);
	else if (grant->base)
		memory_return(grant->base, grant->length);
	grant->base = NULL;
}

/* Returns how many words another has written. */
static void *
work(void *argument)
{
	struct grant held[HELD] = {0};
	unsigned seed = (unsigned)(uintptr_t)argument, foreign = 0;
	uint64_t owner = seed * 0x0101010101010101ULL;

	touched_stack();
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct grant *grant = &held[(unsigned)rand_r(&seed) % HELD];

		if (grant->base) {
			foreign += count_foreign(grant, owner);
			give_back(grant);
		} else {
			take(grant, &seed);
			if (grant->base)
				mark(grant, owner);
		}
	}
	for (unsigned i = 0; i < HELD; i++)
		if (held[i].base)
			give_back(&held[i]);
	return (void *)(uintptr_t)foreign;
}

static uint64_t
free_bytes(void)
{
	struct memory_stats stats;
	uint64_t sum = 0;

	for (unsigned node = 0; node < memory_node_count(); node++) {
		memory_stats(node, &stats);
		sum += stats.free;
	}
	return sum;
}

static void
test_threads(void)
{
	pthread_t threads[WORKERS];
	void *foreign;
	uint64_t before;

	/* Once, so that the arena has the chunks that it keeps. */
	for (unsigned round = 0; round < 2; round++) {
		before = free_bytes();
		for (uintptr_t i = 0; i < WORKERS; i++)
			pthread_create(&threads[i], NULL, work, (void *)(i + 1));
		for (unsigned i = 0; i < WORKERS; i++) {
			pthread_join(threads[i], &foreign);
			CHECK_EQ((uintptr_t)foreign, 0);
		}
	}
	/* The arena may have grown by some chunks more, and page tables by some pages. */
	CHECK(free_bytes() <= before && before - free_bytes() <= 8 * PAGE_2M);
}

static void
test_nodes(void)
{
	CHECK_EQ(memory_node_count(), NODES);
	for (unsigned node = 0; node < NODES; node++) {
		struct memory_stats before, after;
		void *grant;

		memory_stats(node, &before);
		grant = memory_grant(5 * PAGE_2M, PAGE_2M, (int)node);
		memory_stats(node, &after);
		if (!CHECK(grant != NULL))
			continue;
		CHECK_EQ(before.free - after.free, 5 * PAGE_2M);
		CHECK_EQ((uintptr_t)grant % PAGE_2M, 0);
		CHECK_EQ(memory_node_of((uint64_t)grant), node);
		memory_return(grant, 5 * PAGE_2M);
		memory_stats(node, &after);
		CHECK_EQ(before.free, after.free);
	}
	CHECK(memory_grant(1ULL << 40, PAGE_4K, MEMORY_ANY_NODE) == NULL);
}

/* A whole grant can be written, and lies in large pages. */
static void
test_mapping(void)
{
	uint8_t *grant = memory_grant(2 * PAGE_2M, PAGE_2M, MEMORY_ANY_NODE);
	uint8_t *below = memory_grant_below(PAGE_4K, PAGE_4K, 16 << 20);
	struct paging_mapping mapping;

	if (!CHECK(grant && below))
		return;
	memset(grant, 0x5a, 2 * PAGE_2M);
	CHECK(paging_lookup((uint64_t)grant, &mapping));
	CHECK(mapping.size >= PAGE_2M);
	CHECK_EQ(mapping.flags, PAGING_WRITE | PAGING_WB);
	CHECK((uint64_t)below < 16 << 20);
	memory_return(grant, 2 * PAGE_2M);
	memory_return(below, PAGE_4K);
}

/* Attributes of the image's parts, and what is not there. */
static void
test_rights(void)
{
	struct paging_mapping mapping;
	static int data;
	static const int constant = 1;

	CHECK(paging_lookup((uint64_t)test_rights, &mapping));
	CHECK_EQ(mapping.flags, PAGING_EXECUTE);
	CHECK(paging_lookup((uint64_t)&constant, &mapping));
	CHECK_EQ(mapping.flags, 0);
	CHECK(paging_lookup((uint64_t)&data, &mapping));
	CHECK_EQ(mapping.flags, PAGING_WRITE);
	CHECK(paging_lookup((uint64_t)&mapping, &mapping));
	CHECK_EQ(mapping.flags, PAGING_WRITE);
	CHECK(!paging_lookup(0, &mapping));
	CHECK(!paging_lookup(1ULL << 40, &mapping));
}

/*
 * Single frames, given back in another order: each is one's own, and all of the memory comes back.
 */
static void *
take_frames(void *argument)
{
	enum { FRAMES = 3000 };
	uint64_t *frames = malloc(FRAMES * sizeof(*frames)), foreign = 0;

	touched_stack();
	for (unsigned i = 0; i < FRAMES; i++) {
		frames[i] = frames_take();
		if (!CHECK(frames[i] != 0))
			return NULL;
		*(uint64_t *)frames[i] = frames[i] + (uint64_t)argument;
	}
	for (unsigned i = 0; i < FRAMES; i++) {
		uint64_t *frame = (uint64_t *)frames[i * 7 % FRAMES];

		foreign += *frame != (uint64_t)frame + (uint64_t)argument;
		frames_return((uint64_t)frame);
	}
	CHECK_EQ(foreign, 0);
	free(frames);
	return NULL;
}

static void
run_frames(void)
{
	pthread_t threads[WORKERS];

	for (uintptr_t i = 0; i < WORKERS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, take_frames, (void *)i), 0);
	for (unsigned i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
}

static void
test_frames(void)
{
	uint64_t before;

	run_frames(); /* the C library keeps stacks and memory of its threads */
	before = free_bytes();
	run_frames();
	for (unsigned i = 0; i < 1000 && free_bytes() + KEPT < before; i++)
		usleep(5000); /* a stack that is unmapped is given back a little later */
	CHECK(free_bytes() + KEPT >= before);
}

int
main(void)
{
	touched_stack();
	test_nodes();
	test_frames();
	test_mapping();
	test_rights();
	test_threads();
	return check_end();
}
