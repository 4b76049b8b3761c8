/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory BARs read and written through the bus, which DPDK has from 23.07 on.
 */
#include <string.h>
#include <sys/types.h>

#include <bus_pci_driver.h>
#include <rte_bus_pci.h>

#include <private.h>

#include "eal_bare/compat.h"

#if DPDK_SINCE(23, 7)

/* The address of [offset, offset + length) of a mapped BAR, NULL if it has not all of it. */
static void *
mmio_address(const struct rte_pci_device *dev, int bar, size_t length, off_t offset)
{
	const struct rte_mem_resource *resource;

	if (bar < 0 || bar >= PCI_MAX_RESOURCE || offset < 0)
		return NULL;
	resource = &dev->mem_resource[bar];
	if (resource->addr == NULL || (uint64_t)offset > resource->len ||
	    length > resource->len - offset)
		return NULL;
	return (uint8_t *)resource->addr + offset;
}

int
rte_pci_mmio_read(const struct rte_pci_device *dev, int bar, void *buffer, size_t length,
		  off_t offset)
{
	const void *from = mmio_address(dev, bar, length, offset);

	if (from == NULL)
		return -1;
	memcpy(buffer, from, length);
	return length;
}

int
rte_pci_mmio_write(const struct rte_pci_device *dev, int bar, const void *buffer, size_t length,
		   off_t offset)
{
	void *to = mmio_address(dev, bar, length, offset);

	if (to == NULL)
		return -1;
	memcpy(to, buffer, length);
	return length;
}

#endif
