/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads as pthread_create() and pthread_exit() ask for them. There is one process: a clone that
 * would make another is not served.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/end/power.h"
#include "kernel/thread/futex.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/threads/futex_pi.h"
#include "libc/threads/task.h"
#include "libc/threads/times.h"

/* What makes a thread of a new task; without all of these it would be a process. */
#define CLONE_THREAD_FLAGS \
	(ABI_CLONE_VM | ABI_CLONE_FS | ABI_CLONE_FILES | ABI_CLONE_SIGHAND | ABI_CLONE_THREAD)

int64_t
sys_arch_prctl(int option, uint64_t argument)
{
	switch (option) {
	case ABI_ARCH_SET_FS:
		thread_current()->fs_base = argument;
		msr_write(MSR_FS_BASE, argument);
		return 0;
	case ABI_ARCH_GET_FS:
		if (!user_writable((void *)argument, sizeof(uint64_t)))
			return -EFAULT;
		*(uint64_t *)argument = thread_current()->fs_base;
		return 0;
	default:
		return -EINVAL;
	}
}

int64_t
sys_gettid(void)
{
	return thread_current()->id;
}

int64_t
sys_set_tid_address(uint32_t *word)
{
	task_current()->clear_child_tid = word;
	return thread_current()->id;
}

/* Where a new thread's id goes: NULL, nowhere. */
struct id_places {
	uint32_t *parent, *child, *clear;
};

/* Writes it there, before the thread can run. */
static void
tell_id(struct thread *thread, void *argument)
{
	const struct id_places *places = argument;

	if (places->parent)
		*places->parent = (uint32_t)thread->id;
	if (places->child)
		*places->child = (uint32_t)thread->id;
	task_of(thread)->clear_child_tid = places->clear;
	task_of(thread)->memory_on_node_0 = task_current()->memory_on_node_0;
	task_of(thread)->memory_policy = task_current()->memory_policy;
}

int64_t
sys_clone(uint64_t flags, uint64_t stack, uint32_t *parent_id, uint32_t *child_id, uint64_t tls)
{
	struct app_frame child = *syscall_frame();
	struct id_places places = {
		.parent = flags & ABI_CLONE_PARENT_SETTID ? parent_id : NULL,
		.child = flags & ABI_CLONE_CHILD_SETTID ? child_id : NULL,
		.clear = flags & ABI_CLONE_CHILD_CLEARTID ? child_id : NULL,
	};
	uint64_t fs_base = flags & ABI_CLONE_SETTLS ? tls : thread_current()->fs_base;

	if ((flags & CLONE_THREAD_FLAGS) != CLONE_THREAD_FLAGS) {
		log_warning("libc: clone with flags 0x%lx would be a process: ENOSYS",
			    (unsigned long)flags);
		return -ENOSYS;
	}
	child.rax = 0;
	if (stack)
		child.rsp = stack;
	return thread_create(&child, fs_base, tell_id, &places);
}

static void (*end_hook)(void);

void
threads_set_end_hook(void (*hook)(void))
{
	end_hook = hook;
}

/*
 * musl uses clear_child_tid as the lock of its list of threads: another may unmap this thread's
 * stack once it is zero. The kernel stack is not touched by that.
 */
int64_t
sys_exit(int status)
{
	uint32_t *word = task_current()->clear_child_tid;

	if (thread_count() == 1)
		power_exit(status & 0xff);
	end_hook();
	if (word && user_writable(word, sizeof(*word))) {
		__atomic_store_n(word, 0, __ATOMIC_SEQ_CST);
		futex_wake(word, 1);
	}
	thread_exit();
}

int64_t
sys_exit_group(int status)
{
	power_exit(status & 0xff);
}

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
 * as on Linux: a lock's memory may be gone when its last owner tells of it.
 */
static int
check_futex(const uint32_t *word, int operation, const struct abi_timespec *time,
	    const uint32_t *other)
{
	int command = operation & ABI_FUTEX_COMMANDS;
	bool waits = command == ABI_FUTEX_WAIT || command == ABI_FUTEX_WAIT_BITSET ||
		     command == ABI_FUTEX_LOCK_PI;
	bool moves = command == ABI_FUTEX_REQUEUE || command == ABI_FUTEX_CMP_REQUEUE;
	bool bare = (command == ABI_FUTEX_WAKE || command == ABI_FUTEX_WAKE_BITSET ||
		     command == ABI_FUTEX_REQUEUE) && (operation & ABI_FUTEX_PRIVATE);

	if (!IS_ALIGNED((uint64_t)word, sizeof(*word)) ||
	    (moves && !IS_ALIGNED((uint64_t)other, sizeof(*other))))
		return -EINVAL;
	if ((uint64_t)word >> 47)
		return -EFAULT;
	if (waits && time && !user_readable(time, sizeof(*time)))
		return -EFAULT;
	return bare || user_readable(word, sizeof(*word)) ? 0 : -EFAULT;
}

/* To requeue, `time` is a second value; `last` is a value to compare with, or bits. */
int64_t
sys_futex(uint32_t *word, int operation, uint32_t value, const struct abi_timespec *time,
	  uint32_t *other, uint32_t last)
{
	int command = operation & ABI_FUTEX_COMMANDS;
	uint64_t deadline;
	int result = check_futex(word, operation, time, other);

	if (result)
		return result;
	switch (command) {
	case ABI_FUTEX_WAIT:
	case ABI_FUTEX_WAIT_BITSET:
		if (command == ABI_FUTEX_WAIT_BITSET && last != ABI_FUTEX_ALL_BITS)
			return -ENOSYS;
		if (futex_deadline(operation, time, &deadline))
			return -EINVAL;
		return futex_wait(word, value, deadline);
	case ABI_FUTEX_WAKE:
		return futex_wake(word, (int)value);
	case ABI_FUTEX_WAKE_BITSET:
		return last == ABI_FUTEX_ALL_BITS ? futex_wake(word, (int)value) : -ENOSYS;
	case ABI_FUTEX_REQUEUE:
		return futex_requeue(word, (int)value, (int)(uint64_t)time, other, NULL);
	case ABI_FUTEX_CMP_REQUEUE:
		return futex_requeue(word, (int)value, (int)(uint64_t)time, other, &last);
	case ABI_FUTEX_LOCK_PI:
		if (futex_deadline(ABI_FUTEX_LOCK_PI | ABI_FUTEX_REALTIME, time, &deadline))
			return -EINVAL;
		return futex_pi_lock(word, deadline);
	case ABI_FUTEX_UNLOCK_PI:
		return futex_pi_unlock(word);
	default:
		log_warning("libc: futex operation %d is not served: ENOSYS", command);
		return -ENOSYS;
	}
}

/*
 * What a thread leaves locked that does not end by pthread_exit(), which sees to that itself: but
 * then the program ends.
 */
int64_t
sys_set_robust_list(void *list, size_t size)
{
	task_current()->robust_list = list;
	return size == ABI_ROBUST_LIST_SIZE ? 0 : -EINVAL;
}

int64_t
sys_get_robust_list(int id, void **list, size_t *size)
{
	if (id && id != thread_current()->id)
		return -EPERM;
	*list = task_current()->robust_list;
	*size = ABI_ROBUST_LIST_SIZE;
	return 0;
}

int64_t
sys_prctl(int option, uint64_t argument)
{
	switch (option) {
	case ABI_PR_SET_NAME:
		if (user_text((const char *)argument) == -EFAULT)
			return -EFAULT;
		thread_set_name(thread_current(), (const char *)argument);
		return 0;
	case ABI_PR_GET_NAME:
		if (!user_writable((void *)argument, THREAD_NAME_SIZE))
			return -EFAULT;
		string_copy((char *)argument, thread_current()->name, THREAD_NAME_SIZE);
		return 0;
	default:
		return -EINVAL;
	}
}
