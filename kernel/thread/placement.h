/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which CPU a thread runs on: sched.c's and affinity.c's questions. All functions are called with
 * interrupts off.
 */
#ifndef KERNEL_PLACEMENT_H
#define KERNEL_PLACEMENT_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

/* Where to put a thread. */
enum sched_where {
	SCHED_KEEP,   /* where thread->cpu says, unless it may not stay there */
	SCHED_NEAR,   /* an idle CPU, else the one where it was */
	SCHED_SPREAD, /* the CPU with least to do: nothing of the thread is in any cache */
};

/* Note whether a CPU is idle, and whether it has threads waiting. */
void placement_note_idle(uint32_t cpu, bool idle);
void placement_note_waiting(uint32_t cpu, bool waiting);

/* Books 1 or -1 threads that may run on this CPU alone; nothing for THREAD_NO_CPU. */
void placement_pin(uint32_t cpu, int change);

/* The best CPU for a thread whose queue is locked. */
uint32_t placement_choose(const struct thread *thread, enum sched_where where);

/* Whether a thread may go on where it is; its queue is locked. */
bool placement_may_stay(const struct thread *thread);

/*
 * A thread that waits elsewhere and may run on this idle CPU, in state THREAD_MOVING and with its
 * CPU set to this one; NULL when there is none.
 */
struct thread *placement_steal(uint32_t cpu);

#endif
