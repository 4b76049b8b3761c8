/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/base/spinlock.h of a checked build: a lock knows which CPU holds it, and where it took it.
 * What is against the rules is a panic that names the lock: taking it twice, giving back what is
 * free or another CPU's, not holding it where it must be held, waiting for it too long.
 */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <stdint.h>

#include "kernel/base/x86.h"

struct spinlock {
	uint32_t holder;      /* 0: free; else the CPU's index + 1, or SPINLOCK_EARLY */
	const char *taken_at; /* file:line; by the last that took it */
};

#define SPINLOCK_INIT {0}

#define SPINLOCK_TEXT_OF(line) #line
#define SPINLOCK_TEXT(line) SPINLOCK_TEXT_OF(line)
#define SPINLOCK_HERE __FILE__ ":" SPINLOCK_TEXT(__LINE__)

#define spin_lock(lock) spinlock_take(lock, #lock, SPINLOCK_HERE)
#define spin_unlock(lock, flags) spinlock_give(lock, flags, #lock, SPINLOCK_HERE)
#define spin_assert_held(lock) spinlock_assert_held(lock, #lock, SPINLOCK_HERE)

uint64_t spinlock_take(struct spinlock *lock, const char *name, const char *here);
void spinlock_give(struct spinlock *lock, uint64_t flags, const char *name, const char *here);
void spinlock_assert_held(const struct spinlock *lock, const char *name, const char *here);

#endif
