/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers of the system calls: Linux's for x86-64.
 */
#ifndef LIBC_NUMBERS_H
#define LIBC_NUMBERS_H

#define NAME(number, name) NR_##name = number,
enum syscall_number {
#include "libc/base/calls.def"
};

#endif
