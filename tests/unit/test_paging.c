/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/memory/paging_table.c */
/*
 * The page tables, walked back by a walker of the test's own, which knows the bits from the manual
 * (Intel SDM vol. 3 tables 4-15 to 4-20): random mappings against a model that knows each page,
 * the size of the pages chosen, splitting, and running out of memory.
 */
#include <stdlib.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/paging_table.h"
#include "tests/unit/check.h"

#define PRESENT (1ULL << 0)
#define WRITE (1ULL << 1)
#define USER (1ULL << 2)
#define PWT (1ULL << 3)
#define PCD (1ULL << 4)
#define LARGE (1ULL << 7)
#define GLOBAL (1ULL << 8)
#define PAT_LARGE (1ULL << 12)
#define NX (1ULL << 63)
#define ADDRESS 0x000ffffffffff000ULL

#define TABLES_MAX 4096

static struct paging_tree tree;
static void *tables[TABLES_MAX];
static unsigned table_count, table_limit;

/* A page full of garbage: what memory.c grants is not zeroed. */
static void *
grant(void)
{
	if (table_count == table_limit)
		return NULL;
	tables[table_count] = aligned_alloc(PAGE_4K, PAGE_4K);
	memset(tables[table_count], 0xa5, PAGE_4K);
	return tables[table_count++];
}

/* Memory types that change in this gigabyte: no page that holds the border is large. */
#define MIXED_BORDER (7 * GB + 5 * PAGE_2M + PAGE_4K)

static bool
allowed(uint64_t base, uint64_t size)
{
	return MIXED_BORDER <= base || MIXED_BORDER >= base + size;
}

static void
start(bool pages_1g)
{
	static uint64_t root[PAGING_ENTRIES] __attribute__((aligned(4096)));

	while (table_count)
		free(tables[--table_count]);
	memset(root, 0, sizeof(root));
	table_limit = TABLES_MAX;
	tree = (struct paging_tree){
		.root = root,
		.pages_1g = pages_1g,
		.table_grant = grant,
		.page_allowed = allowed,
	};
}

/* -- The walker -----------------------------------------------------------------------------------
 */

struct found {
	uint64_t size; /* 0: nothing is mapped */
	uint64_t physical;
	unsigned flags;
};

static unsigned
flags_of(uint64_t entry)
{
	/* PWT and PCD choose from the PAT: 0 WB, 1 WC, 3 UC; the kernel uses no other. */
	unsigned cache = (entry & PWT ? 1 : 0) + (entry & PCD ? 2 : 0);
	unsigned flags = cache == 0 ? PAGING_WB : cache == 1 ? PAGING_WC : PAGING_UC;

	CHECK(cache != 2);
	if (entry & WRITE)
		flags |= PAGING_WRITE;
	if (!(entry & NX))
		flags |= PAGING_EXECUTE;
	return flags;
}

/* What the CPU would find at an address. */
static struct found
walk(uint64_t address)
{
	const uint64_t *table = tree.root;

	for (int shift = 39; shift >= 12; shift -= 9) {
		uint64_t entry = table[address >> shift & 511];

		if (!(entry & PRESENT))
			return (struct found){0};
		CHECK(!(entry & (USER | GLOBAL)));
		if (shift == 12 || entry & LARGE) {
			uint64_t size = 1ULL << shift;
			uint64_t physical = entry & ADDRESS & ~(size - 1);

			CHECK(shift <= 30 && (tree.pages_1g || shift <= 21));
			/* Reserved, and the PAT bit, which is not used. */
			CHECK(shift == 12 ? !(entry & LARGE) : !(entry & ADDRESS & (size - 1)));
			CHECK(shift == 12 || !(entry & PAT_LARGE));
			return (struct found){size, physical + (address & (size - 1)),
					      flags_of(entry)};
		}
		/* Tables allow everything: the leaf decides. */
		CHECK(entry & WRITE && !(entry & (NX | PWT | PCD)));
		table = (const uint64_t *)(entry & ADDRESS);
	}
	return (struct found){0};
}

static void
check_at(uint64_t address, bool mapped, unsigned flags)
{
	struct found found = walk(address);
	struct paging_mapping told;
	bool looked = paging_tree_lookup(&tree, address, &told);

	CHECK_EQ(found.size != 0, mapped);
	CHECK_EQ(looked, mapped);
	if (!mapped || !found.size || !looked)
		return;
	CHECK_EQ(found.physical, address);
	CHECK_EQ(found.flags, flags);
	CHECK_EQ(told.base, ALIGN_DOWN(address, found.size));
	CHECK_EQ(told.size, found.size);
	CHECK_EQ(told.flags, flags);
}

static uint64_t
size_at(uint64_t address)
{
	return walk(address).size;
}

/* -- Tests ----------------------------------------------------------------------------------------
 */

static void
test_sizes(void)
{
	for (int with_1g = 0; with_1g < 2; with_1g++) {
		uint64_t giant = with_1g ? PAGE_1G : PAGE_2M;

		start(with_1g);
		CHECK_EQ(paging_tree_map(&tree, PAGE_4K, 5 * GB + PAGE_2M + PAGE_4K, PAGING_WRITE),
			 0);
		CHECK_EQ(size_at(0), 0);
		CHECK_EQ(size_at(PAGE_4K), PAGE_4K);
		CHECK_EQ(size_at(PAGE_2M - 1), PAGE_4K);
		CHECK_EQ(size_at(PAGE_2M), PAGE_2M);
		CHECK_EQ(size_at(1 * GB - 1), PAGE_2M);
		CHECK_EQ(size_at(1 * GB), giant);
		CHECK_EQ(size_at(5 * GB - 1), giant);
		CHECK_EQ(size_at(5 * GB), PAGE_2M);
		CHECK_EQ(size_at(5 * GB + PAGE_2M), PAGE_4K);
		CHECK_EQ(size_at(5 * GB + PAGE_2M + PAGE_4K), 0);
	}
}

static void
test_splits(void)
{
	start(true);
	CHECK_EQ(paging_tree_map(&tree, 4 * GB, 6 * GB, PAGING_WRITE), 0);
	CHECK(!tree.reduced);
	CHECK_EQ(paging_tree_unmap(&tree, 4 * GB + 5 * PAGE_2M, 4 * GB + 5 * PAGE_2M + PAGE_4K), 0);
	CHECK(tree.reduced);
	check_at(4 * GB + 5 * PAGE_2M, false, 0);
	check_at(4 * GB + 5 * PAGE_2M + PAGE_4K, true, PAGING_WRITE);
	check_at(4 * GB + 5 * PAGE_2M - 1, true, PAGING_WRITE);
	CHECK_EQ(size_at(4 * GB + 5 * PAGE_2M + PAGE_4K), PAGE_4K);
	CHECK_EQ(size_at(4 * GB), PAGE_2M);
	CHECK_EQ(size_at(5 * GB), PAGE_1G); /* its neighbour is whole */

	tree.reduced = false;
	CHECK_EQ(paging_tree_map(&tree, 5 * GB, 5 * GB + PAGE_2M, PAGING_EXECUTE), 0);
	CHECK(tree.reduced);
	check_at(5 * GB, true, PAGING_EXECUTE);
	check_at(5 * GB + PAGE_2M, true, PAGING_WRITE);
	CHECK_EQ(size_at(5 * GB), PAGE_2M);

	/* What is there already, as it is, takes no table and stales nothing. */
	unsigned before = table_count;

	tree.reduced = false;
	CHECK_EQ(paging_tree_map(&tree, 5 * GB + PAGE_4K, 5 * GB + 2 * PAGE_4K, PAGING_EXECUTE), 0);
	CHECK_EQ(table_count, before);
	CHECK(!tree.reduced);
}

/* Only write-back memory is concerned: registers are uncached whatever the ranges say. */
static void
test_mixed_types(void)
{
	start(true);
	CHECK_EQ(paging_tree_map(&tree, 6 * GB, 9 * GB, PAGING_WRITE), 0);
	CHECK_EQ(size_at(6 * GB), PAGE_1G);
	CHECK_EQ(size_at(7 * GB), PAGE_2M);
	CHECK_EQ(size_at(MIXED_BORDER), PAGE_4K);
	CHECK_EQ(size_at(8 * GB), PAGE_1G);
	start(true);
	CHECK_EQ(paging_tree_map(&tree, 7 * GB, 8 * GB, PAGING_WRITE | PAGING_UC), 0);
	CHECK_EQ(size_at(MIXED_BORDER), PAGE_1G);
}

static void
test_cache_types(void)
{
	static const unsigned types[] = {PAGING_WB, PAGING_UC | PAGING_WRITE,
					 PAGING_WC | PAGING_WRITE, PAGING_UC, PAGING_WC};

	start(true);
	for (unsigned i = 0; i < ARRAY_SIZE(types); i++) {
		uint64_t base = (1 + 3ULL * i) * GB;

		CHECK_EQ(paging_tree_map(&tree, base, base + GB + PAGE_2M + PAGE_4K, types[i]), 0);
		check_at(base, true, types[i]);
		check_at(base + GB, true, types[i]);
		check_at(base + GB + PAGE_2M, true, types[i]);
	}
}

static void
test_edges(void)
{
	uint64_t top = 1ULL << 47;
	struct paging_mapping told;

	start(true);
	CHECK_EQ(paging_tree_map(&tree, top - PAGE_4K, top, PAGING_WRITE), 0);
	check_at(top - 1, true, PAGING_WRITE);
	CHECK(!paging_tree_lookup(&tree, top, &told));
	CHECK(!paging_tree_lookup(&tree, UINT64_MAX, &told));
	CHECK(!paging_tree_lookup(&tree, 0xffff800000000000, &told));
	CHECK_EQ(paging_tree_unmap(&tree, 10 * GB, 900 * GB), 0); /* nothing is there */
	CHECK_EQ(paging_tree_map(&tree, 300 * GB, 1300 * GB, PAGING_WRITE), 0);
	check_at(512 * GB, true, PAGING_WRITE);
	check_at(1300 * GB - 1, true, PAGING_WRITE);
	check_at(1300 * GB, false, 0);
}

/* Whatever page is the last one: an error, and what was mapped before is as it was. */
static void
test_no_memory(void)
{
	for (unsigned limit = 0; limit < 12; limit++) {
		int error;

		start(true);
		table_limit = limit;
		error = paging_tree_map(&tree, 3 * GB - PAGE_4K, 4 * GB + PAGE_2M, PAGING_WRITE);
		CHECK(error == 0 || error == -ENOMEM);
		CHECK_EQ(error == 0, limit >= 4);
		if (error)
			continue;
		error = paging_tree_unmap(&tree, 3 * GB + PAGE_4K, 3 * GB + 2 * PAGE_4K);
		CHECK_EQ(error == 0, limit >= 6);
		check_at(3 * GB, true, PAGING_WRITE);
		check_at(3 * GB + PAGE_4K, error != 0, PAGING_WRITE);
	}
}

#define MODEL_BASE (GB - 16 * MB)
#define MODEL_PAGES ((2 * GB + 32 * MB) / PAGE_4K)
#define NOTHING 0xff

static uint8_t model[MODEL_PAGES];

static uint64_t
random_range(uint64_t *count)
{
	static const unsigned units[] = {1, 1, 512, 512, 512 * 512};
	unsigned unit = units[random() % ARRAY_SIZE(units)];
	uint64_t first = (uint64_t)random() % MODEL_PAGES / unit * unit;

	*count = (uint64_t)unit * ((uint64_t)random() % 5 + 1);
	/* From a border of large pages, most of the time. */
	if (unit > 1)
		first += ALIGN_UP(MODEL_BASE / PAGE_4K, (uint64_t)unit) - MODEL_BASE / PAGE_4K;
	first = MIN(first, MODEL_PAGES - 1);
	*count = MIN(*count, MODEL_PAGES - first);
	return first;
}

static void
check_model(uint64_t step)
{
	for (uint64_t page = (uint64_t)random() % step; page < MODEL_PAGES; page += step)
		check_at(MODEL_BASE + page * PAGE_4K, model[page] != NOTHING, model[page]);
}

static void
test_at_random(bool pages_1g)
{
	start(pages_1g);
	memset(model, NOTHING, sizeof(model));
	for (unsigned step = 0; step < 300; step++) {
		uint64_t count, first = random_range(&count);
		uint64_t base = MODEL_BASE + first * PAGE_4K;
		unsigned flags = (unsigned)random() % 4 | (unsigned)(random() % 3) << 2;

		if (random() % 3 == 0) {
			CHECK_EQ(paging_tree_unmap(&tree, base, base + count * PAGE_4K), 0);
			memset(model + first, NOTHING, count);
		} else {
			CHECK_EQ(paging_tree_map(&tree, base, base + count * PAGE_4K, flags), 0);
			memset(model + first, (int)flags, count);
		}
		check_model(997);
	}
	check_model(1);
}

int
main(void)
{
	test_sizes();
	test_splits();
	test_mixed_types();
	test_cache_types();
	test_edges();
	test_no_memory();
	test_at_random(true);
	test_at_random(false);
	start(true);
	return check_end();
}
