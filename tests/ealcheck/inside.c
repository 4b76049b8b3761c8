/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What DPDK's own code asks of an environment layer behind its public functions: memory that comes
 * and goes, which says here that it does not, and what Linux's layer alone has use for.
 */
#include <errno.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_malloc.h>
#include <rte_memory.h>
#include <rte_uuid.h>

#include <eal_filesystem.h>
#include <eal_hugepages.h>
#include <eal_memalloc.h>
#include <eal_private.h>

#include "tests/ealcheck/inside.h"
#include "tests/unit/check.h"

#define NOT_SUPPORTED(call, due)                                                                   \
	do {                                                                                       \
		rte_errno = 0;                                                                     \
		CHECK_EQ(call, due);                                                               \
		CHECK_EQ(rte_errno, ENOTSUP);                                                      \
	} while (0)

static void
memory_is_fixed(void)
{
	struct rte_memseg *segments[2] = {NULL};
	size_t offset = 0;

	NOT_SUPPORTED(eal_memalloc_alloc_seg(RTE_PGSIZE_2M, 0), NULL);
	NOT_SUPPORTED(eal_memalloc_alloc_seg_bulk(segments, 2, RTE_PGSIZE_2M, 0, true), -1);
	NOT_SUPPORTED(eal_memalloc_free_seg(segments[0]), -1);
	NOT_SUPPORTED(eal_memalloc_free_seg_bulk(segments, 2), -1);
	NOT_SUPPORTED(eal_memalloc_sync_with_primary(), -1);
	CHECK_EQ(eal_memalloc_get_seg_fd(0, 0), -ENOTSUP);
	CHECK_EQ(eal_memalloc_set_seg_fd(0, 0, 3), -ENOTSUP);
	CHECK_EQ(eal_memalloc_set_seg_list_fd(0, 3), -ENOTSUP);
	CHECK_EQ(eal_memalloc_get_seg_fd_offset(0, 0, &offset), -ENOTSUP);
	NOT_SUPPORTED(rte_eal_hugepage_attach(), -1);
	CHECK_EQ(eal_get_baseaddr(), 0);
	CHECK_EQ(rte_eal_using_phys_addrs(), 1);
}

/* The public face of the same: no segment is a file. */
static void
no_files(void)
{
	void *block = rte_malloc(NULL, 100, 0);
	const struct rte_memseg *segment = rte_mem_virt2memseg(block, NULL);
	size_t offset = 0;

	if (CHECK(segment != NULL)) {
		NOT_SUPPORTED(rte_memseg_get_fd(segment), -1);
		NOT_SUPPORTED(rte_memseg_get_fd_offset(segment, &offset), -1);
	}
	rte_free(block);
}

static void
what_is_linux_alone(void)
{
	rte_uuid_t token, zero = {0};

	memset(token, 0xa5, sizeof(token));
	rte_eal_vfio_get_vf_token(token);
	CHECK(memcmp(token, zero, sizeof(token)) == 0);
	CHECK_EQ(rte_eal_vfio_intr_mode(), RTE_INTR_MODE_NONE);
	CHECK_EQ(rte_eal_check_module("vfio_pci"), 0);
	CHECK_EQ(rte_eal_check_module(NULL), -1);
	CHECK_EQ(rte_eal_create_uio_dev(), 0);
	CHECK_EQ(eal_clean_runtime_dir(), 0);
	CHECK_EQ(rte_eal_primary_proc_alive(NULL), rte_eal_primary_proc_alive("/none"));
}

int
inside_check(void)
{
	memory_is_fixed();
	no_files();
	what_is_linux_alone();
	return check_end();
}
