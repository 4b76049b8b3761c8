/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The pointers among a call's arguments.
 */
#ifndef LIBC_POINTERS_H
#define LIBC_POINTERS_H

#include <stdint.h>

#define POINTERS_ARGUMENTS 6

/*
 * Looks whether the pointers of a call lead to memory that the call may use, and lowers an argument
 * that says how much there is to what there is. Returns 0, -EFAULT, or what Linux says before it:
 * -EBADF, -ENAMETOOLONG. System call context.
 */
int64_t pointers_check(uint64_t number, uint64_t arguments[POINTERS_ARGUMENTS]);

#endif
