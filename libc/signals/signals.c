/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What signals do, and sending them. A thread that sleeps is woken by a signal, one that runs is
 * interrupted; either finds it on its way back to the application (signal_deliver.c). What is sent
 * to the program is put where all see it (signal_queue.c), and then offered to the threads.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/end/power.h"
#include "libc/base/syscall.h"
#include "libc/signals/signal_discard.h"
#include "libc/files/ready.h"
#include "libc/signals/signal_queue.h"
#include "libc/threads/task.h"

#define IGNORED_BY_DEFAULT                                                                         \
	(SIGNAL_BIT(ABI_SIGCHLD) | SIGNAL_BIT(ABI_SIGCONT) | SIGNAL_BIT(ABI_SIGURG) |              \
	 SIGNAL_BIT(ABI_SIGWINCH))
#define STATUS_OF_SIGNAL 128

static struct abi_sigaction actions[ABI_SIGNALS + 1]; /* under signal_lock */

bool
signal_is_ignored(int signal)
{
	uint64_t handler = actions[signal].handler;

	spin_assert_held(&signal_lock);
	return handler == ABI_SIG_IGN ||
	       (handler == ABI_SIG_DFL && (IGNORED_BY_DEFAULT & SIGNAL_BIT(signal)));
}

void
signal_end_program(int signal)
{
	log_error("libc: the program is ended by signal %d", signal);
	power_exit(STATUS_OF_SIGNAL + signal);
}

/* -- Taking ------------------------------------------------------------------------------------ */

/* The action for a signal that is delivered now, which may be for once. */
static void
use_action(int signal, struct abi_sigaction *action)
{
	spin_assert_held(&signal_lock);
	*action = actions[signal];
	if ((action->flags & ABI_SA_RESETHAND) && action->handler != ABI_SIG_IGN)
		actions[signal].handler = ABI_SIG_DFL;
}

bool
signal_take_handler(int signal, struct abi_sigaction *action)
{
	uint64_t flags = spin_lock(&signal_lock);
	uint64_t handler = actions[signal].handler;
	bool handled = handler != ABI_SIG_DFL && handler != ABI_SIG_IGN;

	if (handled)
		use_action(signal, action);
	spin_unlock(&signal_lock, flags);
	return handled;
}

bool
signal_take(struct abi_sigaction *action, struct abi_siginfo *info)
{
	struct thread *self = thread_current();

	for (;;) {
		struct signal_taken taken = {.entry = NULL};
		uint64_t flags = spin_lock(&signal_lock);
		bool found = signal_queue_take(self, ~self->events.held, &taken);
		bool ignored = found && signal_is_ignored(taken.info.signal);

		if (found && !ignored)
			use_action(taken.info.signal, action);
		spin_unlock(&signal_lock, flags);
		if (!found)
			return false;
		if (taken.entry && !taken.entry->taken(taken.entry, ignored ? NULL : &taken.info))
			continue;
		if (ignored)
			continue;
		if (action->handler == ABI_SIG_DFL && signal_discard_stop(taken.info.signal))
			continue;
		if (action->handler == ABI_SIG_DFL)
			signal_end_program(taken.info.signal);
		*info = taken.info;
		return true;
	}
}

/* -- Sending ----------------------------------------------------------------------------------- */

/* The default action, unless it would be to stop the program. Returns -ENOTSUP then. */
static int
end_program(int signal)
{
	int result = signal_discard_stop(signal);

	if (!result)
		signal_end_program(signal);
	return result;
}

/* Has a thread see that something is pending for it. */
static void
notify_thread(struct thread *thread, bool held)
{
	thread_unpark(thread);
	if (held)
		signal_queue_mark();
	else
		thread_interrupt(thread);
}

int
signal_send_info(struct thread *thread, const struct abi_siginfo *info, struct signal_entry *own)
{
	uint64_t flags = spin_lock(&signal_lock);
	bool held = thread->events.held & SIGNAL_BIT(info->signal);
	bool ends = thread->events.held == UINT64_MAX; /* signal_thread_ends() */
	bool ignored = ends || (!held && signal_is_ignored(info->signal));
	bool fatal = !held && !ignored && actions[info->signal].handler == ABI_SIG_DFL;
	int result = ignored || fatal ? ignored : signal_queue_add(thread, info, own);

	spin_unlock(&signal_lock, flags);
	if (fatal)
		return end_program(info->signal);
	if (!result)
		notify_thread(thread, held);
	return result;
}

struct choice {
	uint64_t signals; /* any of them */
	int id;
	int rank;
};

/* Best is one that waits for the signal, then one that does not hold it back, then the oldest. */
static int
choose(struct thread *thread, void *argument)
{
	struct choice *choice = argument;
	bool awaited = READ_ONCE(task_of(thread)->awaited_signals) & choice->signals;
	int rank = awaited ? 2 : (READ_ONCE(thread->events.held) & choice->signals) !=
				      choice->signals;

	if (!choice->id || rank > choice->rank ||
	    (rank == choice->rank && thread->id < choice->id)) {
		choice->id = thread->id;
		choice->rank = rank;
	}
	return 0;
}

/* Lets a thread take over what it still awaits, or does not hold back. */
static int
adopt(struct thread *thread, void *signals)
{
	uint64_t flags = spin_lock(&signal_lock);
	uint64_t held = thread->events.held & ~task_of(thread)->awaited_signals;
	uint64_t taken = *(const uint64_t *)signals & ~held & signal_queue_of_program();

	signal_queue_adopt(thread, taken);
	spin_unlock(&signal_lock, flags);
	if (taken)
		notify_thread(thread, taken & thread->events.held);
	return 0;
}

/* A thread that is chosen may have changed its mind meanwhile: then another is looked for. */
void
signal_offer(uint64_t signals)
{
	for (; signals; signals &= signals - 1) {
		uint64_t bit = signals & -signals;

		for (;;) {
			struct choice choice = {.signals = bit};

			if (!(signal_queue_of_program() & bit))
				break;
			thread_for_each(choose, &choice);
			if (!choice.rank)
				break;
			thread_with(choice.id, adopt, &bit);
		}
	}
}

int
signal_send_program_info(const struct abi_siginfo *info, struct signal_entry *own)
{
	struct choice choice = {.signals = SIGNAL_BIT(info->signal)};
	bool ignored, fatal;
	uint64_t flags;
	int result;

	thread_for_each(choose, &choice);
	flags = spin_lock(&signal_lock);
	ignored = choice.rank == 1 && signal_is_ignored(info->signal);
	fatal = choice.rank == 1 && !ignored && actions[info->signal].handler == ABI_SIG_DFL;
	result = ignored || fatal ? ignored : signal_queue_add(NULL, info, own);
	spin_unlock(&signal_lock, flags);
	if (fatal)
		return end_program(info->signal);
	if (result)
		return result;
	signal_queue_mark();
	ready_changed_anywhere();
	signal_offer(choice.signals);
	return 0;
}

void
signal_send(struct thread *thread, int signal)
{
	struct abi_siginfo info = {
		.signal = signal, .code = ABI_SI_USER, .process = PROCESS_ID};

	signal_send_info(thread, &info, NULL);
}

void
signal_send_program(int signal, int code)
{
	struct abi_siginfo info = {
		.signal = signal, .code = code, .process = code == ABI_SI_USER ? PROCESS_ID : 0};

	signal_send_program_info(&info, NULL);
}

/* -- sigaction() ------------------------------------------------------------------------------- */

int64_t
sys_rt_sigaction(int signal, const struct abi_sigaction *new, struct abi_sigaction *old,
		 size_t size)
{
	struct abi_sigaction before, wanted = {.handler = ABI_SIG_DFL};
	bool ignored;
	uint64_t flags;

	if (signal < 1 || signal > ABI_SIGNALS || size != sizeof(uint64_t) ||
	    (new && (SIGNALS_NEVER_HELD & SIGNAL_BIT(signal))))
		return -EINVAL;
	if (new)
		wanted = *new;
	flags = spin_lock(&signal_lock);
	before = actions[signal];
	if (new)
		actions[signal] = wanted;
	ignored = new && signal_is_ignored(signal);
	spin_unlock(&signal_lock, flags);
	if (ignored)
		signal_discard(SIGNAL_BIT(signal)); /* held back or not (POSIX) */
	if (old)
		*old = before;
	return 0;
}
