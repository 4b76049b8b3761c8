/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt events and their delivery by MSI-X and MSI (PCI 3.0 §6.8).
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
#include "kernel/interrupts/irq.h"
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
event_close(int fd)
{
	struct eal_event *event = event_get(fd);

	if (event == NULL)
		return;
	event_disarm(event);
	for (int watcher = 0; watcher < EVENT_WATCHERS; watcher++)
		event_watch(event, watcher, NULL);
	__atomic_store_n(&event->used, false, __ATOMIC_RELEASE);
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

static void
event_handler(void *argument)
{
	event_signal(argument);
}

static int
msix_arm(struct eal_event *event)
{
	int vector, error;

	if (event->entry >= event->device->msix_vectors)
		return -EINVAL;
	vector = irq_alloc(event_handler, event, "EAL MSI-X");
	if (vector < 0)
		return vector;
	error = pci_msix_set(event->device, event->entry, vector);
	if (error == 0)
		error = pci_msix_enable(event->device, true);
	if (error == 0)
		error = pci_msix_mask(event->device, event->entry, false);
	if (error != 0) {
		irq_free(vector);
		return error;
	}
	event->vector = vector;
	event->mode = EVENT_MSIX;
	return 0;
}

static int
msi_arm(struct eal_event *event)
{
	int vector = irq_alloc(event_handler, event, "EAL MSI");
	int error;

	if (vector < 0)
		return vector;
	error = pci_msi_set(event->device, vector);
	if (error == 0)
		error = pci_msi_enable(event->device, true);
	if (error != 0) {
		irq_free(vector);
		return error;
	}
	event->vector = vector;
	event->mode = EVENT_MSI;
	return 0;
}

int
event_arm(struct eal_event *event)
{
	if (event->mode != EVENT_OFF)
		return 0;
	switch (event->source) {
	case EVENT_BY_MSIX:
		return msix_arm(event);
	case EVENT_BY_MSI:
		return msi_arm(event);
	default:
		return intx_arm(event);
	}
}

void
event_disarm(struct eal_event *event)
{
	if (event->mode == EVENT_MSIX) {
		/* The entry exists and its table is mapped: it was armed. */
		(void)pci_msix_mask(event->device, event->entry, true);
		irq_free(event->vector);
	} else if (event->mode == EVENT_MSI) {
		(void)pci_msi_enable(event->device, false); /* INTx is masked: nothing comes now */
		irq_free(event->vector);
	} else if (event->mode != EVENT_OFF) {
		intx_disarm(event);
	}
	event->mode = EVENT_OFF;
}

void
event_ack(struct eal_event *event)
{
	if (event->mode == EVENT_INTX)
		intx_ack(event);
}
