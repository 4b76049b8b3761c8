/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A CPU for the tests, in the place of kernel/base/processor.c: leaves of CPUID and model-specific
 * registers are those that a test has put there. A read of a register that is not there is refused,
 * as a CPU does; a write to one is a failed check as well, and all writes are recorded.
 */
#ifndef TESTS_UNIT_PROCESSOR_FAKE_H
#define TESTS_UNIT_PROCESSOR_FAKE_H

#include "kernel/base/cpuid.h"
#include "kernel/base/processor.h"
#include "tests/unit/check.h"

#define PROCESSOR_LEAVES 32
#define PROCESSOR_MSRS 64

static struct {
	uint32_t leaf;
	struct cpuid_result result;
} leaves[PROCESSOR_LEAVES];
static unsigned leaf_count;

static struct {
	uint32_t msr;
	uint64_t value;
	unsigned writes;
	bool stuck; /* refuses to be written */
} msrs[PROCESSOR_MSRS];
static unsigned msr_count;
static unsigned msr_writes;

/* The test's: called after a write that was taken. May be empty. */
static void processor_written(uint32_t msr, uint64_t value);

static inline int
msr_index(uint32_t msr)
{
	for (unsigned i = 0; i < msr_count; i++) {
		if (msrs[i].msr == msr)
			return (int)i;
	}
	return -1;
}

static inline void
msr_put(uint32_t msr, uint64_t value)
{
	int i = msr_index(msr);

	if (i < 0)
		i = (int)msr_count++;
	msrs[i].msr = msr;
	msrs[i].value = value;
}

static inline uint64_t
msr_get(uint32_t msr)
{
	int i = msr_index(msr);

	return CHECK(i >= 0) ? msrs[i].value : 0;
}

static inline unsigned
msr_written(uint32_t msr)
{
	int i = msr_index(msr);

	return i >= 0 ? msrs[i].writes : 0;
}

static inline void
leaf_put(uint32_t leaf, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	unsigned i = 0;

	while (i < leaf_count && leaves[i].leaf != leaf)
		i++;
	leaf_count += i == leaf_count;
	leaves[i].leaf = leaf;
	leaves[i].result = (struct cpuid_result){eax, ebx, ecx, edx};
}

/* A CPU of a maker ("Genu", "Auth"), with that signature and nothing else. */
static inline void
processor_reset(const char *maker, uint32_t signature)
{
	uint32_t vendor;

	memcpy(&vendor, maker, sizeof(vendor));
	memset(leaves, 0, sizeof(leaves));
	memset(msrs, 0, sizeof(msrs));
	leaf_count = msr_count = msr_writes = 0;
	leaf_put(CPUID_VENDOR, 0x16, vendor, 0, 0);
	leaf_put(CPUID_EXTENDED, 0x80000008, vendor, 0, 0);
	leaf_put(CPUID_FEATURES, signature, 0, 0, 0);
}

struct cpuid_result
processor_cpuid(uint32_t leaf, uint32_t subleaf)
{
	(void)subleaf;
	for (unsigned i = 0; i < leaf_count; i++) {
		if (leaves[i].leaf == leaf)
			return leaves[i].result;
	}
	return (struct cpuid_result){0, 0, 0, 0};
}

bool
processor_msr_read(uint32_t msr, uint64_t *value)
{
	int i = msr_index(msr);

	*value = i >= 0 ? msrs[i].value : 0;
	return i >= 0;
}

bool
processor_msr_write(uint32_t msr, uint64_t value)
{
	int i = msr_index(msr);

	msr_writes++;
	if (!CHECK(i >= 0)) {
		printf("  register %#x is written, and not there\n", msr);
		return false;
	}
	if (msrs[i].stuck)
		return false;
	msrs[i].value = value;
	msrs[i].writes++;
	processor_written(msr, value);
	return true;
}

#endif
