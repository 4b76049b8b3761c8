/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * CPUID and model-specific registers by function, for what a CPU may have or not: a register that
 * is not there is an answer, not an exception, and a unit test links a CPU of its own
 * (tests/unit/processor_fake.h) in the place of processor.c. For set-up and statistics; registers
 * that every x86-64 CPU has are in kernel/base/x86.h.
 */
#ifndef KERNEL_PROCESSOR_H
#define KERNEL_PROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/x86.h"

enum processor_vendor {
	PROCESSOR_OTHER,
	PROCESSOR_INTEL,
	PROCESSOR_AMD, /* Hygon's, too */
};

struct cpuid_result processor_cpuid(uint32_t leaf, uint32_t subleaf);

/*
 * Reads or writes a register of the calling CPU, after trap_load(). Returns false when the CPU
 * refuses: there is no such register, or the value is not allowed.
 */
bool processor_msr_read(uint32_t msr, uint64_t *value);
bool processor_msr_write(uint32_t msr, uint64_t value);

/* The highest leaf of the basic (0) or extended (0x80000000) range, 0 when that is not there. */
uint32_t processor_last_leaf(uint32_t range);

/* Whether a hypervisor, or an emulator, says that it is one. */
bool processor_is_virtual(void);

enum processor_vendor processor_vendor(void);

/* CPUID's display family and model (Intel SDM vol. 2, CPUID, leaf 1), the same way for AMD's. */
uint32_t processor_family(void);
uint32_t processor_model(void);

/* -- For trap.c ------------------------------------------------------------------------------- */

/* Where to go on after a protection fault at `rip`; 0 when it is not one of the two above. */
uint64_t processor_resume(uint64_t rip);

#endif
