/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts from one CPU to others.
 */
#ifndef KERNEL_IPI_H
#define KERNEL_IPI_H

#include <stdint.h>

/* Wakes a CPU out of HLT, or has it look at its run queue (fixed vector). Any context. */
void ipi_kick(unsigned cpu);

/*
 * Has every CPU pass an epoch (paging_passed()): those that have not are interrupted, once, and
 * waited for, ten seconds at most, then panics. With no lock held that another CPU may want.
 */
void ipi_flush(uint64_t epoch);

/* Stops all other CPUs by NMI, for panic(): they never run again. Waits at most 100 ms. */
void ipi_stop_others(void);

/*
 * Called first by the NMI handler: halts this CPU for ever when ipi_stop_others() runs on another,
 * else returns.
 */
void ipi_stop_here(void);

#endif
