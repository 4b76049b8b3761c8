/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * INTx: pins, level-triggered and shared (PCI 3.0 §2.2.6). One vector for each IO-APIC input
 * that is used; its handler asks each device on that line by the interrupt bit of its status
 * register, and silences the one that says yes by the disable bit of its command register, until
 * rte_intr_ack(). An input that goes on without a device that says yes is masked, and that is
 * logged: a device that nobody drives is stuck there.
 *
 * Where the firmware's tables do not describe to which input a pin goes, INTx stays disabled at the
 * device and the interrupt thread looks at the status bit, which works all the same.
 *
 * The handler runs in the kernel's interrupt context, which saves general registers only.
 */
#pragma GCC target("general-regs-only")

#include <stddef.h>

#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/spinlock.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/interrupts/irq.h"

#include "eal_bare/eal_event.h"

#define INTX_LINES_MAX 64
#define INTX_DEVICES_MAX 256
#define INTX_UNCLAIMED_MAX 1000 /* in a row, before the input is masked */

struct intx_line {
	uint32_t gsi;
	int vector;
	unsigned users; /* 0: the line is free */
	unsigned unclaimed;
};

static struct intx_line lines[INTX_LINES_MAX];
static struct eal_event *devices[INTX_DEVICES_MAX]; /* routed and polled ones */
static struct spinlock intx_lock = SPINLOCK_INIT;

/* Takes a device's interrupt: its status bit, if INTx is not masked at the device. */
static bool
intx_claim(struct eal_event *event)
{
	struct pci_device *device = event->device;

	if (!(pci_config_read(device, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT))
		return false;
	if (pci_config_read(device, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE)
		return false;
	pci_intx_mask(device, true);
	return true;
}

static void
intx_handler(void *argument)
{
	struct intx_line *line = argument;
	uint64_t flags = spin_lock(&intx_lock);
	bool claimed = false;

	for (unsigned i = 0; i < INTX_DEVICES_MAX; i++)
		if (devices[i] != NULL && devices[i]->line == line && intx_claim(devices[i])) {
			event_signal(devices[i]);
			claimed = true;
		}
	line->unclaimed = claimed ? 0 : line->unclaimed + 1;
	if (line->unclaimed == INTX_UNCLAIMED_MAX)
		ioapic_mask_gsi(line->gsi, true);
	spin_unlock(&intx_lock, flags);
	if (line->unclaimed == INTX_UNCLAIMED_MAX)
		log_error("eal: INTx input %u: %u interrupts that no device claims: masked",
			  line->gsi, line->unclaimed);
}

/* The line of an input, a new one when it has none. */
static struct intx_line *
line_find(uint32_t gsi)
{
	struct intx_line *vacant = NULL;

	spin_assert_held(&intx_lock);
	for (unsigned i = 0; i < INTX_LINES_MAX; i++) {
		if (lines[i].users > 0 && lines[i].gsi == gsi)
			return &lines[i];
		if (lines[i].users == 0 && vacant == NULL)
			vacant = &lines[i];
	}
	return vacant;
}

static int
line_open(struct intx_line *line, uint32_t gsi)
{
	int error;

	line->vector = irq_alloc(intx_handler, line, "EAL INTx");
	if (line->vector < 0)
		return line->vector;
	line->gsi = gsi;
	line->unclaimed = 0;
	error = ioapic_route_gsi(gsi, line->vector, true, true);
	if (error != 0)
		irq_free(line->vector);
	return error;
}

/* Joins the event to its line; the first user routes the input. */
static int
line_join(struct eal_event *event, uint32_t gsi)
{
	struct intx_line *line = line_find(gsi);
	int error = line == NULL ? -ENOSPC : 0;

	spin_assert_held(&intx_lock);
	if (error == 0 && line->users == 0)
		error = line_open(line, gsi);
	if (error != 0)
		return error;
	line->users++;
	event->line = line;
	return 0;
}

/* A place in the list of devices. */
static struct eal_event **
device_slot(const struct eal_event *event)
{
	spin_assert_held(&intx_lock);
	for (unsigned i = 0; i < INTX_DEVICES_MAX; i++)
		if (devices[i] == event)
			return &devices[i];
	return NULL;
}

/* Whether INTx can be switched off at the device: some from before PCI 2.3 cannot. */
static bool
intx_maskable(struct pci_device *device)
{
	pci_intx_mask(device, true);
	return pci_config_read(device, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE;
}

int
intx_arm(struct eal_event *event)
{
	struct eal_event **slot;
	uint32_t gsi;
	int error = 0;
	uint64_t flags;

	if (event->device->interrupt_pin == 0)
		return -ENODEV;
	if (!intx_maskable(event->device))
		return -ENOTSUP;
	event->mode = EVENT_INTX_POLLED;
	flags = spin_lock(&intx_lock);
	slot = device_slot(NULL);
	if (slot == NULL)
		error = -ENOSPC;
	if (error == 0 && pci_intx_gsi(event->device, &gsi) == 0) {
		event->mode = EVENT_INTX;
		error = line_join(event, gsi);
	}
	if (error == 0)
		*slot = event;
	else
		event->mode = EVENT_OFF;
	spin_unlock(&intx_lock, flags);
	if (event->mode == EVENT_INTX) {
		pci_intx_mask(event->device, false);
		ioapic_mask_gsi(gsi, false);
	}
	return error;
}

void
intx_disarm(struct eal_event *event)
{
	struct intx_line *line = event->line;
	struct eal_event **slot;
	int vector = -1;
	uint64_t flags;

	pci_intx_mask(event->device, true);
	flags = spin_lock(&intx_lock);
	slot = device_slot(event);
	if (slot != NULL)
		*slot = NULL;
	event->line = NULL;
	if (line != NULL && --line->users == 0) {
		ioapic_mask_gsi(line->gsi, true);
		vector = line->vector;
	}
	spin_unlock(&intx_lock, flags);
	if (vector >= 0)
		irq_free(vector); /* waits for the handler, which takes the lock */
}

void
intx_ack(struct eal_event *event)
{
	pci_intx_mask(event->device, false);
}

bool
intx_poll(void)
{
	bool any = false;

	for (unsigned i = 0; i < INTX_DEVICES_MAX; i++) {
		uint64_t flags = spin_lock(&intx_lock);
		struct eal_event *event = devices[i];

		if (event != NULL && event->mode == EVENT_INTX_POLLED) {
			any = true;
			if (pci_config_read(event->device, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT)
				event_signal(event);
		}
		spin_unlock(&intx_lock, flags);
	}
	return any;
}
