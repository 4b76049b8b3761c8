/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Exceptions and interrupts: the frame that the stubs of boot/traps.asm save, and who gets it.
 */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/compiler.h"

/* Interrupt stack table slots, Intel SDM vol. 3 §6.14.5. */
enum ist_slot {
	IST_NONE = 0, /* the stack that is in use */
	IST_INTERRUPT = 1, /* the running thread's kernel stack: see kernel/thread/thread.h */
	IST_EXCEPTION = 2,
	IST_NMI = 3,
	IST_DOUBLE_FAULT = 4,
	IST_MACHINE_CHECK = 5,
	IST_SLOTS = 7,
};

enum trap_vector {
	TRAP_DIVIDE = 0,
	TRAP_DEBUG = 1,
	TRAP_NMI = 2,
	TRAP_BREAKPOINT = 3,
	TRAP_OVERFLOW = 4,
	TRAP_BOUND = 5,
	TRAP_INVALID_OPCODE = 6,
	TRAP_NO_DEVICE = 7,
	TRAP_DOUBLE_FAULT = 8,
	TRAP_INVALID_TSS = 10,
	TRAP_NOT_PRESENT = 11,
	TRAP_STACK = 12,
	TRAP_PROTECTION = 13,
	TRAP_PAGE_FAULT = 14,
	TRAP_X87 = 16,
	TRAP_ALIGNMENT = 17,
	TRAP_MACHINE_CHECK = 18,
	TRAP_SIMD = 19,
	TRAP_COUNT = 32, /* vectors below are the CPU's own */
};

/* Interrupt gate descriptor, SDM vol. 3 figure 6-8. */
struct trap_gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist;
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
} __packed;
_Static_assert(sizeof(struct trap_gate) == 16, "SDM vol. 3 figure 6-8");

/* In memory order; the stubs push from the end. Offsets are checked in trap.c. */
struct trap_frame {
	uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax;
	uint64_t vector;
	uint64_t error_code; /* 0 where the CPU pushes none */
	uint64_t rip, cs, rflags, rsp, ss;
};

/*
 * The IDT of a CPU that is on its way, for exceptions alone: boot/trampoline.asm loads it. They
 * arrive on the stack in use, and find out first which CPU this is.
 */
extern struct trap_gate trap_early_gates[TRAP_COUNT];

/* Builds the IDT that all CPUs share. Boot CPU, once, before the first trap_load(). */
void trap_init(void);

/* Loads the IDT on the calling CPU. */
void trap_load(void);

/*
 * Says who brings a page that the program touches for the first time: resolve(address, error code)
 * returns whether the access can be tried again. It is called with interrupts off, on the stack for
 * exceptions, also for a system call that touches the program's memory. Boot CPU, once.
 */
void trap_set_page_hook(bool (*resolve)(uint64_t address, uint64_t error_code));

/*
 * Who is asked when it cannot: lend(address, frame) returns whether the access can be tried again
 * all the same. Boot CPU, once.
 */
void trap_set_lend_hook(bool (*lend)(uint64_t address, const struct trap_frame *frame));

/*
 * The hook is called with the frame of an exception that the application has caused: its code
 * alone runs with interrupts on, and no lock is held then. When it returns true the frame is gone
 * on with, as the hook has changed it; else the run ends with a report. Set once, at start.
 */
void trap_set_fault_hook(bool (*hook)(struct trap_frame *frame));

/*
 * The hook is called with the frame of each NMI that does not end the CPU's run, before the CPU
 * that asked by it (ipi_sample()) has its answer. Returns whether it was what the NMI was for; if
 * nobody was, the run ends with a report. Set once, at start.
 */
void trap_set_nmi_hook(bool (*hook)(struct trap_frame *frame));

/* Called by the stubs. Vectors from TRAP_COUNT on go to irq_dispatch(). */
void trap_dispatch(struct trap_frame *frame);

#endif
