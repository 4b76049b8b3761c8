/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mapping a device's memory BARs: uncached, or write-combining for prefetchable BARs of a driver
 * that asks for it. A BAR's address is its own.
 */
#include <errno.h>
#include <inttypes.h>

#include <eal_internal_cfg.h>
#include <eal_private.h>
#include <rte_bus_pci.h>
#include <rte_errno.h>
#include <rte_log.h>

#include "kernel/memory/paging.h"
#include "kernel/pci/pci.h"

#include <private.h>

#include "eal_bare/bus_pci.h"
#include "eal_bare/compat_pci.h"

static unsigned
bar_cache(const struct rte_pci_device *dev, const struct pci_bar *bar)
{
	const struct rte_pci_driver *driver = compat_pci_driver(dev);
	bool combine = driver != NULL && (driver->drv_flags & RTE_PCI_DRV_WC_ACTIVATE);

	return combine && bar->prefetchable ? PAGING_WC : PAGING_UC;
}

static const char *
map_fault(int error)
{
	switch (error) {
	case -EADDRNOTAVAIL:
		return "the firmware gave it no address";
	case -EADDRINUSE:
		return "the firmware gave it an address in RAM";
	case -ENOMEM:
		return "no memory for pages";
	default:
		return "the firmware gave it an address that this CPU has not";
	}
}

static int
bar_map(struct rte_pci_device *dev, const struct pci_device *device, unsigned index)
{
	const struct pci_bar *bar = &device->bars[index];
	int error;

	if (bar->size == 0 || bar->io)
		return 0;
	error = pci_map_bar(device, index, bar_cache(dev, bar));
	if (error != 0) {
		RTE_LOG(ERR, EAL, "Cannot map BAR %u of PCI device %s (%" PRIu64 " bytes): %s\n",
			index, dev->name, bar->size, map_fault(error));
		return -1;
	}
	dev->mem_resource[index].addr = (void *)bar->base;
	return 0;
}

static void
bars_forget(struct rte_pci_device *dev)
{
	for (unsigned i = 0; i < PCI_BARS; i++)
		dev->mem_resource[i].addr = NULL;
}

int
rte_pci_map_device(struct rte_pci_device *dev)
{
	struct bus_function *function = bus_pci_function(dev);

	if (function == NULL || bus_pci_claim(function, dev) != 0)
		return -1;
	function->bars = true;
	for (unsigned i = 0; i < PCI_BARS; i++)
		if (bar_map(dev, function->device, i) != 0) {
			rte_pci_unmap_device(dev);
			return -1;
		}
	bus_pci_measure_node(dev, function->device);
	return 0;
}

/*
 * A driver that gives a virtual function back at once, because of its probe: most ask the NIC's own
 * driver first, and have no words of their own for one that does not answer.
 */
static void
virtual_given_back(const struct rte_pci_device *dev, const struct pci_device *device)
{
	const struct pci_device *physical = device->physical;

	if (physical == NULL || eal_get_internal_configuration()->init_complete)
		return;
	RTE_LOG(WARNING, EAL, "%s is a virtual function of %04x:%02x:%02x.%x, which %s\n",
		dev->name, physical->segment, physical->bus, physical->device, physical->function,
		bus_pci_is_claimed(physical)
			? "serves it from when its own port has started: probe it then "
			  "(rte_dev_probe(), testpmd's 'port attach')"
			: "no driver has: nothing serves it (is it left out by -a or -b?)");
}

/* The kernel keeps the pages: another CPU may have them in its TLB, and they cost nothing. */
void
rte_pci_unmap_device(struct rte_pci_device *dev)
{
	struct bus_function *function = bus_pci_function(dev);

	bars_forget(dev);
	if (function == NULL)
		return;
	function->bars = false;
	virtual_given_back(dev, function->device);
	bus_pci_release(function, dev);
}

/* For a device that was pulled out, which the kernel does not notice. */
int
pci_uio_remap_resource(struct rte_pci_device *dev)
{
	RTE_LOG(ERR, EAL, "Cannot remap PCI device %s: hot-unplug is not supported\n", dev->name);
	rte_errno = ENOTSUP;
	return -1;
}
