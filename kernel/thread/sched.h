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

#include "kernel/thread/placement.h"
#include "kernel/thread/run_queue.h"

/* Puts a thread in state THREAD_MOVING on a queue and sees to it that it gets its turn. */
void sched_place(struct thread *thread, enum sched_where where);

/* Takes the calling thread to a CPU where it may run. */
void sched_move_self(void);

/* Gives the CPU to the next thread; the current one gets its new state. Unlocks the queue. */
void sched_leave(struct run_queue *queue, enum thread_state state);

/* The same for a current thread that has its new state. */
void sched_switch(struct run_queue *queue);

/* Serves IRQ_KICK, and ends IRQ_TIMER. */
void sched_kick_interrupt(void);

/* The rest of a switch, on the stack of the thread that comes; called by switch_first too. */
void sched_switched(void);

/* Makes the queue and the idle thread of the calling CPU. Panics when there is no memory. */
void sched_prepare_cpu(struct cpu *cpu);

#endif
