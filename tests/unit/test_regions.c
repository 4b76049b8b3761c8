/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of mappings against a map of single pages: random mapping, unmapping, protecting and
 * looking for a place.
 */
/* SOURCES: libc/memory/regions.c tests/unit/host_grant.c */
#include <errno.h>
#include <stdlib.h>

#include "libc/memory/regions.h"
#include "tests/unit/check.h"

#define PAGE 0x1000ULL
#define PAGES 512
#define BASE 0x100000ULL

static int model[PAGES];	    /* protection + 1; 0: not mapped */
static uint64_t offsets[PAGES];	    /* of what has an owner */
static struct mapping_owner *owner; /* any pointer */
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
		end = region_end(&regions.list[i]);
	}
	for (unsigned i = 0; i < PAGES; i++) {
		uint64_t at = BASE + i * PAGE;
		const struct region *region = regions_find(&regions, at);
		bool mapped = region && region->base <= at;

		CHECK_EQ(mapped ? (int)region->protection + 1 : 0, model[i]);
		if (mapped && region->owner)
			CHECK_EQ(region->offset + (at - region->base), offsets[i]);
	}
}

static void
add(unsigned first, unsigned count, unsigned protection)
{
	struct region region = {.base = BASE + first * PAGE,
				.length = count * PAGE,
				.protection = protection,
				.owner = protection == 3 ? owner : NULL,
				.offset = protection == 3 ? first * 7 * PAGE : 0};
	int result = regions_add(&regions, &region);

	if (model_covers(first, count, true)) {
		CHECK_EQ(result, -EEXIST);
		return;
	}
	CHECK_EQ(result, 0);
	regions_join(&regions, region.base, region.length);
	for (unsigned i = 0; i < count; i++) {
		model[first + i] = (int)protection + 1;
		offsets[first + i] = region.offset + i * PAGE;
	}
}

static void
take(unsigned first, unsigned count)
{
	uint64_t base = BASE + first * PAGE, end = base + count * PAGE;
	struct region *region;

	CHECK_EQ(regions_isolate(&regions, base, count * PAGE), 0);
	while ((region = regions_find(&regions, base)) && region->base < end) {
		for (uint64_t at = region->base; at < region_end(region); at += PAGE) {
			unsigned page = (unsigned)((at - BASE) / PAGE);

			CHECK(page >= first && page < first + count);
			CHECK_EQ((int)region->protection + 1, model[page]);
			model[page] = 0;
		}
		regions_remove(&regions, region);
	}
	CHECK(!model_covers(first, count, true));
}

static void
protect(unsigned first, unsigned count)
{
	uint64_t base = BASE + first * PAGE, end = base + count * PAGE;
	struct region *region;

	CHECK_EQ(regions_isolate(&regions, base, count * PAGE), 0);
	for (region = regions_find(&regions, base); region && region->base < end;
	     region = regions_next(&regions, region))
		region->protection = region->owner ? 3 : 1;
	regions_join(&regions, base, count * PAGE);
	for (unsigned i = first; i < first + count; i++)
		if (model[i] && model[i] != 4)
			model[i] = 2;
}

/* The highest free place: what the model finds when it looks page by page. */
static void
place(unsigned count, unsigned limit)
{
	uint64_t found = regions_place(&regions, count * PAGE, 2 * PAGE, BASE, BASE + limit * PAGE);
	uint64_t right = 0;

	for (unsigned i = 0; i + count <= limit; i += 2)
		if (!model_covers(i, count, true))
			right = BASE + i * PAGE;
	CHECK_EQ(found, right);
}

int
main(void)
{
	owner = (struct mapping_owner *)&regions;
	CHECK(regions_find(&regions, 0) == NULL);
	CHECK(!regions_cover(&regions, BASE, PAGE));
	srand(2);
	for (unsigned step = 0; step < 6000; step++) {
		unsigned first = (unsigned)rand() % PAGES;
		unsigned count = 1 + (unsigned)rand() % 24;

		if (first + count > PAGES)
			count = PAGES - first;
		switch (rand() % 4) {
		case 0:
			take(first, count);
			break;
		case 1:
			protect(first, count);
			break;
		default:
			add(first, count, (unsigned)rand() % 4);
		}
		CHECK_EQ(regions_cover(&regions, BASE + first * PAGE, count * PAGE),
			 model_covers(first, count, false));
		CHECK_EQ(regions_are_free(&regions, BASE + first * PAGE, count * PAGE),
			 !model_covers(first, count, true));
		place(count, PAGES - (unsigned)rand() % 100);
		if (step % 20 == 0)
			compare();
	}
	compare();
	take(0, PAGES);
	CHECK_EQ(regions.count, 0);
	free(regions.list);
	return check_end();
}
