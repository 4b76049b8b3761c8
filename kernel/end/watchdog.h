/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bare.watchdog=SECONDS: the machine starts again when the control CPU has served no interrupt for
 * so long. And, for an operator, or who has found one that stands still, where each CPU is.
 */
#ifndef KERNEL_WATCHDOG_H
#define KERNEL_WATCHDOG_H

/* Starts the watchdog, if it is asked for; says so when it cannot. Boot CPU, once, with threads. */
void watchdog_start(void);

/*
 * Says of each CPU which thread it runs and in which function it is. The CPUs are asked by NMI:
 * each loses a microsecond. Control CPU, interrupts off.
 */
void watchdog_report_cpus(void);

/*
 * Says the same of one CPU, 0..cpu_count()-1, and who called that function. The calling CPU, whose
 * thread it is not, cannot be asked. Any CPU, interrupts on; of several callers one at a time.
 */
void watchdog_report_cpu(unsigned cpu);

#endif
