/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How a device's interrupt reaches its event: by MSI-X, by MSI (PCI 3.0 §6.8), or by INTx, which
 * eal_intx.c does.
 *
 * The handler runs in the kernel's interrupt context, which saves general registers only.
 */
#pragma GCC target("general-regs-only")

#include <stddef.h>

#include "kernel/base/errno.h"
#include "kernel/interrupts/irq.h"

#include "eal_bare/eal_event.h"

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
