/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts from one CPU to others.
 */
#ifndef KERNEL_IPI_H
#define KERNEL_IPI_H

#include <stdbool.h>
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
 * Asks each other CPU, by an NMI, at which instruction it is, and waits, at most 100 ms: its
 * block's sampled_rip has it, 0 when there was no answer. One caller at a time.
 */
void ipi_sample(void);

/* The same of one CPU, which may not be the calling one. */
void ipi_sample_cpu(unsigned cpu);

/* Called by the NMI handler, for an instruction. Returns whether this was what the NMI was for. */
bool ipi_sample_here(uint64_t rip);

/*
 * Called first by the NMI handler: halts this CPU for ever when ipi_stop_others() runs on another,
 * else returns.
 */
void ipi_stop_here(void);

#endif
