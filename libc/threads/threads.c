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
#include "libc/threads/robust.h"
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
store_id(struct thread *thread, void *argument)
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
	return thread_create(&child, fs_base, store_id, &places);
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
	robust_end(task_current());
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
