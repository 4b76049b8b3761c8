/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting for a device, by the functions of registers.c or of a test's own device.
 */
#include "kernel/base/x86.h"
#include "kernel/firmware/registers.h"
#include "kernel/time/clock.h"

#define AWAIT_NS NS_PER_SECOND

void
registers_await_clear(uint64_t address, uint32_t bits)
{
	uint64_t deadline = clock_deadline_ns(AWAIT_NS);

	while (registers_read32(address) & bits) {
		if (clock_passed(deadline))
			return;
		cpu_pause();
	}
}
