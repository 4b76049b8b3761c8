/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The scheduler's own: how sched.c, placement.c and thread.c work together.
 *
 * Lock order: the table of threads, a futex bucket, deadlines of a CPU, a run queue. No two of a
 * kind are held at once: a thread on its way between queues is in state THREAD_MOVING, and belongs
 * to whoever moves it. All functions are called with interrupts off.
 */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/thread/run_queue.h"

/* The run queue of a CPU that has come up. */
struct run_queue *sched_queue(uint32_t cpu);

/* Whether a CPU takes threads yet. */
bool sched_ready(uint32_t cpu);

/* Locks the queue of the CPU that a thread is on. */
struct run_queue *sched_lock(struct thread *thread, uint64_t *flags);

/* Where to put a thread. */
enum sched_where {
	SCHED_KEEP,   /* where thread->cpu says, unless it may not stay there */
	SCHED_NEAR,   /* an idle CPU, else the one where it was */
	SCHED_SPREAD, /* the CPU with least to do: nothing of the thread is in any cache */
};

/* Puts a thread in state THREAD_MOVING on a queue and sees to it that it gets its turn. */
void sched_place(struct thread *thread, enum sched_where where);

/* Takes the calling thread to a CPU where it may run. */
void sched_move_self(void);

/* Gives the CPU to the next thread; the current one has its new state. Unlocks the queue. */
void sched_switch(struct run_queue *queue);

/* Serve IRQ_KICK and IRQ_TIMER. */
void sched_kick_interrupt(void);
void sched_timer_interrupt(void);

/* The rest of a switch, on the stack of the thread that comes; called by switch_first too. */
void sched_switched(void);

/* Makes the queue and the idle thread of the calling CPU. Panics when there is no memory. */
void sched_prepare_cpu(struct cpu *cpu);

/* -- thread.c ---------------------------------------------------------------------------------- */

/* Takes a thread that is about to end out of the table; frees it when it has left its CPU. */
void thread_retire(struct thread *thread);
void thread_free(struct thread *thread);

/* -- placement.c ------------------------------------------------------------------------------- */

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
