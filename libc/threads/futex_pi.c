/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread that waits sets a flag, so that the owner comes here to unlock; one that has waited
 * keeps it set, since others may wait as well.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/thread/futex.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"
#include "libc/threads/futex_pi.h"

/* What a new owner leaves in the word. */
#define KEPT (ABI_FUTEX_WAITERS | ABI_FUTEX_OWNER_DIED)

static bool
change_word(uint32_t *word, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

/* Whether the lock may be waited for. Returns 0, -EDEADLK or -ESRCH. */
static int
check_deadlock(uint32_t owner)
{
	if (owner == (uint32_t)thread_current()->id)
		return -EDEADLK;
	return thread_exists((int)owner) ? 0 : -ESRCH;
}

int
futex_pi_lock(uint32_t *word, uint64_t deadline)
{
	uint32_t self = (uint32_t)thread_current()->id, waited = 0;

	for (;;) {
		uint32_t value = READ_ONCE(*word);
		int result;

		if (!(value & ABI_FUTEX_TID_MASK)) {
			if (change_word(word, value, self | waited | (value & KEPT)))
				return 0;
			continue;
		}
		result = check_deadlock(value & ABI_FUTEX_TID_MASK);
		if (result)
			return result;
		if (!(value & ABI_FUTEX_WAITERS) &&
		    !change_word(word, value, value | ABI_FUTEX_WAITERS))
			continue;
		result = futex_wait(word, value | ABI_FUTEX_WAITERS, deadline);
		if (result == -ETIMEDOUT || result == -EINTR)
			return result;
		waited = ABI_FUTEX_WAITERS;
	}
}

int
futex_pi_try(uint32_t *word)
{
	for (;;) {
		uint32_t value = READ_ONCE(*word);
		int result;

		if (value & ABI_FUTEX_TID_MASK) {
			result = check_deadlock(value & ABI_FUTEX_TID_MASK);
			return result ? result : -EAGAIN;
		}
		if (change_word(word, value, (uint32_t)thread_current()->id | (value & KEPT)))
			return 0;
	}
}

int
futex_pi_unlock(uint32_t *word)
{
	if ((READ_ONCE(*word) & ABI_FUTEX_TID_MASK) != (uint32_t)thread_current()->id)
		return -EPERM;
	if (!IS_ALIGNED((uint64_t)word, sizeof(*word)))
		return -EINVAL;
	__atomic_store_n(word, 0, __ATOMIC_SEQ_CST);
	futex_wake(word, 1);
	return 0;
}
