/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The frame under a signal handler, in the layout that Linux has for x86-64 and that musl's
 * ucontext_t describes: the handler may read and change it (pthread_cancel does).
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/cpu_setup.h"
#include "kernel/cpu/fpu.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/signals/signal.h"
#include "libc/threads/task.h"

/* Flags that a handler may change for the code that it interrupted: arithmetic, DF, AC, ID, TF. */
#define RFLAGS_CHANGEABLE 0x240dd5
#define RFLAGS_ALWAYS (RFLAGS_IF | 2)
#define RFLAGS_CLEARED_FOR_HANDLER 0x500 /* DF and TF */

struct abi_stack {
	uint64_t base;
	int32_t flags, padding;
	uint64_t size;
};
#define ABI_SS_ONSTACK 1
#define ABI_SS_DISABLE 2
#define ABI_MINSIGSTKSZ 2048

struct abi_ucontext {
	uint64_t flags, link;
	struct abi_stack stack;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
	uint16_t cs, gs, fs, ss;
	uint64_t error, trap, old_mask, cr2, fpu, reserved[8];
	uint64_t mask[16];
};
_Static_assert(offsetof(struct abi_ucontext, r8) == 40, "uc_mcontext");
_Static_assert(offsetof(struct abi_ucontext, mask) == 40 + 256, "uc_sigmask");

struct signal_frame {
	uint64_t restorer; /* the handler's return address */
	struct abi_ucontext context;
	struct abi_siginfo info;
};

static uint16_t
code_selector(void)
{
	uint16_t value;

	__asm__("mov %%cs, %0" : "=r"(value));
	return value;
}

static uint16_t
stack_selector(void)
{
	uint16_t value;

	__asm__("mov %%ss, %0" : "=r"(value));
	return value;
}

static bool
on_signal_stack(const struct task *task, uint64_t rsp)
{
	return task->signal_stack && rsp > task->signal_stack &&
	       rsp - task->signal_stack <= task->signal_stack_size;
}

/* Where the handler's stack begins: below the red zone, or at the top of the signal stack. */
static uint64_t
stack_for(const struct task *task, const struct abi_sigaction *action, uint64_t rsp)
{
	if ((action->flags & ABI_SA_ONSTACK) && task->signal_stack && !on_signal_stack(task, rsp))
		return task->signal_stack + task->signal_stack_size;
	return rsp - RED_ZONE;
}

static void
save(struct abi_ucontext *to, const struct trap_frame *from)
{
	*to = (struct abi_ucontext){
		.r8 = from->r8, .r9 = from->r9, .r10 = from->r10, .r11 = from->r11,
		.r12 = from->r12, .r13 = from->r13, .r14 = from->r14, .r15 = from->r15,
		.rdi = from->rdi, .rsi = from->rsi, .rbp = from->rbp, .rbx = from->rbx,
		.rdx = from->rdx, .rax = from->rax, .rcx = from->rcx, .rsp = from->rsp,
		.rip = from->rip, .rflags = from->rflags,
		.error = from->error_code,
		.trap = from->vector < TRAP_COUNT ? from->vector : 0,
		.cr2 = from->vector == TRAP_PAGE_FAULT ? cr2_read() : 0,
		.cs = code_selector(), .ss = stack_selector(),
	};
}

/* The mask that holds when the handler returns, and the one while it runs. */
static void
change_mask(struct thread *self, int signal, const struct abi_sigaction *action, uint64_t *saved)
{
	struct task *task = task_of(self);
	uint64_t mask = self->events.held | action->mask;

	*saved = task->restores_mask ? task->saved_mask : self->events.held;
	task->restores_mask = false;
	if (!(action->flags & ABI_SA_NODEFER))
		mask |= SIGNAL_BIT(signal);
	signal_mask_set(mask);
}

bool
signal_frame_push(struct trap_frame *context, const struct abi_siginfo *info,
		  const struct abi_sigaction *action)
{
	struct thread *self = thread_current();
	const struct task *task = task_of(self);
	uint64_t top = stack_for(task, action, context->rsp);
	uint64_t fpu = ALIGN_DOWN(top - cpu_fpu_size(), FPU_ALIGNMENT);
	struct signal_frame *frame =
		(struct signal_frame *)(ALIGN_DOWN(fpu - sizeof(*frame), 16) - sizeof(uint64_t));

	if (!user_bring(frame, top - (uint64_t)frame))
		return false;
	save(&frame->context, context);
	frame->context.stack = (struct abi_stack){
		.base = task->signal_stack,
		.flags = task->signal_stack ? 0 : ABI_SS_DISABLE,
		.size = task->signal_stack_size,
	};
	fpu_area_init((void *)fpu);
	fpu_save((void *)fpu);
	frame->context.fpu = fpu;
	fpu_reset();
	change_mask(self, info->signal, action, &frame->context.mask[0]);
	frame->info = *info;
	frame->restorer = action->restorer;

	context->rip = action->handler;
	context->rsp = (uint64_t)frame;
	context->rdi = (uint64_t)info->signal;
	context->rsi = (uint64_t)&frame->info;
	context->rdx = (uint64_t)&frame->context;
	context->rax = 0;
	context->cs = code_selector();
	context->ss = stack_selector();
	context->rflags &= ~(uint64_t)RFLAGS_CLEARED_FOR_HANDLER;
	context->rflags |= RFLAGS_ALWAYS;
	return true;
}

static void
load_registers(struct trap_frame *to, const struct abi_ucontext *from)
{
	*to = (struct trap_frame){
		.r15 = from->r15, .r14 = from->r14, .r13 = from->r13, .r12 = from->r12,
		.rbp = from->rbp, .rbx = from->rbx, .r11 = from->r11, .r10 = from->r10,
		.r9 = from->r9, .r8 = from->r8, .rdi = from->rdi, .rsi = from->rsi,
		.rdx = from->rdx, .rcx = from->rcx, .rax = from->rax, .rip = from->rip,
		.rsp = from->rsp, .cs = code_selector(), .ss = stack_selector(),
		.rflags = (from->rflags & RFLAGS_CHANGEABLE) | RFLAGS_ALWAYS,
	};
}

void
signal_begin(struct trap_frame *context, const struct abi_siginfo *info,
	     const struct abi_sigaction *action)
{
	if (!signal_frame_push(context, info, action))
		signal_end_program(ABI_SIGSEGV);
}

void
signal_begin_due(struct trap_frame *context)
{
	struct abi_sigaction action;
	struct abi_siginfo info;

	while (signal_take(&action, &info))
		signal_begin(context, &info, &action);
}

/* The handler has returned: RSP is at the context that it was given. */
int64_t
sys_rt_sigreturn(void)
{
	const struct abi_ucontext *from = (const struct abi_ucontext *)syscall_frame()->rsp;
	struct trap_frame context;

	if (!user_readable(from, sizeof(*from)) ||
	    (from->fpu && !user_readable((const void *)from->fpu, cpu_fpu_size())))
		signal_end_program(ABI_SIGSEGV);
	load_registers(&context, from);
	signal_mask_set(from->mask[0]);
	if (from->fpu)
		fpu_load((const void *)from->fpu);
	signal_begin_due(&context);
	app_resume(&context);
}

int64_t
sys_sigaltstack(const struct abi_stack *new, struct abi_stack *old)
{
	struct task *task = task_current();
	bool on_it = on_signal_stack(task, syscall_frame()->rsp);
	struct abi_stack before = {
		.base = task->signal_stack,
		.flags = !task->signal_stack ? ABI_SS_DISABLE : on_it ? ABI_SS_ONSTACK : 0,
		.size = task->signal_stack_size,
	};

	if (new && on_it)
		return -EPERM;
	if (new && (new->flags & ABI_SS_DISABLE)) {
		task->signal_stack = 0;
		task->signal_stack_size = 0;
	} else if (new) {
		if (new->flags)
			return -EINVAL;
		if (new->size < ABI_MINSIGSTKSZ)
			return -ENOMEM;
		task->signal_stack = new->base;
		task->signal_stack_size = new->size;
	}
	if (old)
		*old = before;
	return 0;
}
