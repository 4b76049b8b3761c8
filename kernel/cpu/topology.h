/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which CPUs are threads of one core, and which cores are in one package, from CPUID.
 */
#ifndef KERNEL_TOPOLOGY_H
#define KERNEL_TOPOLOGY_H

#include <stdint.h>

#include "kernel/base/cpu.h"
#include "kernel/base/x86.h"

/* The parts of an APIC ID. */
struct topology_ids {
	uint32_t package, core, smt;
};

/*
 * Takes an APIC ID apart by CPUID: leaf 0x1F or 0xB; else AMD's 0x80000008 and 0x8000001E;
 * else Intel's leaves 1 and 4. `read` executes (or, in tests, imitates) CPUID on that CPU.
 */
struct topology_ids topology_split(struct cpuid_result (*read)(uint32_t leaf, uint32_t subleaf),
				   uint32_t apic_id);

/* Fills the calling CPU's package, core and smt with parts of its APIC ID. */
void topology_read(struct cpu *cpu);

/*
 * Turns those of all CPUs into numbers from 0 without gaps: packages in order of appearance, the
 * cores of each package, the threads of each core. Boot CPU, once, when all CPUs are known.
 */
void topology_number(void);

#endif
