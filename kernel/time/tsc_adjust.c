/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IA32_TSC_ADJUST, Intel SDM vol. 3 §18.17.3: what software has added to a CPU's TSC since reset.
 * Reset starts the TSCs of a machine together; a CPU whose value is not the boot CPU's was moved by
 * firmware, as by one that writes the TSC on its way through SMM or warm resets.
 */
#include "kernel/base/cpuid.h"
#include "kernel/base/processor.h"
#include "kernel/time/clock_sources.h"

#define MSR_TSC_ADJUST 0x3b

static bool adjust_known;
static uint64_t adjust_of_boot_cpu;

void
tsc_adjust_init(void)
{
	adjust_known = processor_last_leaf(0) >= CPUID_STRUCTURED &&
		       processor_cpuid(CPUID_STRUCTURED, 0).ebx & CPUID_STRUCTURED_EBX_TSC_ADJUST &&
		       processor_msr_read(MSR_TSC_ADJUST, &adjust_of_boot_cpu);
}

bool
tsc_adjust_repair(void)
{
	uint64_t value;

	return adjust_known && processor_msr_read(MSR_TSC_ADJUST, &value) &&
	       value != adjust_of_boot_cpu &&
	       processor_msr_write(MSR_TSC_ADJUST, adjust_of_boot_cpu);
}
