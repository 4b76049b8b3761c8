/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lists in order of arrival; a bit for each signal that is in one, since that is all that the
 * kernel looks at (struct thread_events). What was sent to the program is taken over by one thread
 * as soon as there is one that does not hold it back, and given back when that does. Of a signal
 * below SIGNAL_FIRST_QUEUED for which there is no memory the bit alone is there, and carries
 * nothing.
 */
#include "libc/signals/signal_queue.h"

#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/pool.h"
#include "libc/files/ready.h"
#include "libc/threads/task.h"

/* Linux delivers what comes of a fault before anything else. */
#define URGENT                                                                                     \
	(SIGNAL_BIT(ABI_SIGILL) | SIGNAL_BIT(ABI_SIGTRAP) | SIGNAL_BIT(ABI_SIGBUS) |               \
	 SIGNAL_BIT(ABI_SIGFPE) | SIGNAL_BIT(ABI_SIGSEGV))

/* Where something is pending. */
struct place {
	struct signal_entry **first;
	uint64_t *bits;
};

struct spinlock signal_lock = SPINLOCK_INIT;

static struct pool signal_entries = {.size = sizeof(struct signal_entry)};
static unsigned entries_used;
static struct signal_entry *program_first;
static uint64_t program_bits;

static struct place
place_of(struct thread *thread)
{
	if (!thread)
		return (struct place){&program_first, &program_bits};
	return (struct place){&task_of(thread)->signals, &thread->events.pending};
}

/* The link to the first entry of some signals. */
static struct signal_entry **
find_link(const struct place *place, uint64_t signals)
{
	struct signal_entry **link = place->first;

	while (*link && !(SIGNAL_BIT((*link)->info.signal) & signals))
		link = &(*link)->next;
	return link;
}

static void
append_entry(const struct place *place, struct signal_entry *entry)
{
	struct signal_entry **link = place->first;

	while (*link)
		link = &(*link)->next;
	entry->next = NULL;
	*link = entry;
	__atomic_fetch_or(place->bits, SIGNAL_BIT(entry->info.signal), __ATOMIC_RELEASE);
}

/* Takes an entry off its list; its signal's bit goes with the last one. */
static struct signal_entry *
take_entry_out(const struct place *place, struct signal_entry **link)
{
	struct signal_entry *entry = *link;
	uint64_t bit = SIGNAL_BIT(entry->info.signal);

	*link = entry->next;
	if (!*find_link(place, bit))
		__atomic_fetch_and(place->bits, ~bit, __ATOMIC_ACQUIRE);
	return entry;
}

static struct signal_entry *
make_signal_entry(void)
{
	struct signal_entry *entry =
		entries_used < SIGNALS_PENDING_MAX ? pool_take(&signal_entries) : NULL;

	if (entry)
		entries_used++;
	return entry;
}

static void
free_entry(struct signal_entry *entry)
{
	spin_assert_held(&signal_lock);
	entries_used--;
	pool_give(&signal_entries, entry);
}

/* Whether a signal is there that was sent to the same: to the thread, or to the program. */
static bool
is_queued(const struct place *place, int signal, bool of_program)
{
	const struct signal_entry *entry = *place->first;

	while (entry && (entry->info.signal != signal || entry->of_program != of_program))
		entry = entry->next;
	return entry;
}

int
signal_queue_add(struct thread *thread, const struct abi_siginfo *info, struct signal_entry *own)
{
	struct place place = place_of(thread);
	bool one_is_enough = info->signal < SIGNAL_FIRST_QUEUED;
	struct signal_entry *entry;

	spin_assert_held(&signal_lock);
	if (!own && one_is_enough && is_queued(&place, info->signal, !thread))
		return 1;
	entry = own ? own : make_signal_entry();
	if (!entry && !one_is_enough && info->code != ABI_SI_USER)
		return -EAGAIN;
	if (!entry) {
		__atomic_fetch_or(place.bits, SIGNAL_BIT(info->signal), __ATOMIC_RELEASE);
		return 0;
	}
	entry->info = *info;
	entry->of_program = !thread;
	append_entry(&place, entry);
	return 0;
}

uint64_t
signal_queue_of_program(void)
{
	return READ_ONCE(program_bits);
}

/* The signals that were sent to the program alone, not to the thread itself. */
static uint64_t
all_of_program(const struct place *place)
{
	uint64_t program = 0, own = 0;

	for (const struct signal_entry *entry = *place->first; entry; entry = entry->next) {
		uint64_t bit = SIGNAL_BIT(entry->info.signal);

		if (entry->of_program)
			program |= bit;
		else
			own |= bit;
	}
	return program & ~own;
}

/* The first entry of a signal that was sent to the program, or to the thread. */
static struct signal_entry **
find_of(const struct place *place, uint64_t bit, bool of_program)
{
	struct signal_entry **link = place->first;

	while (*link && (SIGNAL_BIT((*link)->info.signal) != bit ||
			 (*link)->of_program != of_program))
		link = &(*link)->next;
	return link;
}

/* What was sent to the thread itself comes first, as on Linux. */
bool
signal_queue_take(struct thread *thread, uint64_t wanted, struct signal_taken *taken)
{
	struct place place = place_of(thread);
	uint64_t due = *place.bits & wanted, own;
	struct signal_entry **link;
	int signal;

	spin_assert_held(&signal_lock);
	if (!due)
		return false;
	own = due & ~all_of_program(&place);
	due = own ? own : due;
	signal = __builtin_ctzll(due & URGENT ? due & URGENT : due) + 1;
	link = find_of(&place, SIGNAL_BIT(signal), !own);
	*taken = (struct signal_taken){.info = {.signal = signal, .code = ABI_SI_USER}};
	if (!*link) {
		__atomic_fetch_and(place.bits, ~SIGNAL_BIT(signal), __ATOMIC_ACQUIRE);
		return true;
	}
	taken->info = (*link)->info;
	if ((*link)->taken)
		taken->entry = take_entry_out(&place, link);
	else
		free_entry(take_entry_out(&place, link));
	return true;
}

/* Moves what was sent to the program from one place to another, in its order. */
static void
move_shared(const struct place *from, const struct place *to, uint64_t signals)
{
	struct signal_entry **link = from->first;

	spin_assert_held(&signal_lock);
	while (*link) {
		if ((*link)->of_program && (SIGNAL_BIT((*link)->info.signal) & signals))
			append_entry(to, take_entry_out(from, link));
		else
			link = &(*link)->next;
	}
}

void
signal_queue_adopt(struct thread *thread, uint64_t signals)
{
	struct place from = place_of(NULL), to = place_of(thread);

	move_shared(&from, &to, signals);
}

void
signal_queue_release(struct thread *thread, uint64_t signals)
{
	struct place from = place_of(thread), to = place_of(NULL);

	move_shared(&from, &to, signals);
}

void
signal_queue_drop(struct thread *thread, uint64_t signals, struct signal_entry **dropped)
{
	struct place place = place_of(thread);
	struct signal_entry **link;

	spin_assert_held(&signal_lock);
	while (*(link = find_link(&place, signals))) {
		struct signal_entry *entry = take_entry_out(&place, link);

		entry->next = *dropped;
		*dropped = entry;
	}
	__atomic_fetch_and(place.bits, ~signals, __ATOMIC_ACQUIRE);
}

void
signal_queue_done(struct signal_entry *dropped)
{
	while (dropped) {
		struct signal_entry *entry = dropped;
		uint64_t flags;

		dropped = entry->next;
		if (entry->taken) {
			entry->taken(entry, NULL);
			continue;
		}
		flags = spin_lock(&signal_lock);
		free_entry(entry);
		spin_unlock(&signal_lock, flags);
	}
}

struct ready_source signal_queue_source;

void
signal_queue_mark(void)
{
	ready_mark(&signal_queue_source, 0);
	ready_wake();
}
