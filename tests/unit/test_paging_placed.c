/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pages whose addresses are not where they lie: random placing, protecting, withholding and
 * releasing against a model that knows each page; steps that are bounded; no memory for tables.
 */
/* SOURCES: kernel/memory/paging_placed.c kernel/memory/paging_table.c */
#include <stdlib.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/paging_table.h"
#include "tests/unit/check.h"

#define PAGES 4096u
#define BASE (100ULL << 40)
#define TABLES_MAX 64

static uint64_t root[PAGING_ENTRIES] __attribute__((aligned(4096)));
static unsigned tables_left = TABLES_MAX;

static void *
grant(void)
{
	void *table = tables_left ? aligned_alloc(PAGE_4K, PAGE_4K) : NULL;

	if (!table)
		return NULL;
	tables_left--;
	return memset(table, 0xa5, PAGE_4K);
}

static bool
allowed(uint64_t base, uint64_t size)
{
	(void)base;
	(void)size;
	return true;
}

static struct paging_tree tree = {
	.root = root, .pages_1g = true, .table_grant = grant, .page_allowed = allowed};

static struct {
	uint64_t physical; /* 0: none */
	unsigned flags;
} model[PAGES];
static uint64_t next_physical = 1ULL << 32;
static uint64_t freed_bytes, expected_bytes;

static uint64_t
address(unsigned page)
{
	return BASE + page * PAGE_4K;
}

static void
compare(void)
{
	for (unsigned i = 0; i < PAGES; i++) {
		struct paging_mapping found;
		bool there = paging_tree_lookup(&tree, address(i) + 5, &found);

		CHECK_EQ(there, model[i].physical && !(model[i].flags & PAGING_NONE));
		if (!there)
			continue;
		CHECK_EQ(found.physical + (address(i) - found.base), model[i].physical);
		CHECK_EQ(found.flags, model[i].flags);
	}
}

static bool
is_empty(unsigned first, unsigned count)
{
	for (unsigned i = first; i < first + count; i++)
		if (model[i].physical)
			return false;
	return true;
}

static void
place(unsigned page, bool large, unsigned flags)
{
	unsigned count = large ? PAGE_2M / PAGE_4K : 1;
	bool is_free;

	page = ALIGN_DOWN(page, count);
	is_free = is_empty(page, count);
	CHECK_EQ(paging_tree_is_empty(&tree, address(page), address(page + count)), is_free);
	next_physical = ALIGN_UP(next_physical, count * PAGE_4K);
	CHECK_EQ(paging_tree_place(&tree, address(page), next_physical, count * PAGE_4K, flags),
		 is_free ? 0 : -EEXIST);
	for (unsigned i = 0; is_free && i < count; i++) {
		model[page + i].physical = next_physical + i * PAGE_4K;
		model[page + i].flags = flags;
	}
	next_physical += count * PAGE_4K;
}

static void
protect(unsigned first, unsigned count, unsigned flags)
{
	uint64_t base = address(first), end = address(first + count);
	int pages = 0, due = 0;

	while (base < end) {
		uint64_t before = base;
		int step = paging_tree_protect(&tree, &base, end, flags);

		CHECK(step >= 0 && base > before);
		pages += step;
	}
	for (unsigned i = first; i < first + count; i++) {
		due += model[i].physical != 0;
		model[i].flags = flags;
	}
	CHECK_EQ(pages, due);
}

static void
freed(uint64_t physical, uint64_t size)
{
	CHECK(physical >= 1ULL << 32 && IS_ALIGNED(physical, size));
	freed_bytes += size;
}

static void
release(unsigned first, unsigned count)
{
	uint64_t base = address(first), end = address(first + count);

	while (base < end) {
		uint64_t before = base;

		CHECK_EQ(paging_tree_release(&tree, &base, end, freed), 0);
		CHECK(base > before);
	}
	for (unsigned i = first; i < first + count; i++) {
		expected_bytes += model[i].physical ? PAGE_4K : 0;
		model[i].physical = 0;
	}
	CHECK_EQ(freed_bytes, expected_bytes);
}

/* What was never touched is passed at once, terabytes of it. */
static void
wide(void)
{
	uint64_t base = 65ULL << 40;
	unsigned steps = 0;

	for (; base < 127ULL << 40; steps++)
		CHECK_EQ(paging_tree_protect(&tree, &base, 127ULL << 40, PAGING_NONE) < 0, 0);
	CHECK(steps < 100);
}

static void
no_memory(void)
{
	uint64_t base;

	release(0, PAGES);
	tables_left = 0;
	CHECK_EQ(paging_tree_place(&tree, 1ULL << 45, 1ULL << 32, PAGE_4K, 0), -ENOMEM);
	tables_left = 2; /* enough for a large page in a new place, not to split it */
	CHECK_EQ(paging_tree_place(&tree, 1ULL << 45, 1ULL << 32, PAGE_2M, PAGING_WRITE), 0);
	base = (1ULL << 45) + PAGE_4K;
	CHECK_EQ(paging_tree_protect(&tree, &base, base + PAGE_4K, 0), -ENOMEM);
	CHECK_EQ(base, (1ULL << 45) + PAGE_4K);
	CHECK_EQ(paging_tree_release(&tree, &base, base + PAGE_4K, freed), -ENOMEM);
	CHECK_EQ(paging_tree_split(&tree, base), -ENOMEM);
	tables_left = 1; /* split at both ends, it can be taken apart without more */
	CHECK_EQ(paging_tree_split(&tree, base), 0);
	CHECK_EQ(paging_tree_split(&tree, base + PAGE_4K), 0);
	CHECK_EQ(paging_tree_split(&tree, (1ULL << 45) + PAGE_2M), 0);
	CHECK_EQ(paging_tree_protect(&tree, &base, base + PAGE_4K, PAGING_NONE), 1);
	base = (1ULL << 45) + PAGE_4K;
	freed_bytes = 0;
	CHECK_EQ(paging_tree_release(&tree, &base, base + PAGE_4K, freed), 0);
	CHECK_EQ(freed_bytes, PAGE_4K);
}

int
main(void)
{
	const unsigned kinds[] = {0, PAGING_WRITE, PAGING_EXECUTE, PAGING_NONE};

	srand(5);
	for (unsigned step = 0; step < 3000; step++) {
		unsigned page = (unsigned)rand() % PAGES;
		unsigned count = 1 + (unsigned)rand() % (rand() % 4 ? 20 : 1500);

		count = MIN(count, PAGES - page);
		switch (rand() % 8) {
		case 0:
			release(page, count);
			break;
		case 1: case 2:
			protect(page, count, kinds[rand() % ARRAY_SIZE(kinds)]);
			break;
		default:
			place(page, rand() % 16 == 0, kinds[rand() % 3]);
		}
		if (step % 50 == 0)
			compare();
	}
	compare();
	wide();
	no_memory();
	return check_end();
}
