/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How much memory DPDK takes of which node. "Huge pages" are the kernel's free memory, in
 * whole 2 MB.
 *
 *	--socket-mem	what it says, of each node
 *	-m		spread by DPDK's own rule: by the nodes' lcores, then wherever some is left
 *	bare.dpdk-memory=MB	the same as -m; =N%: so much of each node's free memory
 *	none of these	all that is free but a reserve, limited by --socket-limit
 *
 * The reserve is for what is not DPDK's: malloc(), thread stacks, page tables. It is the stacks
 * of the workers, which start later, and of a node's free memory a sixteenth of the first 256 MB,
 * at least 4 MB, and a quarter of what is beyond. What is asked for may eat into it down to 1 MB a
 * node.
 */
#include <pthread.h>
#include <string.h>

#include <rte_common.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_memory.h>

#include "kernel/loader/settings.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"

#include <eal_private.h>

#include "eal_bare/compat.h"
#include "eal_bare/eal_bare.h"

#define RESERVE_PART 16
#define RESERVE_MIN ((uint64_t)4 << 20)
#define RESERVE_SMALL ((uint64_t)256 << 20) /* free memory up to which that holds */
#define RESERVE_LARGE_PART 4		    /* of what is beyond */
#define RESERVE_LEAST ((uint64_t)1 << 20)
#define STACK_USED ((size_t)512 << 10) /* of a stack, which takes memory as it is touched */
#define STACK_OVERHEAD ((size_t)64 << 10) /* of a thread: its TLS, guard page and kernel stack */

size_t
eal_worker_stack_size(void)
{
	size_t size = eal_get_internal_configuration()->huge_worker_stack_size;
	pthread_attr_t attributes;

	if (size != 0)
		return size;
	if (pthread_getattr_default_np(&attributes) == 0)
		pthread_attr_getstacksize(&attributes, &size);
	return size;
}

/* Bytes that the workers' threads are likely to need. They are taken from the main lcore's node. */
static uint64_t
stacks_size(void)
{
	unsigned workers = rte_lcore_count() - 1;

	return workers * (uint64_t)(RTE_MIN(eal_worker_stack_size(), STACK_USED) + STACK_OVERHEAD);
}

/* Free bytes of a node that DPDK may have, when `reserve` bytes of it are kept, in whole 2 MB. */
static uint64_t
node_available(unsigned node, uint64_t reserve)
{
	struct memory_stats stats;

	memory_stats(node, &stats);
	if (node == rte_lcore_to_socket_id(rte_get_main_lcore()))
		reserve += stacks_size();
	return stats.free > reserve ? RTE_ALIGN_FLOOR(stats.free - reserve, PAGE_2M) : 0;
}

/* Bytes of a node's free memory that stay free. */
static uint64_t
reserve_of(uint64_t free)
{
	uint64_t small = RTE_MIN(free, RESERVE_SMALL);

	if (settings.dpdk_percent != 0)
		return RTE_MAX(free / DPDK_PERCENT_MAX * (DPDK_PERCENT_MAX - settings.dpdk_percent),
			       RESERVE_LEAST);
	return RTE_MAX(small / RESERVE_PART, RESERVE_MIN) + (free - small) / RESERVE_LARGE_PART;
}

static void
plan_all(uint64_t *memory)
{
	const struct internal_config *config = eal_get_internal_configuration();

	for (unsigned i = 0; i < rte_socket_count(); i++) {
		unsigned node = rte_socket_id_by_idx(i);
		struct memory_stats stats;

		memory_stats(node, &stats);
		memory[node] = node_available(node, reserve_of(stats.free));
		if (config->COMPAT_FORCE_NODE_LIMITS && config->COMPAT_NODE_LIMIT[node] != 0)
			memory[node] =
				RTE_MIN(memory[node],
					RTE_ALIGN_FLOOR(config->COMPAT_NODE_LIMIT[node], PAGE_2M));
	}
}

/* DPDK's own arithmetic, and its own messages when there is not enough. */
static int
plan_asked(uint64_t *memory)
{
	static struct hugepage_info used; /* static: it holds a path of 4 KB */
	struct internal_config *config = eal_get_internal_configuration();
	struct hugepage_info *info = &config->hugepage_info[0];

	used.hugepage_sz = PAGE_2M;
	for (unsigned node = 0; node < RTE_MAX_NUMA_NODES; node++)
		memory[node] = config->COMPAT_NODE_MEM[node];
	if (eal_dynmem_calc_num_pages_per_socket(memory, info, &used, 1) < 0)
		return -1;
	for (unsigned node = 0; node < RTE_MAX_NUMA_NODES; node++)
		memory[node] = (uint64_t)used.num_pages[node] * PAGE_2M;
	return 0;
}

int
eal_memory_plan(uint64_t *memory)
{
	struct internal_config *config = eal_get_internal_configuration();
	struct hugepage_info *info = &config->hugepage_info[0];

	memset(memory, 0, RTE_MAX_NUMA_NODES * sizeof(*memory));
	config->num_hugepage_sizes = 1;
	info->hugepage_sz = PAGE_2M;
	for (unsigned i = 0; i < rte_socket_count(); i++) {
		unsigned node = rte_socket_id_by_idx(i);

		info->num_pages[node] = node_available(node, RESERVE_LEAST) / PAGE_2M;
	}
	if (config->memory == 0)
		config->memory = settings.dpdk_megabytes << 20;
	if (config->memory != 0)
		return plan_asked(memory);
	plan_all(memory);
	return 0;
}
