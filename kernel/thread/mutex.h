/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A lock that sleeps: for what takes so long that interrupts cannot stay off, and others wait.
 * First come, first served. System call context, with no spinlock held.
 */
#ifndef KERNEL_MUTEX_H
#define KERNEL_MUTEX_H

#include "kernel/base/spinlock.h"

struct thread;
struct mutex_waiter;

struct mutex {
	struct spinlock lock;
	struct thread *owner; /* NULL: free */
	struct mutex_waiter *first, *last;
};
#define MUTEX_INIT {.lock = SPINLOCK_INIT}

/* Waits until the calling thread has it. Not twice by one thread. */
void mutex_lock(struct mutex *mutex);

/* Lets go of it; the one that has waited longest gets it. */
void mutex_unlock(struct mutex *mutex);

/* Says, in a checked build, that the calling thread has it. */
#define mutex_assert_held(mutex) assert_that((mutex)->owner == thread_current())

#endif
