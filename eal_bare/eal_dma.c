/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory of the program's own for devices. No IOMMU is in use: a device reaches every page of RAM,
 * at the address that rte_mem_virt2iova() says, and nothing can be mapped for it elsewhere. So
 * mapping succeeds where what is asked for is the case.
 */
#include <inttypes.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_memory.h>
#include <rte_vfio.h>

#include "kernel/memory/paging.h"

#include <private.h>

#include "eal_bare/bus_pci.h"
#include "eal_bare/compat_pci.h"

enum reach {
	REACH_NONE,	 /* not at that address, or a page is not there */
	REACH_SCATTERED, /* the first page is; others are at addresses of their own */
	REACH_WHOLE,
};

/* How a device reaches [address, address + length) at `iova`. */
static enum reach
reach_of(uint64_t address, uint64_t iova, uint64_t length)
{
	enum reach reach = REACH_WHOLE;
	struct paging_mapping page;
	uint64_t end;

	if (length == 0 || __builtin_add_overflow(address, length, &end))
		return REACH_NONE;
	for (uint64_t at = address; at < end; at = page.base + page.size) {
		if (!paging_lookup(at, &page) || (page.flags & PAGING_CACHE_MASK) != PAGING_WB)
			return REACH_NONE;
		if (page.physical + (at - page.base) == iova + (at - address))
			continue;
		if (at == address)
			return REACH_NONE;
		reach = REACH_SCATTERED;
	}
	return reach;
}

/* Returns 0, or -1 with rte_errno after saying why. */
static int
check_reach(uint64_t address, uint64_t iova, uint64_t length, enum reach least)
{
	enum reach reach = reach_of(address, iova, length);

	if (reach < least) {
		RTE_LOG(ERR, EAL,
			"DMA: no device finds %" PRIu64 " bytes at 0x%" PRIx64 " by 0x%" PRIx64
			": there is no IOMMU\n",
			length, address, iova);
		rte_errno = ENOTSUP;
		return -1;
	}
	if (reach == REACH_SCATTERED)
		RTE_LOG(NOTICE, EAL,
			"DMA: %" PRIu64 " bytes at 0x%" PRIx64
			" are not in one piece: each page is where rte_mem_virt2iova() says\n",
			length, address);
	return 0;
}

/* -- VFIO's names ----------------------------------------------------------------------------- */

static int
check_container(int container, uint64_t address, uint64_t iova, uint64_t length)
{
	if (container == RTE_VFIO_DEFAULT_CONTAINER_FD)
		return check_reach(address, iova, length, REACH_SCATTERED);
	RTE_LOG(ERR, EAL, "DMA: there is no VFIO container but the default one\n");
	rte_errno = ENOTSUP;
	return -1;
}

int
rte_vfio_container_dma_map(int container, uint64_t address, uint64_t iova, uint64_t length)
{
	return check_container(container, address, iova, length);
}

int
rte_vfio_container_dma_unmap(int container, uint64_t address, uint64_t iova, uint64_t length)
{
	return check_container(container, address, iova, length);
}

/* -- The PCI bus's part of rte_dev_dma_map() -------------------------------------------------- */

static int
bus_dma(struct rte_device *device, void *address, uint64_t iova, size_t length)
{
	if (device == NULL || compat_pci_driver(RTE_DEV_TO_PCI(device)) == NULL) {
		rte_errno = EINVAL;
		return -1;
	}
	return check_reach((uintptr_t)address, iova, length, REACH_WHOLE);
}

void
bus_pci_dma_init(void)
{
	COMPAT_PCI_BUS->dma_map = bus_dma;
	COMPAT_PCI_BUS->dma_unmap = bus_dma;
}
