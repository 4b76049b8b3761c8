/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Setting up a CPU, and what the set-up has found.
 */
#ifndef KERNEL_CPU_SETUP_H
#define KERNEL_CPU_SETUP_H

#include <stddef.h>
#include <stdint.h>

struct cpu;

/*
 * Gives the boot CPU its block, what it needs to report an exception, and its vector state: before
 * anything that may fault. Boot CPU, first of all.
 */
void cpu_init_early(void);

/*
 * Sets up the calling CPU: GDT, TSS with guarded ISTs, IDT, GS base, system call registers, PAT,
 * and SSE/AVX state (XCR0) unless cpu_init_early() did. cpu_init_boot() is for the boot CPU, before
 * ACPI is known; the others' blocks come from smp_start(), after segments_prepare().
 */
void cpu_init_boot(void);
void cpu_init(struct cpu *cpu);

/* Size in bytes of this machine's XSAVE area (512 with FXSAVE alone), and the XCR0 mask in use. */
size_t cpu_fpu_size(void);
uint64_t cpu_xcr0(void);

/* "Intel(R) Xeon(R) …" from CPUID 0x80000002–4, trimmed. */
const char *cpu_brand(void);

#endif
