/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/memory/mtrr.c */
/*
 * Which pages lie across a border of the memory type ranges: known sets of ranges, and random ones
 * against a look at each 4 KB of a page.
 */
#include <stdlib.h>

#include "kernel/base/compiler.h"
#include "kernel/memory/mtrr.h"
#include "kernel/memory/paging.h"
#include "tests/unit/check.h"

#define ADDRESS_MASK ((1ULL << 40) - PAGE_4K)
#define UNCACHED 0
#define WRITE_BACK 6

static struct mtrr_state state;

static void
add(uint64_t base, uint64_t size, uint8_t type)
{
	uint64_t mask = ~(size - 1) & ADDRESS_MASK;

	state.ranges[state.count++] = (struct mtrr_range){base & mask, mask, type};
}

/* As a board's firmware has it: RAM to 3 GB and above 4 GB, the rest uncached. */
static void
test_board(void)
{
	state.count = 0;
	CHECK(mtrr_page_is_uniform(&state, 0, PAGE_1G)); /* no ranges at all */
	add(0, 2 * GB, WRITE_BACK);
	add(2 * GB, 1 * GB, WRITE_BACK);
	add(4 * GB, 4 * GB, WRITE_BACK);
	CHECK(mtrr_page_is_uniform(&state, 0, PAGE_1G));
	CHECK(mtrr_page_is_uniform(&state, 2 * GB, PAGE_1G));
	CHECK(mtrr_page_is_uniform(&state, 3 * GB, PAGE_1G));
	CHECK(mtrr_page_is_uniform(&state, 7 * GB, PAGE_1G));
	/* A hole for graphics memory at the end of a gigabyte. */
	add(3 * GB - 64 * MB, 64 * MB, UNCACHED);
	CHECK(!mtrr_page_is_uniform(&state, 2 * GB, PAGE_1G));
	CHECK(mtrr_page_is_uniform(&state, 1 * GB, PAGE_1G));
	CHECK(mtrr_page_is_uniform(&state, 3 * GB - 64 * MB, PAGE_2M));
	CHECK(mtrr_page_is_uniform(&state, 3 * GB - 66 * MB, PAGE_2M));
	add(7 * GB + PAGE_2M + PAGE_4K, PAGE_4K, UNCACHED);
	CHECK(!mtrr_page_is_uniform(&state, 7 * GB, PAGE_1G));
	CHECK(!mtrr_page_is_uniform(&state, 7 * GB + PAGE_2M, PAGE_2M));
	CHECK(mtrr_page_is_uniform(&state, 7 * GB, PAGE_2M));
	CHECK(mtrr_page_is_uniform(&state, 7 * GB + PAGE_2M + PAGE_4K, PAGE_4K));
}

static bool
is_in(const struct mtrr_range *range, uint64_t address)
{
	return (address & range->mask) == range->base;
}

static bool
looked_at_whole(uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < state.count; i++)
		for (uint64_t at = base; at < base + size; at += PAGE_4K)
			if (is_in(&state.ranges[i], at) != is_in(&state.ranges[i], base))
				return false;
	return true;
}

static void
test_at_random(void)
{
	unsigned uniform = 0;

	for (unsigned round = 0; round < 20000; round++) {
		uint64_t page = (uint64_t)random() % 64 * PAGE_2M;

		state.count = 0;
		for (unsigned i = 0; i < 2; i++) {
			uint64_t size = PAGE_4K << random() % 16;

			add((uint64_t)random() % (64 * PAGE_2M), size, WRITE_BACK);
			/* The manual allows masks with gaps. */
			if (random() % 4 == 0)
				state.ranges[i].mask &= ~(PAGE_4K << random() % 16);
			state.ranges[i].base &= state.ranges[i].mask;
		}
		CHECK_EQ(mtrr_page_is_uniform(&state, page, PAGE_2M),
			 looked_at_whole(page, PAGE_2M));
		uniform += looked_at_whole(page, PAGE_2M);
	}
	CHECK(uniform > 1000 && uniform < 19900); /* both were seen */
}

int
main(void)
{
	test_board();
	test_at_random();
	return check_end();
}
