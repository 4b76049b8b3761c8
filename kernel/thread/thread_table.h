/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads as objects: their memory (thread_memory.c) and their table (thread.c).
 */
#ifndef KERNEL_THREAD_TABLE_H
#define KERNEL_THREAD_TABLE_H

#include "kernel/thread/thread_internal.h"

/* A thread with a kernel stack, in no table yet; NULL when there is no memory. */
struct thread *thread_make(void);

/* Frees a thread that has left its CPU for good, or never ran. */
void thread_free(struct thread *thread);

/* Enters a thread under the next id that is free. Returns the id, -EAGAIN (none is left). */
int thread_enter(struct thread *thread);

/* Takes a thread that is about to end out of the table. */
void thread_retire(struct thread *thread);

#endif
