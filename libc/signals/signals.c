/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What signals do, and sending them. A signal is a bit in the thread that is to take it. A thread
 * that sleeps is woken by it, one that runs is interrupted; either finds the bit on its way back to
 * the application (signal_deliver.c).
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/spinlock.h"
#include "kernel/end/power.h"
#include "libc/base/syscall.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"
#include "libc/threads/task.h"

#define IGNORED_BY_DEFAULT                                                                         \
	(SIGNAL_BIT(ABI_SIGCHLD) | SIGNAL_BIT(ABI_SIGCONT) | SIGNAL_BIT(ABI_SIGURG) |              \
	 SIGNAL_BIT(ABI_SIGWINCH))
/* There is no one who could let a stopped program go on. */
#define STOPPING                                                                                   \
	(SIGNAL_BIT(ABI_SIGSTOP) | SIGNAL_BIT(ABI_SIGTSTP) | SIGNAL_BIT(ABI_SIGTTIN) |             \
	 SIGNAL_BIT(ABI_SIGTTOU))
#define STATUS_OF_SIGNAL 128

static struct abi_sigaction actions[ABI_SIGNALS + 1];
static struct spinlock lock = SPINLOCK_INIT;

static void
get_action(int signal, struct abi_sigaction *action)
{
	uint64_t flags = spin_lock(&lock);

	*action = actions[signal];
	spin_unlock(&lock, flags);
}

static bool
is_ignored(int signal, const struct abi_sigaction *action)
{
	return action->handler == ABI_SIG_IGN ||
	       (action->handler == ABI_SIG_DFL && (IGNORED_BY_DEFAULT & SIGNAL_BIT(signal)));
}

void
signal_end_program(int signal)
{
	log_error("libc: the program is ended by signal %d", signal);
	power_exit(STATUS_OF_SIGNAL + signal);
}

bool
signal_take_action(int signal, struct abi_sigaction *action)
{
	uint64_t flags = spin_lock(&lock);

	*action = actions[signal];
	if ((action->flags & ABI_SA_RESETHAND) && action->handler != ABI_SIG_IGN)
		actions[signal].handler = ABI_SIG_DFL;
	spin_unlock(&lock, flags);
	if (is_ignored(signal, action))
		return false;
	if (action->handler == ABI_SIG_DFL)
		signal_end_program(signal);
	return true;
}

bool
signal_take_handler(int signal, struct abi_sigaction *action)
{
	uint64_t flags = spin_lock(&lock);
	bool handled = actions[signal].handler != ABI_SIG_DFL &&
		       actions[signal].handler != ABI_SIG_IGN;

	*action = actions[signal];
	if (handled && (action->flags & ABI_SA_RESETHAND))
		actions[signal].handler = ABI_SIG_DFL;
	spin_unlock(&lock, flags);
	return handled;
}

int
signal_take(struct abi_sigaction *action)
{
	struct thread *self = thread_current();
	uint64_t due;

	while ((due = READ_ONCE(self->events.pending) & ~self->events.held)) {
		int signal = __builtin_ctzll(due) + 1;

		__atomic_fetch_and(&self->events.pending, ~SIGNAL_BIT(signal), __ATOMIC_ACQUIRE);
		__atomic_fetch_and(&task_of(self)->program_signals, ~SIGNAL_BIT(signal),
				   __ATOMIC_RELAXED);
		if (signal_take_action(signal, action))
			return signal;
	}
	return 0;
}

int64_t
sys_rt_sigaction(int signal, const struct abi_sigaction *new, struct abi_sigaction *old,
		 size_t size)
{
	struct abi_sigaction before;
	uint64_t flags;

	if (signal < 1 || signal > ABI_SIGNALS || size != sizeof(uint64_t) ||
	    (new && (SIGNALS_NEVER_HELD & SIGNAL_BIT(signal))))
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

/* -- Sending ----------------------------------------------------------------------------------- */

void
signal_send(struct thread *thread, int signal)
{
	struct abi_sigaction action;
	bool held = thread->events.held & SIGNAL_BIT(signal);

	get_action(signal, &action);
	if (is_ignored(signal, &action) && !held)
		return;
	if (action.handler == ABI_SIG_DFL && !held)
		signal_end_program(signal);
	__atomic_fetch_or(&thread->events.pending, SIGNAL_BIT(signal), __ATOMIC_RELEASE);
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

/* Best is one that waits for the signal, then one that does not hold it back, then the oldest. */
static int
choose(struct thread *thread, void *argument)
{
	struct choice *choice = argument;
	uint64_t bit = SIGNAL_BIT(choice->signal);
	bool awaited = READ_ONCE(task_of(thread)->awaited_signals) & bit;
	int rank = awaited ? 2 : !(thread->events.held & bit);

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
	__atomic_fetch_or(&task_of(thread)->program_signals, SIGNAL_BIT(*(int *)signal),
			  __ATOMIC_RELAXED);
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

/* Signal 0: only whether there is such a thread. */
static int
is_there(struct thread *thread, void *signal)
{
	(void)thread;
	(void)signal;
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
	return thread_with(id, signal ? send_to : is_there, &signal);
}

int64_t
sys_kill(int process, int signal)
{
	int64_t result = check(signal);

	if (process != 0 && process != -1 && process != PROCESS_ID)
		return -ESRCH;
	if (!result && signal)
		signal_send_program(signal);
	return result;
}

int64_t
sys_tkill(int id, int signal)
{
	return send_to_id(id, signal);
}

int64_t
sys_tgkill(int process, int id, int signal)
{
	if (process != PROCESS_ID)
		return -ESRCH;
	return send_to_id(id, signal);
}
