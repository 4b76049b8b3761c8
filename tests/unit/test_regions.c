/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of mappings against a map of single pages: random mapping, unmapping and protecting.
 */
/* SOURCES: libc/memory/regions.c tests/unit/host_grant.c */
#include <errno.h>
#include <stdlib.h>

#include "libc/memory/regions.h"
#include "tests/unit/check.h"

#define PAGE 0x1000ULL
#define PAGES 512
#define BASE 0x100000ULL

static int model[PAGES]; /* protection + 1; 0: not mapped */
static struct regions regions;

static bool
model_covers(unsigned first, unsigned count, bool any)
{
	unsigned mapped = 0;

	for (unsigned i = 0; i < count; i++)
		mapped += model[first + i] != 0;
	return any ? mapped > 0 : mapped == count;
}

/* The list says of each page what the model says, and is sorted. */
static void
compare(void)
{
	uint64_t end = 0;

	for (unsigned i = 0; i < regions.count; i++) {
		CHECK(regions.list[i].base >= end);
		CHECK(regions.list[i].length > 0);
		end = regions.list[i].base + regions.list[i].length;
	}
	for (unsigned i = 0; i < PAGES; i++) {
		const struct region *region = regions_find(&regions, BASE + i * PAGE);
		bool mapped = region && region->base <= BASE + i * PAGE;

		CHECK_EQ(mapped ? (int)region->protection + 1 : 0, model[i]);
	}
}

static void
add(unsigned first, unsigned count, unsigned protection)
{
	struct region region = {BASE + first * PAGE, count * PAGE, protection, NULL};
	int result = regions_add(&regions, &region);

	if (model_covers(first, count, true)) {
		CHECK_EQ(result, -EEXIST);
		return;
	}
	CHECK_EQ(result, 0);
	for (unsigned i = 0; i < count; i++)
		model[first + i] = (int)protection + 1;
}

static void
take(unsigned first, unsigned count)
{
	struct region piece;
	unsigned taken = 0;

	CHECK_EQ(regions_reserve(&regions, 1), 0);
	while (regions_take(&regions, BASE + first * PAGE, count * PAGE, &piece)) {
		for (uint64_t at = piece.base; at < piece.base + piece.length; at += PAGE) {
			unsigned page = (unsigned)((at - BASE) / PAGE);

			CHECK(page >= first && page < first + count);
			CHECK_EQ((int)piece.protection + 1, model[page]);
			model[page] = 0;
			taken++;
		}
	}
	(void)taken;
	CHECK(!model_covers(first, count, true));
}

int
main(void)
{
	CHECK(regions_find(&regions, 0) == NULL);
	CHECK(!regions_cover(&regions, BASE, PAGE, true));
	srand(2);
	for (unsigned step = 0; step < 4000; step++) {
		unsigned first = (unsigned)rand() % PAGES;
		unsigned count = 1 + (unsigned)rand() % 24;

		if (first + count > PAGES)
			count = PAGES - first;
		if (rand() % 3)
			add(first, count, (unsigned)rand() % 4);
		else
			take(first, count);
		CHECK_EQ(regions_cover(&regions, BASE + first * PAGE, count * PAGE, true),
			 model_covers(first, count, false));
		if (step % 20 == 0)
			compare();
	}
	compare();
	take(0, PAGES);
	CHECK_EQ(regions.count, 0);
	free(regions.list);
	return check_end();
}
