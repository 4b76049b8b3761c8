/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Before a CPU has a block its GS base is 0: all such CPUs count as one. Only one of them runs at
 * a time that takes locks.
 */
#include "kernel/base/spinlock.h"

#include "kernel/base/cpu.h"
#include "kernel/base/panic.h"

#define SPINLOCK_EARLY (CPUS_MAX + 1) /* shown as CPU CPUS_MAX, which there is not */
#define SPINS_MAX (1u << 22)	      /* 0.2 s and more: what is locked takes microseconds */

static uint32_t
self(void)
{
	return msr_read(MSR_GS_BASE) ? cpu_this()->index + 1 : SPINLOCK_EARLY;
}

uint64_t
spinlock_take(struct spinlock *lock, const char *name, const char *here)
{
	uint64_t flags = interrupts_save();
	uint32_t me = self();
	uint32_t holder = 0;

	for (unsigned spins = 0; !__atomic_compare_exchange_n(
		     &lock->holder, &holder, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
	     spins++) {
		if (holder == me)
			panic("spinlock: %s is locked twice by CPU %u: at %s, and at %s", name,
			      me - 1, lock->taken_at, here);
		if (spins == SPINS_MAX)
			panic("spinlock: %s is not given back by CPU %u, which took it at %s", name,
			      holder - 1, lock->taken_at);
		holder = 0;
		cpu_pause();
	}
	lock->taken_at = here;
	return flags;
}

void
spinlock_give(struct spinlock *lock, uint64_t flags, const char *name, const char *here)
{
	uint32_t holder = __atomic_load_n(&lock->holder, __ATOMIC_RELAXED);

	if (holder == 0)
		panic("spinlock: %s is unlocked at %s, but nobody holds it", name, here);
	if (holder != self())
		panic("spinlock: %s is unlocked at %s, but CPU %u holds it, since %s", name, here,
		      holder - 1, lock->taken_at);
	__atomic_store_n(&lock->holder, 0, __ATOMIC_RELEASE);
	interrupts_restore(flags);
}

void
spinlock_assert_held(const struct spinlock *lock, const char *name, const char *here)
{
	if (__atomic_load_n(&lock->holder, __ATOMIC_RELAXED) != self())
		panic("spinlock: %s is not held at %s, where it must be", name, here);
}
