/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Starting the application processors, and talking to them.
 */
#ifndef KERNEL_SMP_H
#define KERNEL_SMP_H

#include <stdint.h>

/*
 * Starts all enabled CPUs of acpi_info at once (INIT, SIPI, SIPI: Intel SDM vol. 3 §8.4.4), at most
 * settings.cpus; those that miss the deadline are reported and left out. Each ends in
 * sched_idle(). Boot CPU, once, after thread_init().
 */
void smp_start(void);

/* Wakes a CPU out of HLT, or has it look at its run queue (fixed vector). Any context. */
void smp_kick(unsigned cpu);

/* Stops all other CPUs by NMI, for panic(): they never run again. Waits at most 100 ms. */
void smp_stop_others(void);

/*
 * Called first by the NMI handler: halts this CPU for ever when smp_stop_others() runs on another,
 * else returns.
 */
void smp_stop_here(void);

#endif
