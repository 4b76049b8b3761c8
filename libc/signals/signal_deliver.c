/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Delivering signals. A thread takes what is due on its way back to the application: from a system
 * call, which may have ended for it, or from an interrupt.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/console/console.h"
#include "kernel/end/power.h"
#include "libc/base/numbers.h"
#include "libc/base/syscall.h"
#include "libc/signals/signal.h"
#include "libc/threads/task.h"

#define SYSCALL_INSTRUCTION_LENGTH 2

/* Whether a call that a signal has ended is made again, if the handler's action wants that. */
static bool
is_restartable(const struct app_frame *frame, uint64_t number)
{
	switch (number) {
	case NR_read:
	case NR_readv:
	case NR_write:
	case NR_writev:
	case NR_pread64:
	case NR_preadv:
	case NR_pwrite64:
	case NR_pwritev:
	case NR_sendfile:
	case NR_copy_file_range:
	case NR_ioctl:
	case NR_accept:
	case NR_accept4:
	case NR_connect:
	case NR_sendto:
	case NR_sendmsg:
	case NR_recvfrom:
	case NR_recvmsg:
	case NR_flock:
	case NR_splice:
	case NR_tee:
	case NR_mq_timedsend:
	case NR_mq_timedreceive:
		return true;
	case NR_futex:
		return frame->arg[3] == 0; /* no time span that would begin anew */
	default:
		return false;
	}
}

/* A lock with priority inheritance is always waited for again, whatever the action says. */
static bool
is_pi_lock(const struct app_frame *frame, uint64_t number)
{
	return number == NR_futex &&
	       (frame->arg[1] & ABI_FUTEX_COMMANDS) == ABI_FUTEX_LOCK_PI;
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
	struct abi_siginfo info;
	bool handled = signal_take(&action, &info);
	bool again = (int64_t)frame->rax == -EINTR &&
		     (!handled || is_pi_lock(frame, number) ||
		      ((action.flags & ABI_SA_RESTART) && is_restartable(frame, number)));

	if (again) {
		context.rax = frame->rax = number;
		context.rip = frame->rip -= SYSCALL_INSTRUCTION_LENGTH;
	}
	if (!handled) {
		signal_mask_after_call(); /* another thread has taken what was due */
		return;
	}
	signal_begin(&context, &info, &action);
	signal_begin_due(&context);
	app_resume(&context);
}

/* The hook for interrupts. */
static void
after_interrupt(struct trap_frame *frame)
{
	if (thread_signalled(thread_current()))
		signal_begin_due(frame);
}

static void
signal_from_console(enum console_signal signal)
{
	signal_send_program(signal == CONSOLE_QUIT ? ABI_SIGQUIT : ABI_SIGINT, ABI_SI_KERNEL);
}

static void
signal_from_button(void)
{
	signal_send_program(ABI_SIGTERM, ABI_SI_KERNEL);
}

void
signal_init(void)
{
	thread_set_return_hook(after_interrupt);
	trap_set_fault_hook(signal_fault);
	threads_set_end_hook(signal_thread_ends);
	console_set_signal_handler(signal_from_console);
	power_set_button_handler(signal_from_button);
}
