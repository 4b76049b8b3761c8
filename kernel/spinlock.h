/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ticket lock that masks interrupts on its CPU while it is held, so that it may be taken in
 * any context: by an interrupt handler, by a system call, and by an application's thread that
 * calls a kernel function directly and could otherwise be preempted inside.
 *
 *	uint64_t flags = spin_lock(&lock);
 *	...
 *	spin_unlock(&lock, flags);
 *
 * The holder never blocks and never calls the application.
 */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <stdint.h>

#include "kernel/x86.h"

struct spinlock {
	uint32_t next;	  /* the ticket handed out next */
	uint32_t serving; /* the ticket that holds the lock */
};

#define SPINLOCK_INIT {0, 0}

static inline uint64_t
spin_lock(struct spinlock *lock)
{
	uint64_t flags = interrupts_save();
	uint32_t ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	while (__atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE) != ticket)
		cpu_pause();
	return flags;
}

static inline void
spin_unlock(struct spinlock *lock, uint64_t flags)
{
	__atomic_store_n(&lock->serving, lock->serving + 1, __ATOMIC_RELEASE);
	interrupts_restore(flags);
}

#endif
