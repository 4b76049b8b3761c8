/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A lock that masks interrupts on its CPU while it is held, so that it may be taken in any
 * context: by an interrupt handler, by a system call, and by an application's thread that
 * calls a kernel function directly and could otherwise be preempted inside.
 *
 * It is not a ticket lock: in a virtual machine with more CPUs than the host has for it, the one
 * whose ticket is next is often not running, and all others would wait for it. What is locked is
 * short, and few want it at a time, so that nobody starves.
 *
 *	uint64_t flags = spin_lock(&lock);
 *	...
 *	spin_unlock(&lock, flags);
 *
 * The holder never blocks and never calls the application. A function that is called with a lock
 * held says so with spin_assert_held(): a checked build (checked/kernel/base/spinlock.h) looks.
 */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <stdint.h>

#include "kernel/base/x86.h"

struct spinlock {
	uint32_t held;
};

#define SPINLOCK_INIT {0}

static inline uint64_t
spin_lock(struct spinlock *lock)
{
	uint64_t flags = interrupts_save();

	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE))
		while (__atomic_load_n(&lock->held, __ATOMIC_RELAXED))
			cpu_pause();
	return flags;
}

static inline void
spin_unlock(struct spinlock *lock, uint64_t flags)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
	interrupts_restore(flags);
}

/* Panics, in a checked build, unless the calling CPU holds the lock. */
#define spin_assert_held(lock) ((void)sizeof(lock))

#endif
