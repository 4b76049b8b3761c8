/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt events: what a file descriptor of UIO or VFIO is on Linux. A device's interrupt
 * marks its event, and wakes whoever watches it: the interrupt thread, an epoll instance, or
 * both. An event is known to DPDK by a small integer, which is no file descriptor.
 */
#ifndef EAL_BARE_EAL_EVENT_H
#define EAL_BARE_EAL_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/pci/pci.h"

#define EVENTS_MAX 2048
#define EVENT_FD_BASE 0x10000 /* far above the files that a program opens */

enum event_watcher {
	EVENT_THREAD, /* the interrupt thread, for rte_intr callbacks */
	EVENT_EPOLL,  /* an rte_epoll instance */
	EVENT_WATCHERS,
};

/* What a device interrupts by. */
enum event_source {
	EVENT_BY_MSIX, /* an entry of its table */
	EVENT_BY_MSI,
	EVENT_BY_INTX,
};

enum event_mode {
	EVENT_OFF,
	EVENT_MSIX,
	EVENT_MSI,
	EVENT_INTX,
	EVENT_INTX_POLLED, /* no route of the pin is known: its status bit is looked at */
};

struct intx_line;

struct eal_event {
	/* Written by the interrupt handler. */
	uint32_t pending[EVENT_WATCHERS];

	/* Futex word that changes with each interrupt; NULL: nobody watches. */
	uint32_t *word[EVENT_WATCHERS];

	struct pci_device *device;
	enum event_source source;
	uint16_t entry; /* of the MSI-X table */
	bool used;
	int vector;
	enum event_mode mode;
	struct intx_line *line;
};

/*
 * A new event of a device: entry `entry` of its MSI-X table (0 is the one of the device's
 * interrupt handle), or its one MSI, or its INTx. Returns its number from EVENT_FD_BASE on,
 * -ENOSPC when all are used. Thread context.
 */
int event_open(struct pci_device *device, uint16_t entry, enum event_source source);

/* Disarms an event and gives it back. Thread context. */
void event_close(int fd);

/* The event of a number, NULL when it is none of ours. Any context. */
struct eal_event *event_get(int fd);

/* Marks the event and wakes its watchers. Any context. */
void event_signal(struct eal_event *event);

/* Registers the word that a watcher sleeps on, NULL to end. Thread context. */
void event_watch(struct eal_event *event, enum event_watcher watcher, uint32_t *word);

/* Whether the event was marked since the watcher's last call. Any context. */
bool event_take(struct eal_event *event, enum event_watcher watcher);

/*
 * Lets the device's interrupt reach the event. Returns 0, also when it is armed already; -ENOSPC
 * (no vector free), -EINVAL (the device has fewer MSI-X entries), -EIO (its table cannot be
 * mapped), -ENODEV (no interrupt at all), -ENOTSUP (no MSI, or INTx that cannot be switched off
 * at the device). Thread context.
 */
int event_arm(struct eal_event *event);

/* Stops it; when this returns, the handler does not run any more. Thread context. */
void event_disarm(struct eal_event *event);

/* Lets an INTx event, which masks itself when it comes, come again. Thread context. */
void event_ack(struct eal_event *event);

/*
 * INTx (eal_intx.c): called by event_arm(), event_disarm() and event_ack() alone.
 */
int intx_arm(struct eal_event *event);
void intx_disarm(struct eal_event *event);
void intx_ack(struct eal_event *event);

/* Looks at the devices whose INTx has no known route. Returns whether there are any. Thread. */
bool intx_poll(void);

/* How often the interrupt thread calls intx_poll() while there are any. */
#define INTX_POLL_NS (100ULL * 1000 * 1000)

#endif
