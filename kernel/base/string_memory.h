/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine's own memcpy() and its kin, which every file of kernel/ and libc/ includes before all
 * others (-include, Makefile), so that the calls that the compiler makes by itself go to them too.
 *
 * The C library's serve the program: they may use vector registers, which in an interrupt are the
 * program's, and in glibc they are chosen by the CPU only when the program starts.
 */
#ifndef KERNEL_STRING_MEMORY_H
#define KERNEL_STRING_MEMORY_H

#include <stddef.h>

/* As C has them; general registers only, no TLS: safe anywhere. */
void *memcpy(void *to, const void *from, size_t length) __asm__("string_memcpy");
void *memmove(void *to, const void *from, size_t length) __asm__("string_memmove");
void *memset(void *to, int byte, size_t length) __asm__("string_memset");
int memcmp(const void *a, const void *b, size_t length) __asm__("string_memcmp");

#endif
