/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/base/spinlock.h on the host, where there is one thread and interrupts cannot be masked: a
 * lock that knows whether it is held, and ends the test when it is taken twice or let go of unheld.
 */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <stdint.h>
#include <stdlib.h>

struct spinlock {
	uint32_t held;
};

#define SPINLOCK_INIT {0}

static inline uint64_t
spin_lock(struct spinlock *lock)
{
	if (lock->held++)
		abort();
	return 0;
}

static inline void
spin_unlock(struct spinlock *lock, uint64_t flags)
{
	(void)flags;
	if (!lock->held--)
		abort();
}

#define spin_assert_held(lock) ((lock)->held ? (void)0 : abort())

#endif
