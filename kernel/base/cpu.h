/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The CPUs. Each has one block, reached through its GS base, which is written once.
 * CPU 0 is the boot CPU, the control CPU.
 */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPUS_MAX 1024
#define CACHE_LINE 64
#define CONTROL_CPU 0 /* index of the boot CPU */

struct thread;
struct run_queue;

struct cpu {
	/* Assembler knows these three (boot/offsets.inc is generated from here). */
	struct cpu *self;
	uint64_t kernel_stack_top; /* of the running thread */
	uint64_t app_stack;	   /* scratch of the system call entry */

	struct thread *current;	   /* the running thread; the idle thread when none */
	struct run_queue *queue;   /* sched.c's */
	uint32_t index;		   /* 0..cpu_count()-1 */
	uint32_t apic_id;
	uint32_t processor_uid;	   /* ACPI's name for it */
	bool online;

	/* Topology, from CPUID 0x1F, 0xB or 4 (AMD 0x8000001E); unique numbers, not APIC bits. */
	uint32_t package, core, smt;
	uint32_t node;		   /* NUMA node, 0-based */

	struct tss *tss;	   /* segments.c's: sets IST_INTERRUPT on a thread switch */
	uint64_t interrupts;	   /* interrupts taken, all vectors */
	uint64_t flush_epoch;	   /* paging.c's: last TLB flush */
	bool is_sampled;	   /* ipi.c's: somebody waits for the next */
	uint64_t sampled_rip;	   /* where it was when it was asked */
	bool tlb_idle;		   /* paging.c's: nothing that may be taken away is used now */
	uint64_t spare_page;	   /* libc/memory/mapping_lend.c's; 0: none yet */
	uint64_t softtlb_epoch;	   /* softtlb.c's: flush_epoch + 1 of when it was grown */
} __attribute__((aligned(CACHE_LINE)));

/* The calling CPU. An application's thread on a shared CPU may be moved right after. */
static inline struct cpu *
cpu_this(void)
{
	struct cpu *cpu;

	__asm__ volatile("mov %%gs:0, %0" : "=r"(cpu));
	return cpu;
}

/* CPUs that are online, at least 1; fixed once smp_start() has returned. */
unsigned cpu_count(void);

/* CPU by index, 0..cpu_count()-1; NULL beyond. */
struct cpu *cpu_get(unsigned index);

/* Makes a CPU known as number cpu_count() and sets its index. Boot CPU, before other CPUs run. */
void cpu_add(struct cpu *cpu);

#endif
