/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What Linux knows of a thread beyond what the kernel does: it lies in the thread's room for its
 * owner. The signals that are pending and held back are the thread's events (thread_internal.h).
 */
#ifndef LIBC_TASK_H
#define LIBC_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/thread/thread_internal.h"

struct signal_entry;

struct task {
	uint32_t *clear_child_tid; /* zeroed and woken when the thread ends; may be NULL */
	void *robust_list;	   /* the argument of set_robust_list() */

	struct signal_entry *signals; /* what is pending, libc/signals/signal_queue.c */
	uint64_t awaited_signals;  /* what it waits for in sigwait() */
	uint64_t saved_mask;	   /* with restores_mask: sigsuspend(), and the mask that returns */
	uint64_t signal_stack;	   /* sigaltstack(): base, 0: none */
	uint64_t signal_stack_size;
	bool restores_mask;	   /* after the handler */
	bool memory_on_node_0;	   /* the policy's set of nodes: that one, or none */
	bool no_wait;		   /* in a call that is not to block: RWF_NOWAIT */
	bool puts_files;	   /* libc/aio/: closes files later, one by one */
	int32_t memory_policy;	   /* the argument of set_mempolicy() */
};
_Static_assert(sizeof(struct task) <= THREAD_OWNER_SIZE, "a thread has room for it");

/* The hook is called by a thread that is about to end. Set once, at start. */
void threads_set_end_hook(void (*hook)(void));

static inline struct task *
task_of(struct thread *thread)
{
	return (struct task *)thread->owner;
}

static inline struct task *
task_current(void)
{
	return task_of(thread_current());
}

#endif
