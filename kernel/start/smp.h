/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Starting the application processors.
 */
#ifndef KERNEL_SMP_H
#define KERNEL_SMP_H

/*
 * Starts all enabled CPUs of acpi_info at once (INIT, SIPI, SIPI: Intel SDM vol. 3 §8.4.4), at most
 * settings.cpus; those that miss the deadline are reported and left out. Each ends in
 * sched_idle(). Boot CPU, once, after thread_init().
 */
void smp_start(void);

#endif
