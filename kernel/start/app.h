/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the kernel starts once the machine is up. libc/ supplies both.
 */
#ifndef KERNEL_APP_H
#define KERNEL_APP_H

/* Readies files, the vDSO and the system calls. Boot CPU, once, after thread_init(). */
void app_init(void);

/*
 * Starts the thread that runs the C library's start and main(argc, argv) with settings_argv.
 * Boot CPU, once, after smp_start(); it runs when the caller is in sched_idle(). Panics when
 * there is no memory for its stack.
 */
void app_start(void);

#endif
