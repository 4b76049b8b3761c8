/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Deadlines of sleeping threads. Interrupts are off in all of these.
 */
#ifndef KERNEL_SLEEP_H
#define KERNEL_SLEEP_H

#include <stdint.h>

struct thread;
struct run_queue;

/* Where a thread's deadline has been put. */
struct sleep_place {
	struct run_queue *queue;
};

/* Has the calling thread unparked at a time of clock_ns(); and takes that back. */
void sleep_begin(struct thread *self, uint64_t deadline, struct sleep_place *place);
void sleep_end(struct thread *self, const struct sleep_place *place);

/* Serves IRQ_TIMER: what is due, then the scheduler. */
void sleep_timer_interrupt(void);

#endif
