/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A device's interrupts, as drivers switch them: rte_intr_enable(), _disable(), _ack(), and the
 * vectors of receive queues.
 *
 * The handle's own event has MSI-X entry 0; receive vector i, which DPDK numbers from
 * RTE_INTR_VEC_RXTX_OFFSET on, has entry i + 1. A device without MSI-X has one
 * interrupt, MSI or INTx, which its receive queue then shares with the rest
 * (rte_intr_allow_others() says no).
 */
#include <errno.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_log.h>
#include <rte_pci.h>

#include "kernel/time/clock.h"

#include <eal_private.h>

#include "eal_bare/eal_bare.h"
#include "eal_bare/eal_event.h"
#include "eal_bare/eal_interrupts_fd.h"

#define OTHER_VECTORS 1 /* all that is no receive queue's */

/* Handles of virtual devices: their drivers have no interrupt of the machine's. */
static bool
is_virtual(const struct rte_intr_handle *handle)
{
	return rte_intr_type_get(handle) == RTE_INTR_HANDLE_VDEV;
}

static bool
has_queue_events(const struct rte_intr_handle *handle)
{
	return rte_intr_type_get(handle) == RTE_INTR_HANDLE_VFIO_MSIX;
}

static int
arm_device(int fd)
{
	struct eal_event *event = event_get(fd);
	int error = event == NULL ? -EBADF : event_arm(event);

	if (error != 0) {
		RTE_LOG(ERR, EAL, "Error enabling interrupt %d: %s\n", fd, rte_strerror(-error));
		return error;
	}
	if (event->mode == EVENT_INTX_POLLED) {
		RTE_LOG(NOTICE, EAL,
			"PCI device " PCI_PRI_FMT ": the route of its INTx is not known, "
			"its status is polled %u times a second\n",
			event->device->segment, event->device->bus, event->device->device,
			event->device->function, (unsigned)(NS_PER_SECOND / INTX_POLL_NS));
		eal_intr_wake(); /* it begins to poll */
	}
	return 0;
}

static void
disarm(int fd)
{
	struct eal_event *event = event_get(fd);

	if (event != NULL)
		event_disarm(event);
}

int
rte_intr_enable(const struct rte_intr_handle *handle)
{
	if (handle == NULL)
		return -1;
	if (is_virtual(handle))
		return 0;
	if (event_get(rte_intr_fd_get(handle)) == NULL)
		return intr_fd_switch(handle, true);
	if (arm_device(rte_intr_fd_get(handle)) != 0)
		return -1;
	if (!has_queue_events(handle))
		return 0;
	for (int i = 0; i < rte_intr_nb_efd_get(handle); i++)
		if (arm_device(rte_intr_efds_index_get(handle, i)) != 0) {
			(void)rte_intr_disable(handle);
			return -1;
		}
	return 0;
}

int
rte_intr_disable(const struct rte_intr_handle *handle)
{
	if (handle == NULL)
		return -1;
	if (is_virtual(handle))
		return 0;
	if (event_get(rte_intr_fd_get(handle)) == NULL)
		return intr_fd_switch(handle, false);
	disarm(rte_intr_fd_get(handle));
	for (int i = 0; has_queue_events(handle) && i < rte_intr_nb_efd_get(handle); i++)
		disarm(rte_intr_efds_index_get(handle, i));
	return 0;
}

int
rte_intr_ack(const struct rte_intr_handle *handle)
{
	struct eal_event *event;

	if (handle == NULL)
		return -1;
	if (is_virtual(handle))
		return 0;
	event = event_get(rte_intr_fd_get(handle));
	if (event == NULL)
		return intr_fd_switch(handle, true); /* as on Linux */
	event_ack(event);
	return 0;
}

/* -- Receive vectors -------------------------------------------------------------------------- */

/* Opens `count` events, entries 1 to count, and stores them in the handle. */
static int
queue_events_open(struct rte_intr_handle *handle, uint32_t count)
{
	struct eal_event *own = event_get(rte_intr_fd_get(handle));

	if (own == NULL)
		return -EBADF;
	if (count + OTHER_VECTORS > own->device->msix_vectors) {
		RTE_LOG(ERR, EAL,
			"%u receive interrupts asked for: the device has %u MSI-X vectors\n", count,
			own->device->msix_vectors);
		return -ENOSPC;
	}
	for (uint32_t i = 0; i < count; i++) {
		int fd = event_open(own->device, OTHER_VECTORS + i, EVENT_BY_MSIX);

		if (fd >= 0 && rte_intr_efds_index_set(handle, i, fd) != 0) {
			event_close(fd);
			fd = -rte_errno;
		}
		if (fd < 0) {
			while (i-- > 0)
				event_close(rte_intr_efds_index_get(handle, i));
			return fd;
		}
	}
	return 0;
}

int
rte_intr_efd_enable(struct rte_intr_handle *handle, uint32_t count)
{
	uint32_t vectors = RTE_MIN(count, (uint32_t)RTE_MAX_RXTX_INTR_VEC_ID - OTHER_VECTORS);
	int error;

	if (handle == NULL || count == 0)
		return -EINVAL;
	if (is_virtual(handle))
		return 0; /* its driver has filled in its own */
	if (has_queue_events(handle)) {
		error = queue_events_open(handle, vectors);
		if (error != 0)
			return error;
		if (rte_intr_nb_efd_set(handle, vectors) != 0 ||
		    rte_intr_max_intr_set(handle, OTHER_VECTORS + vectors) != 0)
			return -rte_errno;
		return 0;
	}
	/* One interrupt for all: the queue's event is the handle's own. */
	if (rte_intr_efds_index_set(handle, 0, rte_intr_fd_get(handle)) != 0 ||
	    rte_intr_nb_efd_set(handle, 1) != 0 ||
	    rte_intr_max_intr_set(handle, OTHER_VECTORS) != 0)
		return -rte_errno;
	return 0;
}

void
rte_intr_efd_disable(struct rte_intr_handle *handle)
{
	rte_intr_free_epoll_fd(handle);
	if (rte_intr_max_intr_get(handle) > rte_intr_nb_efd_get(handle))
		for (int i = 0; i < rte_intr_nb_efd_get(handle); i++)
			event_close(rte_intr_efds_index_get(handle, i));
	rte_intr_nb_efd_set(handle, 0);
	rte_intr_max_intr_set(handle, 0);
}

int
rte_intr_dp_is_en(struct rte_intr_handle *handle)
{
	return rte_intr_nb_efd_get(handle) > 0;
}

int
rte_intr_allow_others(struct rte_intr_handle *handle)
{
	if (!rte_intr_dp_is_en(handle))
		return 1;
	return rte_intr_max_intr_get(handle) > rte_intr_nb_efd_get(handle);
}

int
rte_intr_cap_multiple(struct rte_intr_handle *handle)
{
	return has_queue_events(handle) || is_virtual(handle);
}
