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

#define BACKTRACE_LINES_MAX 24

/* Return addresses, the first the instruction itself; all but the sure ones may be stale. */
struct backtrace {
	unsigned count;
	uint64_t address[BACKTRACE_LINES_MAX];
	bool sure[BACKTRACE_LINES_MAX];
};

/* Keeps what backtrace_print() would print. Any context; the stack is the caller's to vouch for. */
void backtrace_collect(struct backtrace *trace, uint64_t rip, uint64_t rsp, uint64_t rbp);

/* Says it by the log, a line each. */
void backtrace_log(const struct backtrace *trace);

/*
 * Name of the function that holds an address, and the offset into it.
 * Returns false when the address is in no function of the image.
 */
bool backtrace_symbol(uint64_t address, char name[SYMBOLS_NAME_MAX], uint64_t *offset);

#endif
