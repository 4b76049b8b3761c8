/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/cpu/topology.c */
/*
 * APIC IDs taken apart by what several CPUs' CPUID says, and the numbers without gaps made of
 * the parts.
 */
#include "kernel/cpu/topology.h"
#include "tests/unit/check.h"

struct leaf {
	uint32_t leaf, subleaf;
	struct cpuid_result result;
};

static const struct leaf *leaves;
static struct cpu blocks[16];
static unsigned block_count;

unsigned
cpu_count(void)
{
	return block_count;
}

struct cpu *
cpu_get(unsigned index)
{
	return index < block_count ? &blocks[index] : NULL;
}

static struct cpuid_result
fake_cpuid(uint32_t leaf, uint32_t subleaf)
{
	for (const struct leaf *l = leaves; l->leaf != UINT32_MAX; l++) {
		if (l->leaf == leaf && l->subleaf == subleaf)
			return l->result;
	}
	return (struct cpuid_result){0, 0, 0, 0};
}

static void
check_split(const struct leaf *cpu, uint32_t apic_id, uint32_t package, uint32_t core, uint32_t smt)
{
	leaves = cpu;
	struct topology_ids ids = topology_split(fake_cpuid, apic_id);

	CHECK_EQ(ids.package, package);
	CHECK_EQ(ids.core, core);
	CHECK_EQ(ids.smt, smt);
}

#define END                                                                                        \
	{                                                                                          \
		UINT32_MAX, 0,                                                                     \
		{                                                                                  \
			0, 0, 0, 0                                                                 \
		}                                                                                  \
	}
#define INTEL 0x756e6547, 0x6c65746e, 0x49656e69

/* Leaf 0xB: two threads a core, 16 APIC IDs a package. */
static const struct leaf with_b[] = {
	{0x0, 0, {0xd, INTEL}},
	{0xb, 0, {1, 2, 0x100, 0}},
	{0xb, 1, {4, 12, 0x201, 0}},
	END,
};

/* Leaf 0x1F wins over 0xB: threads, cores, dies; a package has 64 IDs. */
static const struct leaf with_1f[] = {
	{0x0, 0, {0x1f, INTEL}},
	{0xb, 0, {1, 2, 0x100, 0}},
	{0xb, 1, {5, 32, 0x201, 0}},
	{0x1f, 0, {1, 2, 0x100, 0}},
	{0x1f, 1, {5, 32, 0x201, 0}},
	{0x1f, 2, {6, 64, 0x502, 0}},
	END,
};

/* Leaf 0xB there, but empty (as some hypervisors have it): leaves 1 and 4 instead. */
static const struct leaf empty_b[] = {
	{0x0, 0, {0xb, INTEL}},
	{0x1, 0, {0, 8 << 16, 0, 1u << 28}},
	{0x4, 0, {3u << 26, 0, 0, 0}},
	END,
};

/* One core without any of it. */
static const struct leaf old[] = {
	{0x0, 0, {0x1, INTEL}},
	{0x1, 0, {0, 0, 0, 0}},
	END,
};

/* AMD without leaf 0xB: 4 bits of ID a package, two threads a core. */
static const struct leaf amd[] = {
	{0x0, 0, {0xa, 0x68747541, 0x444d4163, 0x69746e65}},
	{0x80000000, 0, {0x8000001e, 0, 0, 0}},
	{0x80000008, 0, {0, 0, 4 << 12 | 11, 0}},
	{0x8000001e, 0, {0, 1 << 8, 0, 0}},
	END,
};

/* Older AMD, which does not tell the bits: 6 threads need 3. */
static const struct leaf amd_old[] = {
	{0x0, 0, {0x5, 0x68747541, 0x444d4163, 0x69746e65}},
	{0x80000000, 0, {0x80000008, 0, 0, 0}},
	{0x80000008, 0, {0, 0, 5, 0}},
	END,
};

/* Lies: shifts that fall, a level of 31 bits. */
static const struct leaf odd[] = {
	{0x0, 0, {0xb, INTEL}},
	{0xb, 0, {31, 2, 0x100, 0}},
	{0xb, 1, {3, 2, 0x201, 0}},
	END,
};

static void
test_split(void)
{
	check_split(with_b, 0x00, 0, 0, 0);
	check_split(with_b, 0x1b, 1, 5, 1);
	check_split(with_1f, 0xff, 3, 31, 1);
	check_split(with_1f, 0x00012345, 0x48d, 2, 1);
	check_split(empty_b, 0x0d, 1, 2, 1);
	check_split(old, 0x03, 3, 0, 0);
	check_split(amd, 0x15, 1, 2, 1);
	check_split(amd_old, 0x0d, 1, 5, 0);
	check_split(odd, 0x80000005, 1, 0, 5);
}

static void
add(uint32_t package, uint32_t core, uint32_t smt)
{
	blocks[block_count++] = (struct cpu){.package = package, .core = core, .smt = smt};
}

static void
check_numbers(unsigned index, uint32_t package, uint32_t core, uint32_t smt)
{
	CHECK_EQ(blocks[index].package, package);
	CHECK_EQ(blocks[index].core, core);
	CHECK_EQ(blocks[index].smt, smt);
}

/* Gaps, as of cores that are switched off, go; equal cores of two packages are not one. */
static void
test_numbers(void)
{
	add(4, 9, 0);
	add(4, 2, 0);
	add(4, 9, 1);
	add(1, 9, 0);
	add(1, 11, 3);
	add(4, 2, 1);
	add(1, 11, 1);
	add(7, 0, 0);
	topology_number();
	check_numbers(0, 0, 0, 0);
	check_numbers(1, 0, 1, 0);
	check_numbers(2, 0, 0, 1);
	check_numbers(3, 1, 0, 0);
	check_numbers(4, 1, 1, 0);
	check_numbers(5, 0, 1, 1);
	check_numbers(6, 1, 1, 1);
	check_numbers(7, 2, 0, 0);
}

int
main(void)
{
	test_split();
	test_numbers();
	return check_end();
}
