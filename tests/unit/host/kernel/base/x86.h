/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/base/x86.h on the host: a test that fakes a CPU defines the instructions that it runs; for
 * others tests/unit/host_machine.c has them. Interrupts are no matter there.
 */
#define cpuid real_cpuid
#define msr_read real_msr_read
#define msr_write real_msr_write
#define tsc_read real_tsc_read
#define interrupts_save real_interrupts_save
#define interrupts_restore real_interrupts_restore
#define cpu_halt_forever real_cpu_halt_forever
#include_next "kernel/base/x86.h"
#undef cpuid
#undef msr_read
#undef msr_write
#undef tsc_read
#undef interrupts_save
#undef interrupts_restore
#undef cpu_halt_forever

#ifndef TESTS_UNIT_HOST_X86_H
#define TESTS_UNIT_HOST_X86_H

struct cpuid_result cpuid(uint32_t leaf, uint32_t subleaf);
uint64_t msr_read(uint32_t msr);
void msr_write(uint32_t msr, uint64_t value);
uint64_t tsc_read(void);
void __attribute__((noreturn)) cpu_halt_forever(void);

static inline uint64_t
interrupts_save(void)
{
	return 0;
}

static inline void
interrupts_restore(uint64_t flags)
{
	(void)flags;
}

#endif
