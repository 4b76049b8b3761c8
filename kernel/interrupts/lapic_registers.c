/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reaching the local APIC's registers, in either mode.
 */
#include "kernel/interrupts/lapic_registers.h"

#include "kernel/base/io.h"
#include "kernel/base/x86.h"

struct lapic_access lapic_access;

uint32_t
lapic_read(unsigned offset)
{
	if (lapic_access.x2apic)
		return (uint32_t)msr_read(MSR_X2APIC + offset / 16);
	return mmio_read32(lapic_access.base + offset);
}

void
lapic_write(unsigned offset, uint32_t value)
{
	if (lapic_access.x2apic)
		msr_write(MSR_X2APIC + offset / 16, value);
	else
		mmio_write32(lapic_access.base + offset, value);
}
