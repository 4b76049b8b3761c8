/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The way into a system call.
 */
#ifndef LIBC_DISPATCH_H
#define LIBC_DISPATCH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Called by entry.asm with the registers that hold a call's arguments: serves the call of
 * syscall_frame()->rax, and leaves the result there.
 */
void dispatch_call(uint64_t rdi, uint64_t rsi, uint64_t rdx, uint64_t r10, uint64_t r8,
		   uint64_t r9);

/* Linux's name of a call, "?" when it is not known. size is at least 2. */
void dispatch_name(uint64_t number, char *name, size_t size);

#endif
