/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads as pthread_create() and pthread_exit() ask for them. There is one process: a clone that
 * would make another is not served.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/end/power.h"
#include "kernel/thread/futex.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/threads/futex_pi.h"
#include "libc/threads/times.h"

/* What makes a thread of a new task; without all of these it would be a process. */
#define CLONE_THREAD_FLAGS \
	(ABI_CLONE_VM | ABI_CLONE_FS | ABI_CLONE_FILES | ABI_CLONE_SIGHAND | ABI_CLONE_THREAD)

int64_t
sys_arch_prctl(struct app_frame *frame)
{
	switch (frame->arg[0]) {
	case ABI_ARCH_SET_FS:
		thread_current()->fs_base = frame->arg[1];
		msr_write(MSR_FS_BASE, frame->arg[1]);
		return 0;
	case ABI_ARCH_GET_FS:
		*(uint64_t *)frame->arg[1] = thread_current()->fs_base;
		return 0;
	default:
		return -EINVAL;
	}
}

int64_t
sys_gettid(struct app_frame *frame)
{
	(void)frame;
	return thread_current()->id;
}

int64_t
sys_set_tid_address(struct app_frame *frame)
{
	thread_current()->clear_child_tid = (uint32_t *)frame->arg[0];
	return thread_current()->id;
}

/* Writes the new thread's id where the flags want it, before the thread can run. */
static void
tell_id(struct thread *thread, void *argument)
{
	const struct app_frame *frame = argument;
	uint64_t flags = frame->arg[0];

	if (flags & ABI_CLONE_PARENT_SETTID)
		*(uint32_t *)frame->arg[2] = (uint32_t)thread->id;
	if (flags & ABI_CLONE_CHILD_SETTID)
		*(uint32_t *)frame->arg[3] = (uint32_t)thread->id;
	if (flags & ABI_CLONE_CHILD_CLEARTID)
		thread->clear_child_tid = (uint32_t *)frame->arg[3];
}

/* clone(flags, stack, parent_tid, child_tid, tls) */
int64_t
sys_clone(struct app_frame *frame)
{
	uint64_t flags = frame->arg[0];
	struct app_frame child = *frame;
	uint64_t fs_base = flags & ABI_CLONE_SETTLS ? frame->arg[4] : thread_current()->fs_base;

	if ((flags & CLONE_THREAD_FLAGS) != CLONE_THREAD_FLAGS) {
		log_warning("libc: clone with flags 0x%lx would be a process: ENOSYS",
			    (unsigned long)flags);
		return -ENOSYS;
	}
	child.rax = 0;
	if (frame->arg[1])
		child.rsp = frame->arg[1];
	return thread_create(&child, fs_base, tell_id, frame);
}

/*
 * musl uses clear_child_tid as the lock of its list of threads: another may unmap this thread's
 * stack once it is zero. The kernel stack is not touched by that.
 */
int64_t
sys_exit(struct app_frame *frame)
{
	uint32_t *word = thread_current()->clear_child_tid;

	if (thread_count() == 1)
		power_exit((int)(frame->arg[0] & 0xff));
	if (word) {
		__atomic_store_n(word, 0, __ATOMIC_SEQ_CST);
		futex_wake(word, 1);
	}
	thread_exit();
}

int64_t
sys_exit_group(struct app_frame *frame)
{
	power_exit((int)(frame->arg[0] & 0xff));
}

/* The deadline of a futex call: WAIT takes a span, WAIT_BITSET a point in time. */
static int
futex_deadline(uint64_t operation, const struct abi_timespec *time, uint64_t *deadline)
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

/* futex(word, operation, value, time or second value, other word, compare or bits) */
int64_t
sys_futex(struct app_frame *frame)
{
	uint32_t *word = (uint32_t *)frame->arg[0];
	uint32_t value = (uint32_t)frame->arg[2];
	uint32_t last = (uint32_t)frame->arg[5];
	uint32_t command = frame->arg[1] & ABI_FUTEX_COMMANDS;
	uint64_t deadline;

	switch (command) {
	case ABI_FUTEX_WAIT:
	case ABI_FUTEX_WAIT_BITSET:
		if (command == ABI_FUTEX_WAIT_BITSET && last != ABI_FUTEX_ALL_BITS)
			return -ENOSYS;
		if (futex_deadline(frame->arg[1], (const void *)frame->arg[3], &deadline))
			return -EINVAL;
		return futex_wait(word, value, deadline);
	case ABI_FUTEX_WAKE:
		return futex_wake(word, (int)value);
	case ABI_FUTEX_WAKE_BITSET:
		return last == ABI_FUTEX_ALL_BITS ? futex_wake(word, (int)value) : -ENOSYS;
	case ABI_FUTEX_REQUEUE:
		return futex_requeue(word, (int)value, (int)frame->arg[3],
				     (uint32_t *)frame->arg[4], NULL);
	case ABI_FUTEX_CMP_REQUEUE:
		return futex_requeue(word, (int)value, (int)frame->arg[3],
				     (uint32_t *)frame->arg[4], &last);
	case ABI_FUTEX_LOCK_PI:
		if (futex_deadline(ABI_FUTEX_LOCK_PI | ABI_FUTEX_REALTIME,
				   (const void *)frame->arg[3], &deadline))
			return -EINVAL;
		return futex_pi_lock(word, deadline);
	case ABI_FUTEX_UNLOCK_PI:
		return futex_pi_unlock(word);
	default:
		log_warning("libc: futex operation %u is not served: ENOSYS", command);
		return -ENOSYS;
	}
}

/*
 * What a thread leaves locked that does not end by pthread_exit(), which sees to that itself: but
 * then the program ends.
 */
int64_t
sys_set_robust_list(struct app_frame *frame)
{
	thread_current()->robust_list = frame->arg[0];
	return frame->arg[1] == ABI_ROBUST_LIST_SIZE ? 0 : -EINVAL;
}

/* get_robust_list(thread, list, size) */
int64_t
sys_get_robust_list(struct app_frame *frame)
{
	if (frame->arg[0] && (int)frame->arg[0] != thread_current()->id)
		return -EPERM;
	*(uint64_t *)frame->arg[1] = thread_current()->robust_list;
	*(uint64_t *)frame->arg[2] = ABI_ROBUST_LIST_SIZE;
	return 0;
}

int64_t
sys_prctl(struct app_frame *frame)
{
	switch (frame->arg[0]) {
	case ABI_PR_SET_NAME:
		thread_set_name(thread_current(), (const char *)frame->arg[1]);
		return 0;
	case ABI_PR_GET_NAME:
		string_copy((char *)frame->arg[1], thread_current()->name, THREAD_NAME_SIZE);
		return 0;
	default:
		return -EINVAL;
	}
}
