/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Saving and loading the vector registers. XSAVE writes the parts of an area that are in use and
 * leaves the others as they are, and XRSTOR faults on a header with reserved bits set: so an area
 * is zeroed when it is made, not at each save.
 */
#include <stdint.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/string.h"
#include "kernel/cpu/cpu_setup.h"
#include "kernel/cpu/fpu.h"

/* The legacy part, Intel SDM vol. 1 table 10-2. */
struct fxsave_area {
	uint16_t control;
	uint16_t status;
	uint8_t tags; /* abridged: 0 is "all empty" */
	uint8_t reserved;
	uint16_t opcode;
	uint64_t instruction, data;
	uint32_t mxcsr;
	uint32_t mxcsr_mask;
	uint8_t registers[480];
};
_Static_assert(sizeof(struct fxsave_area) == 512, "FXSAVE's area has 512 bytes");

/* The XSAVE header behind it, §13.4.2. */
struct xsave_area {
	struct fxsave_area legacy;
	uint64_t in_use; /* XSTATE_BV */
	uint64_t reserved[7];
};
#define XSTATE_X87 (1u << 0)
#define XSTATE_SSE (1u << 1)

#define X87_CONTROL_START 0x37f	  /* all exceptions masked, 64-bit mantissa */
#define MXCSR_START 0x1f80	  /* all exceptions masked */
#define MXCSR_MASKS 7		  /* where the masks begin; the control word's are at 0 */
#define EXCEPTIONS 0x3f

void
fpu_area_init(void *area)
{
	struct xsave_area *fpu = area;

	memset(area, 0, cpu_fpu_size());
	fpu->legacy.control = X87_CONTROL_START;
	fpu->legacy.mxcsr = MXCSR_START;
	if (cpu_xcr0())
		fpu->in_use = XSTATE_X87 | XSTATE_SSE;
}

void
fpu_save(void *area)
{
	uint64_t mask = cpu_xcr0();

	if (mask)
		__asm__ volatile("xsave64 (%0)"
				 :
				 : "r"(area), "a"((uint32_t)mask), "d"((uint32_t)(mask >> 32))
				 : "memory");
	else
		__asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
}

void
fpu_load(const void *area)
{
	uint64_t mask = cpu_xcr0();

	if (mask)
		__asm__ volatile("xrstor64 (%0)"
				 :
				 : "r"(area), "a"((uint32_t)mask), "d"((uint32_t)(mask >> 32))
				 : "memory");
	else
		__asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

void
fpu_reset(void)
{
	uint32_t mxcsr = MXCSR_START;

	__asm__ volatile("fninit; ldmxcsr %0" : : "m"(mxcsr));
}

unsigned
fpu_exceptions_x87(void)
{
	uint16_t status, control;

	__asm__ volatile("fnstsw %0; fnstcw %1" : "=m"(status), "=m"(control));
	return status & ~(unsigned)control & EXCEPTIONS;
}

unsigned
fpu_exceptions_vector(void)
{
	uint32_t mxcsr;

	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	return mxcsr & ~(mxcsr >> MXCSR_MASKS) & EXCEPTIONS;
}
