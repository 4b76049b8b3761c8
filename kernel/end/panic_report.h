/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a panic says of an exception.
 */
#ifndef KERNEL_PANIC_REPORT_H
#define KERNEL_PANIC_REPORT_H

#include "kernel/cpu/trap.h"

/*
 * Registers who knows the guard pages that are not the kernel's own: guard(address) names whose
 * stack ends there, NULL when none does. It takes no lock. Once, at start.
 */
void panic_report_set_guards(const char *(*guard)(uint64_t address));

/*
 * Names the exception and what it means, decodes the error code, and prints the registers and
 * the words on the stack.
 */
void panic_report_trap(const struct trap_frame *frame);

#endif
