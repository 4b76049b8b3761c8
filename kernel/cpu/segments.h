/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Segments: each CPU's GDT and task state segment, which names the stacks that exceptions and
 * interrupts arrive on. Intel SDM vol. 3 §3.4.5, §6.14.4 and §7.7.
 */
#ifndef KERNEL_SEGMENTS_H
#define KERNEL_SEGMENTS_H

#include <stdint.h>

#include "kernel/base/compiler.h"
#include "kernel/cpu/trap.h"

/* Selectors; boot/long_mode.asm and boot/trampoline.asm use the first two as well. */
#define SEGMENT_CODE 0x08
#define SEGMENT_DATA 0x10
#define SEGMENT_TSS 0x18

/* 64-bit task state segment, SDM vol. 3 §7.7, figure 7-11. */
struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[IST_SLOTS]; /* ist[0] is slot 1 */
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_map; /* offset of the I/O permission map: none */
} __packed;
_Static_assert(sizeof(struct tss) == 104, "SDM vol. 3 figure 7-11");
_Static_assert(__builtin_offsetof(struct tss, ist) == 36, "SDM vol. 3 figure 7-11");

struct cpu;

/*
 * The boot CPU's stack until it has its own; then that of CPUs that have none yet, which write to
 * it only when they fail.
 */
#define SEGMENTS_EARLY_STACK_SIZE 8192
extern uint8_t segments_early_stack[SEGMENTS_EARLY_STACK_SIZE];

/*
 * Loads a GDT and a TSS whose slots all name one small static stack, and the CPU block, on the boot
 * CPU, so that the first exception can report itself. First of all, once.
 */
void segments_init_early(struct cpu *cpu);

/*
 * Gives a CPU a GDT, a TSS and guarded stacks of its own. Done by the boot CPU for all, so that
 * hundreds of CPUs do not contend for the arena when they come up. Panics when there is no memory.
 */
void segments_prepare(struct cpu *cpu);

/* Loads what was prepared, and the CPU block, on the calling CPU. */
void segments_init(struct cpu *cpu);

/* Where interrupts of a CPU arrive from now on: the top of the running thread's kernel stack. */
void segments_set_interrupt_stack(struct cpu *cpu, uint64_t top);

/* The stack for interrupts that come while the CPU idles. */
uint64_t segments_idle_interrupt_stack(const struct cpu *cpu);

#endif
