/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Holding signals back and delivering them. A thread takes what is due on its way back to the
 * application: from a system call, which may have ended for it, or from an interrupt.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/console/console.h"
#include "libc/base/numbers.h"
#include "libc/base/syscall.h"
#include "libc/signals/signal.h"
#include "libc/threads/task.h"

#define ABI_SIG_BLOCK 0
#define ABI_SIG_UNBLOCK 1
#define ABI_SIG_SETMASK 2

#define SYSCALL_INSTRUCTION_LENGTH 2

int64_t
sys_rt_sigprocmask(int how, const uint64_t *new, uint64_t *old, size_t size)
{
	struct thread *self = thread_current();
	uint64_t mask = self->events.held;

	if (size != sizeof(uint64_t))
		return -EINVAL;
	if (new && how == ABI_SIG_BLOCK)
		mask |= *new;
	else if (new && how == ABI_SIG_UNBLOCK)
		mask &= ~*new;
	else if (new && how == ABI_SIG_SETMASK)
		mask = *new;
	else if (new)
		return -EINVAL;
	if (old)
		*old = self->events.held;
	self->events.held = mask & ~SIGNALS_NEVER_HELD;
	return 0;
}

int64_t
sys_rt_sigpending(uint64_t *set, size_t size)
{
	struct thread *self = thread_current();

	if (size > sizeof(*set))
		return -EINVAL;
	*set = READ_ONCE(self->events.pending) & self->events.held;
	return 0;
}

static int64_t
await_signal(void)
{
	while (!thread_signalled(thread_current()))
		thread_park(THREAD_NO_DEADLINE);
	return -EINTR;
}

int64_t
sys_pause(void)
{
	return await_signal();
}

void
signal_mask_for_call(uint64_t mask)
{
	struct thread *self = thread_current();
	struct task *task = task_of(self);

	task->saved_mask = self->events.held;
	task->restores_mask = true;
	self->events.held = mask & ~SIGNALS_NEVER_HELD;
}

/* With a signal due, signal_frame_push() puts the saved mask into the handler's frame. */
void
signal_mask_after_call(void)
{
	struct thread *self = thread_current();
	struct task *task = task_of(self);

	if (!task->restores_mask || thread_signalled(self))
		return;
	self->events.held = task->saved_mask;
	task->restores_mask = false;
}

int64_t
sys_rt_sigsuspend(const uint64_t *mask, size_t size)
{
	if (size != sizeof(uint64_t))
		return -EINVAL;
	signal_mask_for_call(*mask);
	return await_signal();
}

/* -- Delivering -------------------------------------------------------------------------------- */

/* Whether a call that a signal has ended is made again, if the handler's action wants that. */
static bool
is_restartable(const struct app_frame *frame, uint64_t number)
{
	switch (number) {
	case NR_read:
	case NR_readv:
	case NR_write:
	case NR_writev:
	case NR_accept:
	case NR_accept4:
	case NR_connect:
	case NR_sendto:
	case NR_sendmsg:
	case NR_recvfrom:
	case NR_recvmsg:
	case NR_flock:
		return true;
	case NR_futex:
		return frame->arg[3] == 0; /* no time span that would begin anew */
	default:
		return false;
	}
}

void
signal_after_call(struct app_frame *frame, uint64_t number)
{
	struct trap_frame context = {
		.r15 = frame->r15, .r14 = frame->r14, .r13 = frame->r13, .r12 = frame->r12,
		.rbp = frame->rbp, .rbx = frame->rbx, .r11 = frame->rflags, .r10 = frame->arg[3],
		.r9 = frame->arg[5], .r8 = frame->arg[4], .rdi = frame->arg[0],
		.rsi = frame->arg[1], .rdx = frame->arg[2], .rcx = frame->rip, .rax = frame->rax,
		.rip = frame->rip, .rflags = frame->rflags, .rsp = frame->rsp,
	};
	struct abi_sigaction action;
	int signal = signal_take(&action);
	bool again = (int64_t)frame->rax == -EINTR && is_restartable(frame, number) &&
		     (!signal || (action.flags & ABI_SA_RESTART));

	if (again) {
		context.rax = frame->rax = number;
		context.rip = frame->rip -= SYSCALL_INSTRUCTION_LENGTH;
	}
	if (!signal) {
		signal_mask_after_call(); /* what was due is ignored */
		return;
	}
	for (; signal; signal = signal_take(&action))
		signal_begin(&context, signal, &action);
	app_resume(&context);
}

/* The hook for interrupts. */
static void
after_interrupt(struct trap_frame *frame)
{
	struct abi_sigaction action;
	int signal;

	while (thread_signalled(thread_current()) && (signal = signal_take(&action)))
		signal_begin(frame, signal, &action);
}

static void
interrupt_from_console(void)
{
	signal_send_program(ABI_SIGINT);
}

void
signal_init(void)
{
	thread_set_return_hook(after_interrupt);
	trap_set_fault_hook(signal_fault);
	console_set_interrupt_handler(interrupt_from_console);
}
