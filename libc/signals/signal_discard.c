/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is pending and shall not be: a signal that is ignored from now on, and, as job control has
 * it (POSIX.1-2017 XSH 2.4.1), what stops a program once it is to go on, and the other way round.
 * There is no one who could let a stopped program go on, so nothing stops: who sends a signal whose
 * action would be that is refused, and one that was held back until then is passed over.
 */
#include "libc/signals/signal_discard.h"

#include <stddef.h>

#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "libc/signals/signal_queue.h"

#define STOPPING                                                                                   \
	(SIGNAL_BIT(ABI_SIGSTOP) | SIGNAL_BIT(ABI_SIGTSTP) | SIGNAL_BIT(ABI_SIGTTIN) |             \
	 SIGNAL_BIT(ABI_SIGTTOU))

struct discard {
	uint64_t signals;
	struct signal_entry *dropped;
};

static int
discard_from(struct thread *thread, void *argument)
{
	struct discard *discard = argument;
	uint64_t flags = spin_lock(&signal_lock);

	signal_queue_drop(thread, discard->signals, &discard->dropped);
	spin_unlock(&signal_lock, flags);
	return 0;
}

void
signal_discard(uint64_t signals)
{
	struct discard discard = {.signals = signals};

	discard_from(NULL, &discard);
	thread_for_each(discard_from, &discard);
	signal_queue_done(discard.dropped);
}

void
signal_discard_opposite(int signal)
{
	if (signal == ABI_SIGCONT)
		signal_discard(STOPPING);
	else if (STOPPING & SIGNAL_BIT(signal))
		signal_discard(SIGNAL_BIT(ABI_SIGCONT));
}

int
signal_discard_stop(int signal)
{
	if (!(STOPPING & SIGNAL_BIT(signal)))
		return 0;
	log_warning("libc: signal %d would stop the program for ever: refused", signal);
	return -ENOTSUP;
}
