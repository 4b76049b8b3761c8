/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The node of a card that firmware's tables do not tell, measured: a read of one of its registers
 * takes longer from the other socket. During rte_eal_init() alone, when no lcore works yet; not
 * under a hypervisor, where the time is that of an exit.
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>

#include <eal_internal_cfg.h>
#include <eal_private.h>
#include <rte_cycles.h>
#include <rte_io.h>
#include <rte_log.h>

#include "kernel/base/cpu.h"
#include "kernel/base/processor.h"
#include "kernel/memory/memory.h"
#include "kernel/pci/pci.h"

#include "eal_bare/bus_pci.h"

#define READS 64
#define CLEAR_PERCENT 10 /* the nearest node's time is less than the next one's by this, at least */

struct node_time {
	int node; /* -1: none */
	uint64_t ticks;
};

/* The shortest of a few reads, from the calling CPU. */
static uint64_t
time_reads(const volatile void *address)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < READS; i++) {
		uint64_t start = rte_rdtsc_precise();

		(void)rte_read32(address);
		least = RTE_MIN(least, rte_rdtsc_precise() - start);
	}
	return least;
}

/* The same from the first CPU of a node; 0: it has none, or the thread may not go there. */
static uint64_t
time_from_node(unsigned node, const volatile void *address)
{
	for (unsigned i = 0; i < cpu_count(); i++) {
		cpu_set_t set;

		if (cpu_get(i)->node != node)
			continue;
		CPU_ZERO(&set);
		CPU_SET(i, &set);
		if (pthread_setaffinity_np(pthread_self(), sizeof(set), &set) != 0)
			return 0;
		return time_reads(address);
	}
	return 0;
}

/* Measures from each node; the nearest and the next. */
static void
time_from_nodes(const volatile void *address, struct node_time *first, struct node_time *second)
{
	*first = *second = (struct node_time){-1, UINT64_MAX};
	for (unsigned node = 0; node < memory_node_count(); node++) {
		struct node_time now = {(int)node, time_from_node(node, address)};

		if (now.ticks != 0 && now.ticks < first->ticks) {
			*second = *first;
			*first = now;
		} else if (now.ticks != 0 && now.ticks < second->ticks) {
			*second = now;
		}
	}
}

static bool
may_measure(const struct pci_device *device)
{
	return device->node < 0 && memory_node_count() > 1 && !processor_is_virtual() &&
	       !eal_get_internal_configuration()->init_complete;
}

static const volatile void *
first_registers(const struct rte_pci_device *dev)
{
	for (unsigned i = 0; i < PCI_MAX_RESOURCE; i++)
		if (dev->mem_resource[i].addr != NULL)
			return dev->mem_resource[i].addr;
	return NULL;
}

void
bus_pci_measure_node(struct rte_pci_device *dev, struct pci_device *device)
{
	const volatile void *address = first_registers(dev);
	struct node_time first, second;
	uint64_t hz = RTE_MAX(rte_get_tsc_hz(), 1ULL);
	cpu_set_t own;

	if (!may_measure(device) || address == NULL ||
	    pthread_getaffinity_np(pthread_self(), sizeof(own), &own) != 0)
		return;
	time_from_nodes(address, &first, &second);
	pthread_setaffinity_np(pthread_self(), sizeof(own), &own);
	if (second.node < 0)
		return;
	if (first.ticks + first.ticks * CLEAR_PERCENT / 100 > second.ticks) {
		RTE_LOG(INFO, EAL, "%s: a read takes as long from node %d as from node %d\n",
			dev->name, first.node, second.node);
		return;
	}
	device->node = first.node;
	dev->device.numa_node = first.node;
	RTE_LOG(INFO, EAL, "%s: node %d, measured: a read takes %" PRIu64 " ns from there, %" PRIu64
		" from node %d\n", dev->name, first.node, first.ticks * NS_PER_S / hz,
		second.ticks * NS_PER_S / hz, second.node);
}
