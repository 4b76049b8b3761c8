/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sending, holding back and delivering signals. A signal is a bit in the thread that is to take
 * it. A thread that sleeps is woken by it, one that runs is interrupted; either finds the bit on
 * its way back to the application.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/compiler.h"
#include "kernel/console.h"
#include "kernel/errno.h"
#include "kernel/log.h"
#include "kernel/power.h"
#include "kernel/spinlock.h"
#include "libc/numbers.h"
#include "libc/ready.h"
#include "libc/signal.h"
#include "libc/syscall.h"

#define NEVER_HELD (SIGNAL_BIT(ABI_SIGKILL) | SIGNAL_BIT(ABI_SIGSTOP))
#define IGNORED_BY_DEFAULT                                                                         \
	(SIGNAL_BIT(ABI_SIGCHLD) | SIGNAL_BIT(ABI_SIGCONT) | SIGNAL_BIT(ABI_SIGURG) |              \
	 SIGNAL_BIT(ABI_SIGWINCH))
/* There is no one who could let a stopped program go on. */
#define STOPPING                                                                                   \
	(SIGNAL_BIT(ABI_SIGSTOP) | SIGNAL_BIT(ABI_SIGTSTP) | SIGNAL_BIT(ABI_SIGTTIN) |             \
	 SIGNAL_BIT(ABI_SIGTTOU))
#define STATUS_OF_SIGNAL 128

#define ABI_SIG_BLOCK 0
#define ABI_SIG_UNBLOCK 1
#define ABI_SIG_SETMASK 2

static struct abi_sigaction actions[ABI_SIGNALS + 1];
static struct spinlock lock = SPINLOCK_INIT;

static void
get_action(int signal, struct abi_sigaction *action)
{
	uint64_t flags = spin_lock(&lock);

	*action = actions[signal];
	spin_unlock(&lock, flags);
}

/* The action for a signal that is delivered now, which may be for once. */
static void
take_action(int signal, struct abi_sigaction *action)
{
	uint64_t flags = spin_lock(&lock);

	*action = actions[signal];
	if ((action->flags & ABI_SA_RESETHAND) && action->handler != ABI_SIG_IGN)
		actions[signal].handler = ABI_SIG_DFL;
	spin_unlock(&lock, flags);
}

static bool
is_ignored(int signal, const struct abi_sigaction *action)
{
	return action->handler == ABI_SIG_IGN ||
	       (action->handler == ABI_SIG_DFL && (IGNORED_BY_DEFAULT & SIGNAL_BIT(signal)));
}

static void __attribute__((noreturn))
end_program(int signal)
{
	log_error("libc: the program is ended by signal %d", signal);
	power_exit(STATUS_OF_SIGNAL + signal);
}

/* -- Sending ------------------------------------------------------------------------------------ */

void
signal_send(struct thread *thread, int signal)
{
	struct abi_sigaction action;
	bool held = thread->signal_mask & SIGNAL_BIT(signal);

	get_action(signal, &action);
	if (is_ignored(signal, &action) && !held)
		return;
	if (action.handler == ABI_SIG_DFL && !held)
		end_program(signal);
	__atomic_fetch_or(&thread->signal_pending, SIGNAL_BIT(signal), __ATOMIC_RELEASE);
	thread_unpark(thread);
	if (held)
		ready_changed(); /* a signalfd may have it */
	else
		thread_interrupt(thread);
}

struct choice {
	int signal;
	int id;
	int rank;
};

/* A thread that waits for the signal is best, then one that does not hold it back, then the oldest. */
static int
choose(struct thread *thread, void *argument)
{
	struct choice *choice = argument;
	uint64_t bit = SIGNAL_BIT(choice->signal);
	int rank = READ_ONCE(thread->signal_awaited) & bit ? 2 : !(thread->signal_mask & bit);

	if (!choice->id || rank > choice->rank ||
	    (rank == choice->rank && thread->id < choice->id)) {
		choice->id = thread->id;
		choice->rank = rank;
	}
	return 0;
}

static int
send_to(struct thread *thread, void *signal)
{
	signal_send(thread, *(int *)signal);
	return 0;
}

static int
send_to_chosen(struct thread *thread, void *signal)
{
	__atomic_fetch_or(&thread->signal_program, SIGNAL_BIT(*(int *)signal), __ATOMIC_RELAXED);
	return send_to(thread, signal);
}

void
signal_send_program(int signal)
{
	struct choice choice = {.signal = signal};

	thread_for_each(choose, &choice);
	thread_with(choice.id, send_to_chosen, &signal);
}

static int64_t
check(int signal)
{
	if (signal < 0 || signal > ABI_SIGNALS)
		return -EINVAL;
	if (signal && (STOPPING & SIGNAL_BIT(signal))) {
		log_warning("libc: signal %d would stop the program for ever: refused", signal);
		return -ENOTSUP;
	}
	return 0;
}

static int64_t
send_to_id(int id, int signal)
{
	int64_t result = check(signal);

	if (id <= 0)
		return -EINVAL;
	if (result)
		return result;
	if (signal)
		return thread_with(id, send_to, &signal);
	return sys_gettid(NULL) == id ? 0 : thread_with(id, send_to, &signal);
}

int64_t
sys_kill(struct app_frame *frame)
{
	int process = (int)frame->arg[0], signal = (int)frame->arg[1];
	int64_t result = check(signal);

	if (process != 0 && process != -1 && process != sys_getpid(frame))
		return -ESRCH;
	if (!result && signal)
		signal_send_program(signal);
	return result;
}

int64_t
sys_tkill(struct app_frame *frame)
{
	return send_to_id((int)frame->arg[0], (int)frame->arg[1]);
}

int64_t
sys_tgkill(struct app_frame *frame)
{
	if ((int)frame->arg[0] != sys_getpid(frame))
		return -ESRCH;
	return send_to_id((int)frame->arg[1], (int)frame->arg[2]);
}

/* -- Actions and masks -------------------------------------------------------------------------- */

/* rt_sigaction(signal, new, old, mask size) */
int64_t
sys_rt_sigaction(struct app_frame *frame)
{
	int signal = (int)frame->arg[0];
	const struct abi_sigaction *new = (const void *)frame->arg[1];
	struct abi_sigaction *old = (void *)frame->arg[2];
	struct abi_sigaction before;
	uint64_t flags;

	if (signal < 1 || signal > ABI_SIGNALS || frame->arg[3] != sizeof(uint64_t) ||
	    (new && (NEVER_HELD & SIGNAL_BIT(signal))))
		return -EINVAL;
	flags = spin_lock(&lock);
	before = actions[signal];
	if (new)
		actions[signal] = *new;
	spin_unlock(&lock, flags);
	if (old)
		*old = before;
	return 0;
}

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
	self->signal_mask = mask & ~NEVER_HELD;
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
	self->signal_mask = mask & ~NEVER_HELD;
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

/* -- Delivering --------------------------------------------------------------------------------- */

int
signal_take(struct abi_sigaction *action)
{
	struct thread *self = thread_current();
	uint64_t due;

	while ((due = READ_ONCE(self->signal_pending) & ~self->signal_mask)) {
		int signal = __builtin_ctzll(due) + 1;

		__atomic_fetch_and(&self->signal_pending, ~SIGNAL_BIT(signal), __ATOMIC_ACQUIRE);
		__atomic_fetch_and(&self->signal_program, ~SIGNAL_BIT(signal), __ATOMIC_RELAXED);
		take_action(signal, action);
		if (is_ignored(signal, action))
			continue;
		if (action->handler == ABI_SIG_DFL)
			end_program(signal);
		return signal;
	}
	return 0;
}

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

#define SYSCALL_INSTRUCTION_LENGTH 2

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
