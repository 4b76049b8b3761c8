/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who called whom, as glibc has it: sdk/musl/execinfo.c.
 */
#ifndef LINUXLESS_EXECINFO_H
#define LINUXLESS_EXECINFO_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Stores up to `size` return addresses, the caller's own place first, and returns their number. No
 * tables of frames are in an image: the addresses are found on the stack, where what a function
 * that has ended left may be among them.
 */
int backtrace(void **addresses, int size);

/* Texts "program(function+0x12) [0x1001234]"; all are one piece for free(). NULL: no memory. */
char **backtrace_symbols(void *const *addresses, int size);

/* Writes them, a line each, without taking memory. */
void backtrace_symbols_fd(void *const *addresses, int size, int descriptor);

#ifdef __cplusplus
}
#endif

#endif
