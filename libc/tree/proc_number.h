/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names in /proc that are numbers.
 */
#ifndef LIBC_PROC_NUMBER_H
#define LIBC_PROC_NUMBER_H

#include <stddef.h>

#define PROC_NUMBER_SIZE 12 /* holds each such name, and its NUL */

/* The number that a name is, as it is written: without a sign and zeros before it; -1: none. */
int proc_number(const char *name, size_t length);

#endif
