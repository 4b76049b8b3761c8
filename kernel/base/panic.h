/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of a run that went wrong: stops the other CPUs, says why on every console directly
 * (not through the ring), prints registers where there are some and a backtrace, then does what
 * bare.panic= says: halt, reboot[:seconds] or debug.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/compiler.h"
#include "kernel/end/symbols.h"

struct trap_frame;

/* Any context, any CPU. Does not return. */
void panic(const char *format, ...) __printf_like(1, 2) __attribute__((noreturn));

/* The same for a CPU exception, with the frame that the stub saved (kernel/cpu/trap.h). */
void panic_trap(const struct trap_frame *frame) __attribute__((noreturn));

/*
 * Prints one line per return address, "  #n address function+offset", beginning with the frame
 * pointer chain and going on with what looks like a return address on the stack (marked '?'):
 * musl and DPDK are built without frame pointers.
 */
void backtrace_print(uint64_t rip, uint64_t rsp, uint64_t rbp);

/*
 * Name of the function that holds an address, and the offset into it.
 * Returns false when the address is in no function of the image.
 */
bool symbol_lookup(uint64_t address, char name[SYMBOLS_NAME_MAX], uint64_t *offset);

#endif
