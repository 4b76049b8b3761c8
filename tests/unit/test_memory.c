/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/memory/memory_pool.c kernel/memory/ranges.c */
/*
 * The allocator of physical memory: random grants and returns against a model that knows the state
 * of every page, and each rule by itself. The memory exists, since the allocator keeps descriptors
 * in it when it has many ranges.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/panic.h"
#include "kernel/memory/memory_pool.h"
#include "kernel/memory/paging.h"
#include "tests/unit/check.h"

#define PAGES 4096u
#define BYTES (PAGES * PAGE_4K)
#define NODES 3
#define STEPS 20000

enum page_state {
	NO_RAM,
	FREE,
	GRANTED,
};

static struct memory_pool pool;
static uint64_t base_address; /* a multiple of BYTES */
static uint8_t state[PAGES];
static uint8_t node_of[PAGES];

static jmp_buf panicked;

void
panic(const char *format, ...)
{
	(void)format;
	longjmp(panicked, 1);
}

/* Whether what is done ends in a panic. */
#define PANICS(what) (setjmp(panicked) ? true : ((what), false))

static uint64_t
address_of(unsigned page)
{
	return base_address + page * PAGE_4K;
}

static void
make_memory(void)
{
	char *memory = mmap(NULL, 2 * BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		abort();
	base_address = ALIGN_UP((uint64_t)memory, BYTES);
}

static void
add(unsigned first, unsigned end)
{
	memory_pool_add(&pool, address_of(first), address_of(end));
	memset(state + first, FREE, end - first);
}

static void
reserve(unsigned first, unsigned end)
{
	memory_pool_reserve(&pool, address_of(first), address_of(end));
	memset(state + first, NO_RAM, end - first);
}

static void
assign(unsigned first, unsigned end, unsigned node)
{
	CHECK_EQ(memory_pool_assign_node(&pool, address_of(first), (end - first) * PAGE_4K, node),
		 0);
	memset(node_of + first, (int)node, end - first);
}

static void
start(void)
{
	memory_pool_init(&pool);
	memset(state, NO_RAM, sizeof(state));
	memset(node_of, 0, sizeof(node_of));
}

/* Three pieces of RAM with holes, a module in one, nodes whose borders are not those of the RAM. */
static void
start_with_nodes(void)
{
	start();
	add(1, 100);
	add(256, 2000);
	add(2100, PAGES);
	reserve(700, 720);
	assign(0, 600, 0);
	assign(600, 3000, 1);
	assign(3000, PAGES, 2);
}

/* -- The model ------------------------------------------------------------------------------------
 */

static bool
model_fits(unsigned first, unsigned count, int node)
{
	for (unsigned page = first; page < first + count; page++)
		if (state[page] != FREE || (node != MEMORY_ANY_NODE && node_of[page] != node) ||
		    node_of[page] != node_of[first])
			return false;
	return true;
}

/* The highest first page where a grant fits below `limit`, PAGES when there is none. */
static unsigned
model_find(unsigned count, unsigned alignment, int node, unsigned limit)
{
	if (count > limit)
		return PAGES;
	for (unsigned first = ALIGN_DOWN(limit - count, alignment);; first -= alignment) {
		if (model_fits(first, count, node))
			return first;
		if (first < alignment)
			return PAGES;
	}
}

static void
check_stats(void)
{
	for (unsigned node = 0; node < NODES + 1; node++) {
		struct memory_stats stats;
		uint64_t total = 0, free = 0, largest = 0, run = 0;

		for (unsigned page = 0; page < PAGES; page++) {
			bool here = node_of[page] == node;

			total += here && state[page] != NO_RAM;
			free += here && state[page] == FREE;
			run = here && state[page] == FREE ? run + 1 : 0;
			largest = MAX(largest, run);
		}
		memory_pool_stats(&pool, node, &stats);
		CHECK_EQ(stats.total, total * PAGE_4K);
		CHECK_EQ(stats.free, free * PAGE_4K);
		CHECK_EQ(stats.largest, largest * PAGE_4K);
		CHECK(stats.largest_2m <= stats.largest && stats.largest_2m % PAGE_2M == 0);
	}
}

static void
random_grant(void)
{
	unsigned count = (unsigned)random() % (random() % 8 ? 20 : 900) + 1;
	unsigned alignment = 1u << (random() % 2 ? 0 : random() % 11);
	int node = (int)(random() % (NODES + 1)) - 1;
	unsigned near = (unsigned)random() % NODES;
	unsigned limit = random() % 4 ? PAGES : (unsigned)random() % PAGES;
	unsigned due = PAGES;
	uint64_t got;

	if (node == MEMORY_ANY_NODE)
		due = model_find(count, alignment, (int)near, limit);
	if (due == PAGES)
		due = model_find(count, alignment, node, limit);
	/* A length within the last page. */
	got = memory_pool_grant(&pool, count * PAGE_4K - (uint64_t)random() % PAGE_4K,
				alignment * PAGE_4K, node, near, address_of(limit));
	if (CHECK_EQ(got, due == PAGES ? 0 : address_of(due)) && got)
		memset(state + due, GRANTED, count);
}

static void
random_return(void)
{
	unsigned first = (unsigned)random() % PAGES;
	unsigned count = (unsigned)random() % 200 + 1;
	bool ram = true, granted = true;
	int due;

	count = MIN(count, PAGES - first);
	/* Mostly what is granted, now and then whatever it is. */
	if (random() % 8) {
		unsigned run = 0;

		while (run < count && state[first + run] == GRANTED)
			run++;
		count = run;
	}
	if (!count)
		return;
	for (unsigned page = first; page < first + count; page++) {
		ram = ram && state[page] != NO_RAM;
		granted = granted && state[page] == GRANTED;
	}
	due = !ram ? -EINVAL : granted ? 0 : -EALREADY;
	CHECK_EQ(memory_pool_return(&pool, address_of(first), count * PAGE_4K), due);
	if (due == 0)
		memset(state + first, FREE, count);
}

static void
test_at_random(void)
{
	start_with_nodes();
	check_stats();
	for (unsigned step = 0; step < STEPS; step++) {
		if (random() % 2)
			random_grant();
		else
			random_return();
		if (step % 64 == 0)
			check_stats();
	}
	/* Given back whole, it is whole again. */
	for (unsigned page = 0; page < PAGES; page++)
		if (state[page] == GRANTED) {
			CHECK_EQ(memory_pool_return(&pool, address_of(page), PAGE_4K), 0);
			state[page] = FREE;
		}
	check_stats();
}

/* -- Single rules ---------------------------------------------------------------------------------
 */

static void
test_refused(void)
{
	start_with_nodes();
	CHECK_EQ(memory_pool_grant(&pool, 0, PAGE_4K, 0, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant(&pool, UINT64_MAX, PAGE_4K, 0, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant(&pool, PAGE_4K, 0, 0, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant(&pool, PAGE_4K, 2048, 0, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant(&pool, PAGE_4K, 3 * PAGE_4K, 0, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant(&pool, PAGE_4K, PAGE_4K, 63, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant(&pool, PAGE_4K, PAGE_4K, -2, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_return(&pool, address_of(1), 0), -EINVAL);
	CHECK_EQ(memory_pool_return(&pool, address_of(1), UINT64_MAX), -EINVAL);
	CHECK_EQ(memory_pool_return(&pool, address_of(1) + 1, PAGE_4K), -EINVAL);
	CHECK_EQ(memory_pool_return(&pool, address_of(0), PAGE_4K), -EINVAL);
	CHECK_EQ(memory_pool_return(&pool, UINT64_MAX - PAGE_4K + 1, PAGE_4K), -EINVAL);
	CHECK_EQ(memory_pool_return(&pool, address_of(710), PAGE_4K), -EINVAL);
	CHECK_EQ(memory_pool_return(&pool, address_of(1), PAGE_4K), -EALREADY);
	check_stats();
}

/* A memory map that cannot be: nothing is granted out of it. */
static void
test_panics(void)
{
	static unsigned piece;

	start();
	memory_pool_add(&pool, address_of(0), address_of(10));
	CHECK(PANICS(memory_pool_add(&pool, address_of(9), address_of(12))));
	CHECK(PANICS(memory_pool_add(&pool, address_of(0), address_of(10))));
	CHECK(!PANICS(memory_pool_add(&pool, address_of(10), address_of(12))));
	start();
	while (piece < PAGES / 2 &&
	       !PANICS(memory_pool_add(&pool, address_of(2 * piece), address_of(2 * piece + 1))))
		piece++;
	CHECK_EQ(piece, ARRAY_SIZE(pool.ram));
}

static void
test_nodes(void)
{
	start_with_nodes();
	CHECK_EQ(pool.node_count, NODES);
	CHECK_EQ(memory_pool_node_of(&pool, address_of(599)), 0);
	CHECK_EQ(memory_pool_node_of(&pool, address_of(600)), 1);
	CHECK_EQ(memory_pool_node_of(&pool, address_of(3000)), 2);
	CHECK_EQ(memory_pool_node_of(&pool, 0), 0);
	CHECK_EQ(memory_pool_node_of(&pool, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_assign_node(&pool, address_of(PAGES), PAGE_4K, MEMORY_NODES_MAX),
		 -EINVAL);
	CHECK_EQ(memory_pool_assign_node(&pool, address_of(PAGES), 0, 1), -EINVAL);
	CHECK_EQ(memory_pool_assign_node(&pool, UINT64_MAX - PAGE_4K, 2 * PAGE_4K, 1), -EINVAL);
	CHECK_EQ(memory_pool_assign_node(&pool, address_of(2999), PAGE_4K, 0), -EINVAL);
	for (unsigned i = 3; i < POOL_NODE_RANGES_MAX; i++)
		CHECK_EQ(memory_pool_assign_node(&pool, address_of(PAGES + i), PAGE_4K, 1), 0);
	CHECK_EQ(memory_pool_assign_node(&pool, address_of(PAGES + 1000), PAGE_4K, 1), -EINVAL);
	check_stats();
}

/* A grant of 1 GB, from a machine of 1 TB whose memory is never touched. */
static void
test_large(void)
{
	struct memory_stats stats;
	uint64_t got;

	memory_pool_init(&pool);
	memory_pool_add(&pool, 1 * MB, 3 * GB);
	memory_pool_add(&pool, 4 * GB + 12345, 1 * TB + 5 * GB - 1);
	got = memory_pool_grant(&pool, PAGE_1G, PAGE_1G, MEMORY_ANY_NODE, 0, UINT64_MAX);
	CHECK_EQ(got, 1 * TB + 3 * GB);
	got = memory_pool_grant(&pool, PAGE_1G, PAGE_1G, MEMORY_ANY_NODE, 0, 4 * GB);
	CHECK_EQ(got, 2 * GB);
	memory_pool_stats(&pool, 0, &stats);
	CHECK_EQ(stats.total, 3 * GB - MB + 1 * TB + GB - 5 * PAGE_4K);
	CHECK_EQ(stats.largest_2m, 1 * TB - 1 * GB - 2 * MB);
	got = memory_pool_grant(&pool, 512 * GB, PAGE_1G, MEMORY_ANY_NODE, 0, UINT64_MAX);
	CHECK_EQ(got, 512 * GB + 3 * GB);
}

/* More free ranges than there are descriptors at first: every other page is free. */
static void
test_descriptors(void)
{
	struct memory_stats stats;
	unsigned fed = 0;

	start();
	add(0, PAGES);
	for (unsigned page = 0; page < PAGES; page++)
		CHECK(memory_pool_grant(&pool, PAGE_4K, PAGE_4K, 0, 0, UINT64_MAX) != 0);
	for (unsigned page = 0; page < PAGES; page += 2)
		CHECK_EQ(memory_pool_return(&pool, address_of(page), PAGE_4K), 0);
	memory_pool_stats(&pool, 0, &stats);
	fed = PAGES / 2 - (unsigned)(stats.free / PAGE_4K);
	CHECK(fed >= (PAGES / 2 - POOL_FIRST_DESCRIPTORS) / 110 && fed < 40);
	/* They are kept: the rest is one piece each between them. */
	for (unsigned page = 1; page < PAGES; page += 2)
		CHECK_EQ(memory_pool_return(&pool, address_of(page), PAGE_4K), 0);
	memory_pool_stats(&pool, 0, &stats);
	CHECK_EQ(stats.free, (PAGES - fed) * PAGE_4K);
}

static void
test_reserve(void)
{
	start();
	add(10, 20);
	reserve(0, 11);
	reserve(13, 15);
	reserve(19, 30);
	reserve(40, 50);
	memory_pool_reserve(&pool, address_of(16) + 1, address_of(16) + 2);
	state[16] = NO_RAM;
	memory_pool_reserve(&pool, address_of(17), address_of(17)); /* nothing */
	check_stats();
	CHECK_EQ(memory_pool_return(&pool, address_of(13), PAGE_4K), -EINVAL);
	CHECK_EQ(memory_pool_grant(&pool, 3 * PAGE_4K, PAGE_4K, 0, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant(&pool, 2 * PAGE_4K, PAGE_4K, 0, 0, UINT64_MAX), address_of(17));
	CHECK_EQ(memory_pool_grant(&pool, 2 * PAGE_4K, PAGE_4K, 0, 0, UINT64_MAX), address_of(11));
}

/* 2 MB pages are 512 pages each here: what lies in one that is whole is left alone. */
static void
test_scrap(void)
{
	start();
	add(100, 1600);
	reserve(600, 700);
	/* 100..512, 512..600, 700..1024, 1536..1600: the lowest that has room */
	CHECK_EQ(memory_pool_grant_scrap(&pool, 400 * PAGE_4K, 0, UINT64_MAX), address_of(100));
	CHECK_EQ(memory_pool_grant_scrap(&pool, 64 * PAGE_4K, 0, UINT64_MAX), address_of(512));
	CHECK_EQ(memory_pool_grant_scrap(&pool, 2 * PAGE_4K - 1, 0, UINT64_MAX), address_of(500));
	CHECK_EQ(memory_pool_grant_scrap(&pool, 64 * PAGE_4K, 1, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant_scrap(&pool, 64 * PAGE_4K, 0, address_of(700)), 0);
	CHECK_EQ(memory_pool_grant_scrap(&pool, 324 * PAGE_4K, 0, UINT64_MAX), address_of(700));
	CHECK_EQ(memory_pool_grant_scrap(&pool, 65 * PAGE_4K, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant_scrap(&pool, 64 * PAGE_4K, 0, UINT64_MAX), address_of(1536));
	CHECK_EQ(memory_pool_grant_scrap(&pool, 0, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant_scrap(&pool, PAGE_2M + 1, 0, UINT64_MAX), 0);
	CHECK_EQ(memory_pool_grant(&pool, PAGE_2M, PAGE_2M, 0, 0, UINT64_MAX), address_of(1024));
}

int
main(void)
{
	make_memory();
	test_scrap();
	test_reserve();
	test_refused();
	test_panics();
	test_nodes();
	test_large();
	test_descriptors();
	test_at_random();
	return check_end();
}
