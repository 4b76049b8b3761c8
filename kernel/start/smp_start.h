/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What boot/trampoline.asm and smp.c share. The code between trampoline_start and trampoline_end
 * is copied to memory_trampoline_page(), where an application processor begins in real mode; it
 * goes on in the image itself as soon as it can address it, and reads these variables there.
 */
#ifndef KERNEL_SMP_START_H
#define KERNEL_SMP_START_H

#include <stdint.h>

extern const char trampoline_start[], trampoline_end[];

extern uint32_t smp_root;     /* paging_root() */
extern uint32_t smp_arrivals; /* the number that the next arrival takes */
extern uint32_t smp_expected; /* an arrival with this number or above is halted */
extern uint64_t *smp_stacks;  /* stack tops by arrival number */

/* Where the trampoline leads to, on the arrival's stack, interrupts masked. */
void smp_arrive(void) __attribute__((noreturn));

/*
 * An exception on a CPU that is on its way, from boot/traps.asm: gives it its block, and its local
 * APIC the mode in which it can stop the others, so that the report is like any other's. Halts one
 * that nobody has called.
 */
void smp_identify(void);

#endif
