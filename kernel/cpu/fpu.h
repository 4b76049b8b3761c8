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

/* Gives the control registers the values of such a start, with no exception pending. */
void fpu_reset(void);

/* Why the last floating-point exception came: bits of the x87 status (SDM vol. 1 §8.1.3). */
#define FPU_INVALID (1u << 0)
#define FPU_DENORMAL (1u << 1)
#define FPU_ZERO_DIVIDE (1u << 2)
#define FPU_OVERFLOW (1u << 3)
#define FPU_UNDERFLOW (1u << 4)
#define FPU_PRECISION (1u << 5)

/* Of the x87 unit, or of the vector unit, those that are raised and not masked. */
unsigned fpu_exceptions_x87(void);
unsigned fpu_exceptions_vector(void);

#endif
