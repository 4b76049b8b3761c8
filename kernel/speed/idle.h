/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How a CPU waits that has nothing to run. HLT is C1: such a core counts as active, and takes turbo
 * from the cores that work. MWAIT goes deeper, where CPUID offers it. Intel SDM vol. 3 §9.10.
 */
#ifndef KERNEL_IDLE_H
#define KERNEL_IDLE_H

/*
 * Chooses, as bare.idle= says: by default MWAIT on a real machine with an APIC timer and a TSC that
 * never stop, and HLT else, under a hypervisor too. The boot CPU, which serves interrupts, sleeps
 * no deeper than C1, the others as deep as they can. Boot CPU, once, before other CPUs run.
 */
void idle_init(void);

/*
 * Sleeps until there is an interrupt, and serves it. Called with interrupts off, and returns so;
 * one that is pending at the call ends the sleep at once.
 */
void idle_wait(void);

#endif
