/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The vector and floating-point registers of an application's thread: kept in an area of
 * cpu_fpu_size() bytes, 64-byte aligned, in XSAVE's format (FXSAVE's where the CPU has no XSAVE).
 * Intel SDM vol. 1 §13.4. The kernel itself uses general registers only.
 */
#ifndef KERNEL_FPU_H
#define KERNEL_FPU_H

#define FPU_ALIGNMENT 64

/* Makes an area hold the state that a new program starts with (System V ABI §3.4.1). */
void fpu_area_init(void *area);

/* Saves the calling CPU's registers to an area, whatever it held before; loads them from one. */
void fpu_save(void *area);
void fpu_load(const void *area);

#endif
