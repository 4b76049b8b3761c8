/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who called whom, for reports.
 */
#ifndef KERNEL_BACKTRACE_H
#define KERNEL_BACKTRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/end/symbols.h"

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
bool backtrace_symbol(uint64_t address, char name[SYMBOLS_NAME_MAX], uint64_t *offset);

#endif
