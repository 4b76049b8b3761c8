/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Layouts that the assembler shares with C, written once. The Makefile turns each line
 * "->NAME value" of this file's assembler output into a %define of boot/offsets.inc.
 */
#include <stddef.h>

#include "kernel/base/cpu.h"
#include "kernel/cpu/segments.h"
#include "kernel/cpu/trap.h"

#define OFFSET(name, value) __asm__ volatile("\n.ascii \"->" #name " %0\"" : : "i"(value))

void offsets(void);

void
offsets(void)
{
	OFFSET(CPU_KERNEL_STACK_TOP, offsetof(struct cpu, kernel_stack_top));
	OFFSET(CPU_APP_STACK, offsetof(struct cpu, app_stack));
	OFFSET(SEGMENT_DATA, SEGMENT_DATA);
	OFFSET(SEGMENTS_EARLY_STACK_SIZE, SEGMENTS_EARLY_STACK_SIZE);
	OFFSET(TRAP_EARLY_GATES_SIZE, sizeof(trap_early_gates));
}
