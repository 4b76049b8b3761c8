/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Receive interrupts: the vectors of rte_intr_efd_enable() (eal_interrupts_device.c) put into an
 * epoll instance, as rte_eth_dev_rx_intr_ctl_q() does it for l3fwd-power.
 */
#include <errno.h>
#include <sys/epoll.h>

#include <rte_common.h>
#include <rte_epoll.h>
#include <rte_interrupts.h>
#include <rte_log.h>

#include "eal_bare/compat.h"
#include "eal_bare/eal_bare.h"

static int
rx_add(struct rte_intr_handle *handle, int epfd, unsigned index, void *data)
{
	struct rte_epoll_event *user = rte_intr_elist_index_get(handle, index);

	if (__atomic_load_n(&user->status, __ATOMIC_RELAXED) != RTE_EPOLL_INVALID) {
		RTE_LOG(INFO, EAL, "Event already been added.\n");
		return -EEXIST;
	}
	user->epdata = (struct rte_epoll_data){.event = EPOLLIN | EPOLLPRI | EPOLLET, .data = data};
	return compat_rx_error(rte_epoll_ctl(epfd, EPOLL_CTL_ADD,
					     rte_intr_efds_index_get(handle, index), user));
}

static int
rx_delete(struct rte_intr_handle *handle, unsigned index)
{
	struct rte_epoll_event *user = rte_intr_elist_index_get(handle, index);

	if (__atomic_load_n(&user->status, __ATOMIC_RELAXED) == RTE_EPOLL_INVALID) {
		RTE_LOG(INFO, EAL, "Event does not exist.\n");
		return -EPERM;
	}
	return compat_rx_error(rte_epoll_ctl(user->epfd, EPOLL_CTL_DEL, user->fd, user));
}

int
rte_intr_rx_ctl(struct rte_intr_handle *handle, int epfd, int op, unsigned vector, void *data)
{
	unsigned index =
		vector >= RTE_INTR_VEC_RXTX_OFFSET ? vector - RTE_INTR_VEC_RXTX_OFFSET : vector;

	if (handle == NULL || index >= (unsigned)RTE_MAX(rte_intr_nb_efd_get(handle), 0)) {
		RTE_LOG(ERR, EAL, "Wrong intr vector number.\n");
		return -EPERM;
	}
	switch (op) {
	case RTE_INTR_EVENT_ADD:
		return rx_add(handle, epfd, index, data);
	case RTE_INTR_EVENT_DEL:
		return rx_delete(handle, index);
	default:
		RTE_LOG(ERR, EAL, "event op type mismatch\n");
		return -EPERM;
	}
}

void
rte_intr_free_epoll_fd(struct rte_intr_handle *handle)
{
	for (int i = 0; i < rte_intr_nb_efd_get(handle); i++) {
		struct rte_epoll_event *user = rte_intr_elist_index_get(handle, i);

		if (__atomic_load_n(&user->status, __ATOMIC_RELAXED) == RTE_EPOLL_INVALID)
			continue;
		if (rte_epoll_ctl(user->epfd, EPOLL_CTL_DEL, user->fd, user) != 0)
			eal_epoll_invalidate(user); /* the instance is gone with its thread */
	}
}
