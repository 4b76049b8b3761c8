/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The HPET's main counter as a clock. IA-PC HPET Specification 1.0a §2.3.
 */
#ifndef KERNEL_HPET_H
#define KERNEL_HPET_H

#include <stdbool.h>
#include <stdint.h>

/* Maps and starts the counter that ACPI names. Returns 0, -ENODEV (none), -EIO (stands still). */
int hpet_init(void);

bool hpet_present(void);

/* Frequency in Hz; 0 when not present. */
uint64_t hpet_hz(void);

/* The counter, always 64 bits wide (a 32-bit counter's wraps are added). Any context, any CPU. */
uint64_t hpet_read(void);

/*
 * The IO-APIC inputs, as bits, that the third comparator's interrupt can be led to (§2.3.8); 0:
 * there is no HPET, or it has fewer comparators.
 */
uint32_t hpet_timer_inputs(void);

/*
 * Has the third comparator interrupt once, by an edge, at one of these inputs (0..31), in `ns` from
 * now. Returns in how many ns it does: fewer when that is more than it can wait. Only when
 * hpet_timer_inputs() is not 0, and on one CPU at a time.
 */
uint64_t hpet_timer_start(unsigned input, uint64_t ns);

#endif
