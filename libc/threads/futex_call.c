/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * futex(): its operations, as the kernel's sleeping and waking (kernel/thread/futex.h).
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/thread/futex.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/threads/futex_pi.h"
#include "libc/threads/times.h"

/* The deadline of a futex call: WAIT takes a span, WAIT_BITSET a point in time. */
static int
futex_deadline(int operation, const struct abi_timespec *time, uint64_t *deadline)
{
	*deadline = THREAD_NO_DEADLINE;
	if (!time)
		return 0;
	if ((operation & ABI_FUTEX_COMMANDS) == ABI_FUTEX_WAIT)
		return time_deadline(time, deadline);
	return time_deadline_at(operation & ABI_FUTEX_REALTIME ? ABI_CLOCK_REALTIME
							      : ABI_CLOCK_MONOTONIC,
				time, deadline);
}

/*
 * Looks at the pointers of a futex call. To wake, a word of this process alone need not be there,
 * as on Linux: a lock's memory may be gone when its last owner wakes others.
 */
static int
check_futex(const uint32_t *word, int operation, const struct abi_timespec *time,
	    const uint32_t *other)
{
	int command = operation & ABI_FUTEX_COMMANDS;
	bool waits = command == ABI_FUTEX_WAIT || command == ABI_FUTEX_WAIT_BITSET ||
		     command == ABI_FUTEX_LOCK_PI;
	bool moves = command == ABI_FUTEX_REQUEUE || command == ABI_FUTEX_CMP_REQUEUE ||
		     command == ABI_FUTEX_WAKE_OP;
	bool bare = (command == ABI_FUTEX_WAKE || command == ABI_FUTEX_WAKE_BITSET ||
		     command == ABI_FUTEX_REQUEUE) && (operation & ABI_FUTEX_PRIVATE);

	if (command == ABI_FUTEX_UNLOCK_PI)
		return user_readable(word, sizeof(*word)) ? 0 : -EFAULT;
	if (!IS_ALIGNED((uint64_t)word, sizeof(*word)) ||
	    (moves && !IS_ALIGNED((uint64_t)other, sizeof(*other))))
		return -EINVAL;
	if ((uint64_t)word >> 47)
		return -EFAULT;
	if (command == ABI_FUTEX_WAKE_OP && !user_writable(other, sizeof(*other)))
		return -EFAULT;
	if (waits && time && !user_readable(time, sizeof(*time)))
		return -EFAULT;
	return bare || user_readable(word, sizeof(*word)) ? 0 : -EFAULT;
}

static bool
is_served(int command)
{
	switch (command) {
	case ABI_FUTEX_WAIT:
	case ABI_FUTEX_WAKE:
	case ABI_FUTEX_REQUEUE:
	case ABI_FUTEX_CMP_REQUEUE:
	case ABI_FUTEX_WAKE_OP:
	case ABI_FUTEX_LOCK_PI:
	case ABI_FUTEX_UNLOCK_PI:
	case ABI_FUTEX_TRYLOCK_PI:
	case ABI_FUTEX_WAIT_BITSET:
	case ABI_FUTEX_WAKE_BITSET:
		return true;
	default:
		return false;
	}
}

/* A field of 12 bits with a sign. */
static int32_t
field(uint32_t encoded, unsigned shift)
{
	return (int32_t)(encoded << (20 - shift)) >> 20;
}

/* Changes a word as FUTEX_WAKE_OP's encoding says. Returns 0 and what it was, or -ENOSYS. */
static int
operate(uint32_t *word, uint32_t encoded, int32_t *before)
{
	uint32_t value = (uint32_t)field(encoded, 12);

	if (encoded & ABI_FUTEX_OP_SHIFT)
		value = 1u << (value & 31);
	switch (encoded >> 28 & 7) {
	case ABI_FUTEX_OP_SET:
		*before = (int32_t)__atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
		return 0;
	case ABI_FUTEX_OP_ADD:
		*before = (int32_t)__atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
		return 0;
	case ABI_FUTEX_OP_OR:
		*before = (int32_t)__atomic_fetch_or(word, value, __ATOMIC_SEQ_CST);
		return 0;
	case ABI_FUTEX_OP_ANDN:
		*before = (int32_t)__atomic_fetch_and(word, ~value, __ATOMIC_SEQ_CST);
		return 0;
	case ABI_FUTEX_OP_XOR:
		*before = (int32_t)__atomic_fetch_xor(word, value, __ATOMIC_SEQ_CST);
		return 0;
	default:
		return -ENOSYS;
	}
}

/* Whether what a word was compares as the encoding says. Returns 0 or 1, or -ENOSYS. */
static int
compare(uint32_t encoded, int32_t before)
{
	int32_t with = field(encoded, 0);

	switch (encoded >> 24 & 15) {
	case ABI_FUTEX_CMP_EQ:
		return before == with;
	case ABI_FUTEX_CMP_NE:
		return before != with;
	case ABI_FUTEX_CMP_LT:
		return before < with;
	case ABI_FUTEX_CMP_LE:
		return before <= with;
	case ABI_FUTEX_CMP_GT:
		return before > with;
	case ABI_FUTEX_CMP_GE:
		return before >= with;
	default:
		return -ENOSYS;
	}
}

/* Changes `other`, wakes at `word`, and at `other` too if that was as asked. */
static int
wake_and_operate(uint32_t *word, int wake, uint32_t *other, int wake_other, uint32_t encoded)
{
	int32_t before;
	int result = operate(other, encoded, &before), holds;

	if (result)
		return result;
	result = futex_wake(word, wake);
	holds = compare(encoded, before);
	if (holds < 0)
		return holds;
	return holds ? result + futex_wake(other, wake_other) : result;
}

/* At least one is woken where any is: as Linux has it. */
static int
wake_some(uint32_t *word, int count, uint32_t bits)
{
	return bits ? futex_wake_bits(word, count > 0 ? count : 1, bits) : -EINVAL;
}

/* To requeue, `time` is a second value; `last` is a value to compare with, or bits. */
int64_t
sys_futex(uint32_t *word, int operation, uint32_t value, const struct abi_timespec *time,
	  uint32_t *other, uint32_t last)
{
	int command = operation & ABI_FUTEX_COMMANDS;
	uint64_t deadline;
	int result;

	if (!is_served(command)) {
		log_warning("libc: futex operation %d is not served: ENOSYS", command);
		return -ENOSYS;
	}
	result = check_futex(word, operation, time, other);
	if (result)
		return result;
	switch (command) {
	case ABI_FUTEX_WAIT:
	case ABI_FUTEX_WAIT_BITSET:
		if (command == ABI_FUTEX_WAIT)
			last = FUTEX_ALL_BITS;
		if (futex_deadline(operation, time, &deadline) || !last)
			return -EINVAL;
		return futex_wait_bits(word, value, last, deadline);
	case ABI_FUTEX_WAKE:
		return wake_some(word, (int)value, FUTEX_ALL_BITS);
	case ABI_FUTEX_WAKE_BITSET:
		return wake_some(word, (int)value, last);
	case ABI_FUTEX_WAKE_OP:
		return wake_and_operate(word, (int)value, other, (int)(uint64_t)time, last);
	case ABI_FUTEX_REQUEUE:
		return futex_requeue(word, (int)value, (int)(uint64_t)time, other, NULL);
	case ABI_FUTEX_CMP_REQUEUE:
		return futex_requeue(word, (int)value, (int)(uint64_t)time, other, &last);
	case ABI_FUTEX_LOCK_PI:
		if (futex_deadline(ABI_FUTEX_LOCK_PI | ABI_FUTEX_REALTIME, time, &deadline))
			return -EINVAL;
		return futex_pi_lock(word, deadline);
	case ABI_FUTEX_TRYLOCK_PI:
		return futex_pi_try(word);
	default:
		return futex_pi_unlock(word);
	}
}
