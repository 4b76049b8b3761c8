/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt events: what marks them and who watches.
 *
 * The table is static, so that a handler that is late finds a valid, if reused, event: the worst
 * that can come of it is a wake-up for nothing. The handler stores the mark first and changes the
 * watcher's word after; a watcher reads its word first, then the marks, then sleeps on the word
 * that it read, so no interrupt is lost.
 *
 * The handler runs in the kernel's interrupt context, which saves general registers only.
 */
#pragma GCC target("general-regs-only")

#include <stddef.h>

#include "kernel/base/errno.h"
#include "kernel/base/spinlock.h"
#include "kernel/thread/futex.h"

#include "eal_bare/eal_event.h"

static struct eal_event events[EVENTS_MAX];
static struct spinlock events_lock = SPINLOCK_INIT;

int
event_open(struct pci_device *device, uint16_t entry, enum event_source source)
{
	uint64_t flags = spin_lock(&events_lock);
	int slot = 0;

	while (slot < EVENTS_MAX && events[slot].used)
		slot++;
	if (slot < EVENTS_MAX)
		events[slot] = (struct eal_event){
			.device = device, .entry = entry, .source = source, .used = true};
	spin_unlock(&events_lock, flags);
	return slot < EVENTS_MAX ? EVENT_FD_BASE + slot : -ENOSPC;
}

struct eal_event *
event_get(int fd)
{
	if (fd < EVENT_FD_BASE || fd >= EVENT_FD_BASE + EVENTS_MAX)
		return NULL;
	return events[fd - EVENT_FD_BASE].used ? &events[fd - EVENT_FD_BASE] : NULL;
}

void
event_signal(struct eal_event *event)
{
	for (int watcher = 0; watcher < EVENT_WATCHERS; watcher++) {
		uint32_t *word = __atomic_load_n(&event->word[watcher], __ATOMIC_ACQUIRE);

		__atomic_store_n(&event->pending[watcher], 1, __ATOMIC_RELEASE);
		if (word == NULL)
			continue;
		__atomic_add_fetch(word, 1, __ATOMIC_RELEASE);
		futex_wake(word, INT32_MAX);
	}
}

void
event_watch(struct eal_event *event, enum event_watcher watcher, uint32_t *word)
{
	__atomic_store_n(&event->word[watcher], word, __ATOMIC_RELEASE);
}

bool
event_take(struct eal_event *event, enum event_watcher watcher)
{
	return __atomic_exchange_n(&event->pending[watcher], 0, __ATOMIC_ACQ_REL) != 0;
}
