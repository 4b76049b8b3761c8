/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Only read, never changed: a mapping's own type (PAT) does what the kernel needs.
 * Intel SDM vol. 3 §11.11.2.
 */
#include "kernel/memory/mtrr.h"

#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/x86.h"
#include "kernel/memory/paging.h"

#define MTRR_CAP_COUNT 0xffu /* MSR_MTRR_CAP: variable ranges */
#define MTRR_DEF_TYPE_ENABLE (1u << 11)
#define MSR_MTRR_BASE(index) (0x200 + 2 * (index))
#define MTRR_BASE_TYPE 0xffu
#define MSR_MTRR_MASK(index) (0x201 + 2 * (index))
#define MTRR_MASK_VALID (1u << 11)

void
mtrr_read(struct mtrr_state *state, unsigned address_bits)
{
	uint64_t pages = ((1ULL << address_bits) - 1) & ~(PAGE_4K - 1);
	unsigned count;

	state->count = 0;
	if (!(cpuid(CPUID_FEATURES, 0).edx & CPUID_FEATURES_EDX_MTRR) ||
	    !(msr_read(MSR_MTRR_DEF_TYPE) & MTRR_DEF_TYPE_ENABLE))
		return;
	count = (unsigned)msr_read(MSR_MTRR_CAP) & MTRR_CAP_COUNT;
	for (unsigned i = 0; i < MIN(count, (unsigned)MTRR_RANGES_MAX); i++) {
		uint64_t base = msr_read(MSR_MTRR_BASE(i));
		uint64_t mask = msr_read(MSR_MTRR_MASK(i));

		if (!(mask & MTRR_MASK_VALID))
			continue;
		state->ranges[state->count++] = (struct mtrr_range){
			.base = base & mask & pages,
			.mask = mask & pages,
			.type = (uint8_t)(base & MTRR_BASE_TYPE),
		};
	}
}

bool
mtrr_page_is_uniform(const struct mtrr_state *state, uint64_t base, uint64_t size)
{
	uint64_t within = size - 1;

	for (unsigned i = 0; i < state->count; i++) {
		const struct mtrr_range *range = &state->ranges[i];
		bool meets = (base & range->mask & ~within) == (range->base & ~within);
		bool covers = (range->mask & within) == 0;

		if (meets && !covers)
			return false;
	}
	return true;
}
