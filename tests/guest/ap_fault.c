/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A CPU that fails on its way up, before it has stacks or a block of its own: it is started once
 * more, with the list of stacks taken away, so that the trampoline reads from address 0. The report
 * must be as whole as any other.
 */
/* QEMU: -smp 3 */
/* EXPECT: \*\*\* PANIC on CPU 2: page fault \(vector 14, error code 0\) in trampoline_long_mode */
/* EXPECT: read of 0: page 0: a null pointer */
/* EXPECT: rax 000000000000000[0-9] */
/* EXPECT: #0 [0-9a-f]{16} trampoline_long_mode */
/* EXIT: 127 */
#include "kernel/base/cpu.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/start/smp_start.h"
#include "kernel/time/clock.h"
#include "tests/unit/check.h"

#define LAST 2
#define INIT_NS (10 * NS_PER_MS)
#define REPORT_NS (10 * NS_PER_SECOND)

int
main(void)
{
	uint32_t id;

	if (!CHECK_EQ(cpu_count(), LAST + 1))
		return check_end();
	id = cpu_get(LAST)->apic_id;
	smp_arrivals = 0;
	smp_stacks = NULL;
	CHECK_EQ(lapic_send(id, LAPIC_DELIVER_INIT | LAPIC_LEVEL_ASSERT, 0), 0);
	clock_delay_ns(INIT_NS);
	CHECK_EQ(lapic_send(id, LAPIC_DELIVER_STARTUP | LAPIC_LEVEL_ASSERT,
			    (uint8_t)(memory_trampoline_page() / PAGE_4K)),
		 0);
	clock_delay_ns(REPORT_NS); /* the report stops this CPU */
	return check_end();
}
