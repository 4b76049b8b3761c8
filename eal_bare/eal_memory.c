/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DPDK's memory, taken from the kernel at once and for good, as in DPDK's legacy mode: one
 * memseg list for each contiguous piece, whole gigabytes first where the kernel maps them by
 * 1 GB pages, the rest in 2 MB pages.
 *
 * Every address is the same to the program, to the machine and to the devices. Nothing is
 * zeroed here: segments are marked dirty, and what is taken is zeroed then (eal_malloc.c).
 */
#include <inttypes.h>
#include <string.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_fbarray.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_memory.h>

#include "kernel/cpu/softtlb.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"

#include <eal_private.h>
#include <eal_memalloc.h>
#include <eal_memcfg.h>

#include "eal_bare/eal_bare.h"

#define LISTS_MAX (RTE_MAX_MEMSEG_LISTS * 3 / 4) /* the others are for external memory */

/* -- Addresses ------------------------------------------------------------------------------ */

/* No address is better than another: 0 means that mmap() may choose. */
uint64_t
eal_get_baseaddr(void)
{
	return 0;
}

int
rte_eal_using_phys_addrs(void)
{
	return 1;
}

phys_addr_t
rte_mem_virt2phy(const void *address)
{
	struct paging_mapping mapping;

	if (!paging_lookup((uintptr_t)address, &mapping))
		return RTE_BAD_IOVA;
	return mapping.physical + ((uintptr_t)address - mapping.base);
}

rte_iova_t
rte_mem_virt2iova(const void *address)
{
	return rte_mem_virt2phy(address);
}

/* -- Taking ----------------------------------------------------------------------------------- */

/*
 * Takes one contiguous piece of at most `want` bytes. Returns its length, 0 when nothing is left.
 */
static uint64_t
piece_take(unsigned node, uint64_t want, void **base)
{
	struct memory_stats stats;
	uint64_t length;

	memory_stats(node, &stats);
	length = RTE_MIN(want, stats.largest_2m);

	/* A range whose ends lie inside a gigabyte holds one whole gigabyte less. */
	for (unsigned less = 0; less <= 1 && length >= (less + 1) * PAGE_1G; less++) {
		uint64_t gigabytes = RTE_ALIGN_FLOOR(length, PAGE_1G) - less * PAGE_1G;

		*base = memory_grant(gigabytes, PAGE_1G, node);
		if (*base != NULL)
			return gigabytes;
	}
	length = RTE_ALIGN_FLOOR(length, PAGE_2M);
	if (length == 0)
		return 0;
	*base = memory_grant(length, PAGE_2M, node);
	return *base == NULL ? 0 : length;
}

/* Page size of a piece: what it is truly mapped by, as far as alignment allows. */
static uint64_t
piece_page_size(void *base, uint64_t length)
{
	struct paging_mapping mapping;

	if (length % PAGE_1G != 0 || !paging_lookup((uintptr_t)base, &mapping))
		return PAGE_2M;
	return mapping.size == PAGE_1G ? PAGE_1G : PAGE_2M;
}

/* A memseg list over a piece. `index` is its number, which makes its name unique. */
static int
list_init(struct rte_memseg_list *list, void *base, uint64_t length, unsigned node, int index)
{
	uint64_t page = piece_page_size(base, length);

	if (eal_memseg_list_init(list, page, length / page, node, index, true) != 0)
		return -1;
	list->base_va = base;
	list->len = length;
	RTE_LOG(DEBUG, EAL, "Memory of node %u: %" PRIu64 " MB at %p, %" PRIu64 " MB pages\n", node,
		length >> 20, base, page >> 20);
	return 0;
}

/* Takes `want` bytes of a node, in as many pieces as it needs. Returns what it got. */
static uint64_t
node_take(unsigned node, uint64_t want, int *lists)
{
	struct rte_mem_config *config = rte_eal_get_configuration()->mem_config;
	uint64_t taken = 0;

	while (taken < want && *lists < LISTS_MAX) {
		void *base;
		uint64_t length = piece_take(node, want - taken, &base);

		if (length == 0)
			break;
		if (list_init(&config->memsegs[*lists], base, length, node, *lists) != 0) {
			memory_return(base, length);
			break;
		}
		(*lists)++;
		taken += length;
	}
	return taken;
}

/* Takes what is planned. Returns the bytes taken, 0 after saying what is missing. */
static uint64_t
memory_take(const uint64_t *memory, int *lists)
{
	bool asked = eal_get_internal_configuration()->memory != 0;
	uint64_t total = 0;

	for (unsigned node = 0; node < RTE_MAX_NUMA_NODES; node++) {
		uint64_t taken = memory[node] == 0 ? 0 : node_take(node, memory[node], lists);

		if (taken < memory[node] && asked) {
			RTE_LOG(ERR, EAL,
				"Not enough memory available on socket %u! "
				"Requested: %" PRIu64 "MB, available: %" PRIu64 "MB\n",
				node, memory[node] >> 20, taken >> 20);
			return 0;
		}
		total += taken;
	}
	if (total == 0)
		RTE_LOG(ERR, EAL, "Not enough memory available! No 2 MB page is free\n");
	return total;
}

/* Bytes that DPDK leaves to everything else. */
static uint64_t
memory_left(void)
{
	uint64_t left = 0;

	for (unsigned node = 0; node < memory_node_count(); node++) {
		struct memory_stats stats;

		memory_stats(node, &stats);
		left += stats.free;
	}
	return left;
}

int
rte_eal_memseg_init(void)
{
	uint64_t memory[RTE_MAX_NUMA_NODES], total;
	int lists = 0;

	total = eal_memory_plan(memory) < 0 ? 0 : memory_take(memory, &lists);
	if (total == 0) {
		(void)eal_memalloc_cleanup(); /* gives back what it got before it failed */
		rte_errno = ENOMEM;
		return -1;
	}
	RTE_LOG(INFO, EAL,
		"%" PRIu64 " MB of memory in %d pieces, %" PRIu64
		" MB are left to malloc(), stacks and files\n",
		total >> 20, lists, memory_left() >> 20);
	return 0;
}

/* -- Filling in ------------------------------------------------------------------------------- */

static void
list_populate(struct rte_memseg_list *list)
{
	const struct rte_mem_config *config = rte_eal_get_configuration()->mem_config;

	for (unsigned i = 0; i < list->memseg_arr.len; i++) {
		struct rte_memseg *segment = rte_fbarray_get(&list->memseg_arr, i);

		segment->addr = RTE_PTR_ADD(list->base_va, i * list->page_sz);
		segment->iova = (uintptr_t)segment->addr;
		segment->len = list->page_sz;
		segment->hugepage_sz = list->page_sz;
		segment->socket_id = list->socket_id;
		segment->nchannel = config->nchannel;
		segment->nrank = config->nrank;
		segment->flags = RTE_MEMSEG_FLAG_DIRTY;
		rte_fbarray_set_used(&list->memseg_arr, i);
	}
}

int
rte_eal_hugepage_init(void)
{
	struct rte_mem_config *config = rte_eal_get_configuration()->mem_config;

	for (unsigned i = 0; i < RTE_MAX_MEMSEG_LISTS; i++)
		if (config->memsegs[i].base_va != NULL)
			list_populate(&config->memsegs[i]);
	return 0;
}

void
eal_memory_warm_up(void)
{
	const struct rte_memseg_list *first = &rte_eal_get_configuration()->mem_config->memsegs[0];

	if (first->base_va != NULL && first->external == 0)
		softtlb_grow(first->base_va, first->len);
}

/* There is one process. */
int
rte_eal_hugepage_attach(void)
{
	RTE_LOG(ERR, EAL, "Secondary processes are not supported\n");
	rte_errno = ENOTSUP;
	return -1;
}
