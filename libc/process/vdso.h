/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The vDSO: an ELF shared object in memory, by which musl finds functions that need no system
 * call: clock_gettime and getcpu.
 */
#ifndef LIBC_VDSO_H
#define LIBC_VDSO_H

#include <stdint.h>

/* Builds it; returns the address of its ELF header, for AT_SYSINFO_EHDR. */
uint64_t vdso_build(void);

#endif
