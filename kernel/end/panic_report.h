/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a panic says of an exception.
 */
#ifndef KERNEL_PANIC_REPORT_H
#define KERNEL_PANIC_REPORT_H

#include "kernel/cpu/trap.h"

/*
 * Names the exception and what it means, decodes the error code, and prints the registers and
 * the words on the stack.
 */
void panic_report_trap(const struct trap_frame *frame);

#endif
