/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread is one grant for its structure and its vector registers, and one guarded kernel stack;
 * both are freed by the thread that runs next on its last CPU.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/string.h"
#include "kernel/cpu/cpu_setup.h"
#include "kernel/cpu/fpu.h"
#include "kernel/memory/arena.h"
#include "kernel/thread/thread_table.h"

static size_t
grant_size(void)
{
	return ALIGN_UP(sizeof(struct thread), FPU_ALIGNMENT) + cpu_fpu_size();
}

void
thread_free(struct thread *thread)
{
	if (thread->kernel_stack_top)
		arena_stack_return((void *)thread->kernel_stack_top, THREAD_KERNEL_STACK_SIZE);
	arena_return(thread, grant_size());
}

struct thread *
thread_make(void)
{
	struct thread *thread = arena_grant(grant_size());

	if (!thread)
		return NULL;
	memset(thread, 0, sizeof(*thread));
	thread->fpu = (char *)thread + ALIGN_UP(sizeof(*thread), FPU_ALIGNMENT);
	thread->fpu_cpu = THREAD_NO_CPU;
	thread->only_cpu = THREAD_NO_CPU;
	thread->state = THREAD_MOVING;
	fpu_area_init(thread->fpu);
	thread->kernel_stack_top =
		(uint64_t)arena_stack_grant(THREAD_KERNEL_STACK_SIZE, "kernel stack of a thread");
	thread->interrupt_stack_top = thread->kernel_stack_top;
	if (thread->kernel_stack_top)
		return thread;
	thread_free(thread);
	return NULL;
}
