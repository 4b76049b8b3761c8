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

#define ABI_SIG_BLOCK 0
#define ABI_SIG_UNBLOCK 1
#define ABI_SIG_SETMASK 2

#define SYSCALL_INSTRUCTION_LENGTH 2

/* rt_sigprocmask(how, new, old, mask size) */
int64_t
sys_rt_sigprocmask(struct app_frame *frame)
{
	struct thread *self = thread_current();
	const uint64_t *new = (const uint64_t *)frame->arg[1];
	uint64_t *old = (uint64_t *)frame->arg[2];
	uint64_t mask = self->signal_mask;

	if (frame->arg[3] != sizeof(uint64_t))
		return -EINVAL;
	if (new && frame->arg[0] == ABI_SIG_BLOCK)
		mask |= *new;
	else if (new && frame->arg[0] == ABI_SIG_UNBLOCK)
		mask &= ~*new;
	else if (new && frame->arg[0] == ABI_SIG_SETMASK)
		mask = *new;
	else if (new)
		return -EINVAL;
	if (old)
		*old = self->signal_mask;
	self->signal_mask = mask & ~SIGNALS_NEVER_HELD;
	return 0;
}

int64_t
sys_rt_sigpending(struct app_frame *frame)
{
	struct thread *self = thread_current();

	*(uint64_t *)frame->arg[0] = READ_ONCE(self->signal_pending) & self->signal_mask;
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
sys_pause(struct app_frame *frame)
{
	(void)frame;
	return await_signal();
}

void
signal_mask_for_call(uint64_t mask)
{
	struct thread *self = thread_current();

	self->signal_saved_mask = self->signal_mask;
	self->signal_restores_mask = true;
	self->signal_mask = mask & ~SIGNALS_NEVER_HELD;
}

/* With a signal due, signal_frame_push() puts the saved mask into the handler's frame. */
void
signal_mask_after_call(void)
{
	struct thread *self = thread_current();

	if (!self->signal_restores_mask || thread_signalled(self))
		return;
	self->signal_mask = self->signal_saved_mask;
	self->signal_restores_mask = false;
}

int64_t
sys_rt_sigsuspend(struct app_frame *frame)
{
	if (frame->arg[1] != sizeof(uint64_t))
		return -EINVAL;
	signal_mask_for_call(*(const uint64_t *)frame->arg[0]);
	return await_signal();
}

/* -- Delivering -------------------------------------------------------------------------------- */

/* Whether a call that a signal has ended is made again, if the handler's action wants that. */
static bool
is_restartable(const struct app_frame *frame, uint64_t number)
{
	switch (number) {
	case NR_READ:
	case NR_READV:
	case NR_WRITE:
	case NR_WRITEV:
	case NR_ACCEPT:
	case NR_ACCEPT4:
	case NR_CONNECT:
	case NR_SENDTO:
	case NR_SENDMSG:
	case NR_RECVFROM:
	case NR_RECVMSG:
	case NR_FLOCK:
		return true;
	case NR_FUTEX:
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
		signal_frame_push(&context, signal, &action);
	app_resume(&context);
}

/* The hook for interrupts. */
static void
after_interrupt(struct trap_frame *frame)
{
	struct abi_sigaction action;
	int signal;

	while (thread_signalled(thread_current()) && (signal = signal_take(&action)))
		signal_frame_push(frame, signal, &action);
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
	console_set_interrupt_handler(interrupt_from_console);
}
