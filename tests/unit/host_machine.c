/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine for host programs that fake none: memory is memory, CPUID and the TSC are this
 * machine's; what a program may not do here ends the test. Each is weak: a test that defines its
 * own takes the place of this one.
 */
#include <stdlib.h>

#include "kernel/base/cpu.h"
#include "kernel/base/io.h"
#include "kernel/base/x86.h"

#define WEAK __attribute__((weak))

WEAK uint32_t
mmio_read32(uint64_t address)
{
	return real_mmio_read32(address);
}

WEAK void
mmio_write32(uint64_t address, uint32_t value)
{
	real_mmio_write32(address, value);
}

WEAK struct cpuid_result
cpuid(uint32_t leaf, uint32_t subleaf)
{
	return real_cpuid(leaf, subleaf);
}

WEAK uint64_t
tsc_read(void)
{
	return real_tsc_read();
}

WEAK uint8_t
io_in8(uint16_t port)
{
	(void)port;
	abort();
}

WEAK uint32_t
io_in32(uint16_t port)
{
	(void)port;
	abort();
}

WEAK void
io_out8(uint16_t port, uint8_t value)
{
	(void)port;
	(void)value;
	abort();
}

WEAK uint64_t
msr_read(uint32_t msr)
{
	(void)msr;
	abort();
}

WEAK void
msr_write(uint32_t msr, uint64_t value)
{
	(void)msr;
	(void)value;
	abort();
}

WEAK struct cpu *
cpu_this(void)
{
	abort();
}

WEAK void
cpu_halt_forever(void)
{
	abort();
}
