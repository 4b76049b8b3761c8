/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of a run that went wrong, as a contract: whoever finds that the machine cannot go on
 * calls it, and kernel/end/ fills it in. It stops the other CPUs, says why on every console
 * directly (not through the ring), prints registers where there are some and a backtrace, then
 * does what bare.panic= says: halt, reboot[:seconds] or debug.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "kernel/base/compiler.h"

struct trap_frame;

/* Any context, any CPU. Does not return. */
void panic(const char *format, ...) __printf_like(1, 2) __attribute__((noreturn));

/* The same for a CPU exception, with the frame that the stub saved (kernel/cpu/trap.h). */
void panic_trap(const struct trap_frame *frame) __attribute__((noreturn));

/* Within a report: writes a formatted line directly to the consoles; at most 255 characters. */
void panic_print(const char *format, ...) __printf_like(1, 2);

#endif
