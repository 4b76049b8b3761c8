/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The start of the program.
 */
#ifndef LIBC_START_H
#define LIBC_START_H

#include <stddef.h>

/* Size of the stack that main() runs on, in bytes. */
size_t start_stack_size(void);

#endif
