/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A system call that touches what was there when its pointers were looked at, and is not any more:
 * another thread has unmapped it, or changed its protection, meanwhile. The call may hold locks,
 * and cannot turn back; so its CPU is lent a page, zeroed, and goes on, and the call fails with
 * EFAULT when it is through. What it has done by then stays done, as on Linux.
 */
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/trap.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "libc/memory/mapping_internal.h"

/* Whether a fault is of a system call's: it runs on its thread's kernel stack, interrupts off. */
static bool
is_of_call(const struct trap_frame *frame, const struct thread *thread)
{
	return !(frame->rflags & RFLAGS_IF) && frame->rsp <= thread->kernel_stack_top &&
	       frame->rsp > thread->kernel_stack_top - THREAD_KERNEL_STACK_SIZE;
}

static bool
lend(uint64_t address, const struct trap_frame *frame)
{
	struct cpu *cpu = cpu_this();
	struct thread *thread = cpu->current;

	if (!is_of_call(frame, thread) || (frame->error_code & FAULT_FETCH) ||
	    !(mapping_is_programs(address) || mapping_image_is_data(address)))
		return false;
	if (!cpu->spare_page)
		cpu->spare_page = frames_take();
	if (!cpu->spare_page)
		return false;
	memset((void *)cpu->spare_page, 0, PAGE_4K);
	if (paging_lend(address, cpu->spare_page))
		return false;
	thread->strayed = true;
	return true;
}

int64_t
mapping_lend_end(void)
{
	thread_current()->strayed = false;
	paging_flush_stale();
	return -EFAULT;
}

void
mapping_lend_init(void)
{
	trap_set_lend_hook(lend);
}
