/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * See processor.h. An access that faults is gone on with behind the instruction that says it did
 * not: trap.c asks for the place.
 */
#include "kernel/base/processor.h"

extern const uint8_t processor_rdmsr[], processor_rdmsr_end[];
extern const uint8_t processor_wrmsr[], processor_wrmsr_end[];

struct cpuid_result
processor_cpuid(uint32_t leaf, uint32_t subleaf)
{
	return cpuid(leaf, subleaf);
}

/* (The labels are in the image once.) */
__attribute__((noinline, noclone)) bool
processor_msr_read(uint32_t msr, uint64_t *value)
{
	uint32_t low = 0, high = 0, failed = 1;

	__asm__ volatile("processor_rdmsr: rdmsr\n\t"
			 "xorl %2, %2\n"
			 "processor_rdmsr_end:"
			 : "+a"(low), "+d"(high), "+r"(failed)
			 : "c"(msr)
			 : "cc");
	*value = (uint64_t)high << 32 | low;
	return !failed;
}

__attribute__((noinline, noclone)) bool
processor_msr_write(uint32_t msr, uint64_t value)
{
	uint32_t failed = 1;

	__asm__ volatile("processor_wrmsr: wrmsr\n\t"
			 "xorl %0, %0\n"
			 "processor_wrmsr_end:"
			 : "+r"(failed)
			 : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
			 : "cc", "memory");
	return !failed;
}

uint64_t
processor_resume(uint64_t rip)
{
	if (rip == (uint64_t)processor_rdmsr)
		return (uint64_t)processor_rdmsr_end;
	if (rip == (uint64_t)processor_wrmsr)
		return (uint64_t)processor_wrmsr_end;
	return 0;
}
