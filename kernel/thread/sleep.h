/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Deadlines of sleeping threads, and the timer of each CPU. Interrupts are off in all of these.
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

/* Unparks the threads whose deadline on this CPU has passed. */
void sleep_expire(void);

/* Arms the calling CPU's timer for what comes first there, or disarms it. */
void sleep_program_timer(void);

/* Has the calling CPU's timer fire at a time, if it would not before. */
void sleep_tighten_timer(uint64_t at);

#endif
