/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory is taken once, when the environment layer starts (eal_memory.c), and given back when it
 * ends: it does not grow or shrink between, and no file is behind it.
 */
#include <errno.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_fbarray.h>
#include <rte_log.h>
#include <rte_memory.h>

#include "kernel/memory/memory.h"

#include <eal_memalloc.h>
#include <eal_memcfg.h>
#include <eal_private.h>

static int
memalloc_not_supported(void)
{
	RTE_LOG(ERR, EAL, "Memory is fixed once it is taken: hotplug is not supported\n");
	rte_errno = ENOTSUP;
	return -1;
}

int
eal_memalloc_alloc_seg_bulk(struct rte_memseg **segments __rte_unused, int count __rte_unused,
			    size_t page_size __rte_unused, int socket __rte_unused,
			    bool exact __rte_unused)
{
	return memalloc_not_supported();
}

struct rte_memseg *
eal_memalloc_alloc_seg(size_t page_size __rte_unused, int socket __rte_unused)
{
	memalloc_not_supported();
	return NULL;
}

int
eal_memalloc_free_seg(struct rte_memseg *segment __rte_unused)
{
	return memalloc_not_supported();
}

int
eal_memalloc_free_seg_bulk(struct rte_memseg **segments __rte_unused, int count __rte_unused)
{
	return memalloc_not_supported();
}

int
eal_memalloc_sync_with_primary(void)
{
	return memalloc_not_supported();
}

int
eal_memalloc_get_seg_fd(int list __rte_unused, int segment __rte_unused)
{
	return -ENOTSUP;
}

int
eal_memalloc_set_seg_fd(int list __rte_unused, int segment __rte_unused, int fd __rte_unused)
{
	return -ENOTSUP;
}

int
eal_memalloc_set_seg_list_fd(int list __rte_unused, int fd __rte_unused)
{
	return -ENOTSUP;
}

int
eal_memalloc_get_seg_fd_offset(int list __rte_unused, int segment __rte_unused,
			       size_t *offset __rte_unused)
{
	return -ENOTSUP;
}

/* Nothing but the memseg lists is kept. */
int
eal_memalloc_init(void)
{
	return 0;
}

/*
 * Gives the memory back to the kernel. Called by rte_eal_memory_detach() with the lock held,
 * which then finds no list of ours left to unmap.
 */
int
eal_memalloc_cleanup(void)
{
	struct rte_mem_config *config = rte_eal_get_configuration()->mem_config;
	int result = 0;

	for (unsigned i = 0; i < RTE_MAX_MEMSEG_LISTS; i++) {
		struct rte_memseg_list *list = &config->memsegs[i];

		if (list->base_va == NULL || list->external)
			continue;
		memory_return(list->base_va, list->len);
		if (rte_fbarray_destroy(&list->memseg_arr) != 0)
			result = -1;
		memset(list, 0, sizeof(*list));
	}
	return result;
}

bool __wrap_eal_memalloc_is_contig(const struct rte_memseg_list *list, void *start, size_t length);

/*
 * Whether the devices see memory of a list in one piece. All of ours is. Memory that a program
 * brings is as its IOVAs say, for which DPDK does not ask in legacy mode: the linker leads it here
 * (--wrap).
 */
bool
__wrap_eal_memalloc_is_contig(const struct rte_memseg_list *list, void *start, size_t length)
{
	size_t page = list->page_sz;
	size_t first = RTE_PTR_DIFF(start, list->base_va) / page;
	size_t last = (RTE_PTR_DIFF(start, list->base_va) + length - 1) / page;

	for (size_t i = first; list->external && i < last; i++) {
		const struct rte_memseg *one = rte_fbarray_get(&list->memseg_arr, (unsigned)i);
		const struct rte_memseg *next = rte_fbarray_get(&list->memseg_arr, (unsigned)i + 1);

		if (next->iova != one->iova + page)
			return false;
	}
	return true;
}
