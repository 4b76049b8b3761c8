/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The run queue of a CPU: its runnable threads in order of virtual time, which is the time each
 * has run; the one that had least runs next. The caller holds the queue's lock.
 */
#ifndef KERNEL_RUN_QUEUE_H
#define KERNEL_RUN_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/spinlock.h"
#include "kernel/thread/deadline.h"
#include "kernel/thread/thread_internal.h"

/* A thread runs this long before another that is runnable gets the CPU. */
#define RUN_SLICE_NS 5000000LL

/* The same for threads of one priority that take turns: as long as on Linux. */
#define RUN_TURN_NS 100000000LL

/* Sleep earns as much time, at most this, so that what waited for an event runs soon after it. */
#define RUN_CREDIT_NS 3000000LL

/* A woken thread takes the CPU at once only when it is behind the running one by this. */
#define RUN_GRAIN_NS 500000LL

struct run_queue {
	struct spinlock lock;
	struct cpu *cpu;
	struct thread *first, *last; /* by virtual time; the running thread is not among them */
	unsigned count;
	unsigned pinned;	   /* threads that may run on this CPU alone, whatever they do */
	int64_t time;		   /* virtual time that a newcomer starts from; never goes back */
	uint64_t started;	   /* when the running thread's turn began, clock_ns() */
	uint64_t preempt_at;	   /* when it ends, THREAD_NO_DEADLINE: when the thread wants */
	bool halted;		   /* the CPU is in HLT or about to: it must be kicked */
	struct thread *leaving;	   /* the thread that is being switched away from */
	struct thread *fpu_owner;  /* whose registers the CPU has, if that one agrees (fpu_cpu) */
	struct thread idle;

	/* The CPU's own: what its timer is armed for. */
	uint64_t timer_at;

	/* Deadlines of the threads that sleep on this CPU's timer; a lock of their own. */
	struct spinlock deadlines_lock;
	struct deadline_heap deadlines;
};

/* Makes a queue empty. */
void run_queue_init(struct run_queue *queue, struct cpu *cpu);

/* Adds a thread whose virtual_time is relative to the queue's time; takes one out, likewise. */
void run_queue_insert(struct run_queue *queue, struct thread *thread);
void run_queue_remove(struct run_queue *queue, struct thread *thread);

/* Takes the first out, its virtual_time left absolute; NULL when there is none. */
struct thread *run_queue_pop(struct run_queue *queue);

/* Books the time since the last call to the running thread, and moves the queue's time on. */
void run_queue_account(struct run_queue *queue, struct thread *running, uint64_t now);

/* Earns a thread the credit of its sleep. */
void run_queue_credit(struct thread *thread, uint64_t slept_ns);

/* When the turn of a thread that begins now ends; THREAD_NO_DEADLINE: when it wants. */
uint64_t run_queue_turn_end(const struct run_queue *queue, const struct thread *next, uint64_t now);

/*
 * When the running thread should give way to one just woken, not later than its turn's end;
 * THREAD_NO_DEADLINE: when it wants.
 */
uint64_t run_queue_preempt_time(const struct run_queue *queue, const struct thread *running,
				const struct thread *woken, uint64_t now);

/* -- run_queue_cpu.c: the queues of the CPUs; the caller holds none -------------------------- */

/* The run queue of a CPU that has come up. */
struct run_queue *run_queue_of(uint32_t cpu);

/* Whether a CPU takes threads yet. */
bool run_queue_ready(uint32_t cpu);

/* Locks the queue of the CPU that a thread is on. */
struct run_queue *run_queue_lock(struct thread *thread, uint64_t *flags);

#endif
