/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The PCI bus: what ties a device of DPDK's to the kernel's.
 */
#ifndef EAL_BARE_BUS_PCI_H
#define EAL_BARE_BUS_PCI_H

#include <stdbool.h>

#include <bus_pci_driver.h>

#include "kernel/pci/pci.h"

/* What of a function DPDK's drivers hold; one for each function that the kernel found. */
struct bus_function {
	struct pci_device *device;
	bool bars;  /* rte_pci_map_device() */
	bool ports; /* rte_pci_ioport_map() */
	int event;  /* number of the event of its interrupt handle, -1 while it is not claimed */
};

/* The kernel's function of a DPDK device, which rte_pci_scan() made. */
struct pci_device *bus_pci_device(const struct rte_pci_device *dev);

/* The state of it, NULL after eal_pci_release_all(). */
struct bus_function *bus_pci_function(const struct rte_pci_device *dev);

/* Whether a driver of DPDK's has claimed a function of the kernel's. */
bool bus_pci_is_claimed(const struct pci_device *device);

/*
 * Claims the function for its driver, and gives the device's interrupt handle its event.
 * Returns 0, also when that has been done, or a negative error that has been logged.
 */
int bus_pci_claim(struct bus_function *function, struct rte_pci_device *dev);

/*
 * Measures the node of a device whose BARs are mapped (bus_pci_node.c), when nothing else tells it
 * and rte_eal_init() is not done. What comes of it is logged.
 */
void bus_pci_measure_node(struct rte_pci_device *dev, struct pci_device *device);

/* Ends that, once neither BARs nor ports are mapped. */
void bus_pci_release(struct bus_function *function, struct rte_pci_device *dev);

/* Has rte_dev_dma_map() of a device answered by what devices reach (eal_dma.c). */
void bus_pci_dma_init(void);

/* Has scans pass over those functions for which `hidden` is true. */
void bus_pci_set_hidden(bool (*hidden)(const struct pci_device *device));

#endif
