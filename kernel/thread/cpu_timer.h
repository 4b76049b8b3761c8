/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The timer of each CPU, as the scheduler wants it. Interrupts are off in both.
 */
#ifndef KERNEL_CPU_TIMER_H
#define KERNEL_CPU_TIMER_H

#include <stdint.h>

/* Arms the calling CPU's timer for what comes first there, or disarms it. */
void cpu_timer_program(void);

/* Has the calling CPU's timer fire at a time, in ns of clock_ns(), if it would not before. */
void cpu_timer_tighten(uint64_t at);

#endif
