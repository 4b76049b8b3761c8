/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * compat.h's part for the PCI bus.
 */
#ifndef EAL_BARE_COMPAT_PCI_H
#define EAL_BARE_COMPAT_PCI_H

#include <stdbool.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_version.h>

#include <private.h>

/*
 * A device, and behind it which of the kernel's functions it is: DPDK frees both as one. From 24.03
 * on a device is the head of a larger structure, which pci_free() frees.
 */
struct compat_pci {
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
	struct rte_pci_device_internal internal;
#else
	struct rte_pci_device device;
#endif
	unsigned index;
};

#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
static inline struct rte_pci_device *
compat_pci_device(struct compat_pci *pci)
{
	return &pci->internal.device;
}

static inline const struct compat_pci *
compat_pci_of(const struct rte_pci_device *dev)
{
	return container_of(dev, const struct compat_pci, internal.device);
}

static inline void
compat_pci_free(struct rte_pci_device *dev)
{
	pci_free(RTE_PCI_DEVICE_INTERNAL(dev));
}
#else
static inline struct rte_pci_device *
compat_pci_device(struct compat_pci *pci)
{
	return &pci->device;
}

static inline const struct compat_pci *
compat_pci_of(const struct rte_pci_device *dev)
{
	return container_of(dev, const struct compat_pci, device);
}

static inline void
compat_pci_free(struct rte_pci_device *dev)
{
	pci_free(dev);
}
#endif

/* From 26.07 on the bus is one like any other: its lists are struct rte_bus's. */
#if RTE_VERSION >= RTE_VERSION_NUM(26, 7, 0, 0)
#include <bus_driver.h>

#define COMPAT_PCI_BUS (&rte_pci_bus)
#define COMPAT_PCI_FOREACH(dev) RTE_BUS_FOREACH_DEV(dev, COMPAT_PCI_BUS)

static inline void
compat_pci_add(struct rte_pci_device *dev)
{
	rte_bus_add_device(COMPAT_PCI_BUS, &dev->device);
}

static inline void
compat_pci_insert(struct rte_pci_device *before, struct rte_pci_device *dev)
{
	rte_bus_insert_device(COMPAT_PCI_BUS, &before->device, &dev->device);
}

static inline bool
compat_pci_is_ignored(const struct rte_pci_addr *address)
{
	char name[PCI_PRI_STR_SIZE + 1];

	rte_pci_device_name(address, name, sizeof(name));
	return rte_bus_device_is_ignored(COMPAT_PCI_BUS, name);
}

static inline const struct rte_pci_driver *
compat_pci_driver(const struct rte_pci_device *dev)
{
	const struct rte_driver *driver = dev->device.driver;

	return driver == NULL ? NULL : RTE_BUS_DRIVER(driver, const struct rte_pci_driver);
}
#else
#define COMPAT_PCI_BUS (&rte_pci_bus.bus)
#define COMPAT_PCI_FOREACH(dev) FOREACH_DEVICE_ON_PCIBUS(dev)

static inline void
compat_pci_add(struct rte_pci_device *dev)
{
	rte_pci_add_device(dev);
}

static inline void
compat_pci_insert(struct rte_pci_device *before, struct rte_pci_device *dev)
{
	rte_pci_insert_device(before, dev);
}

static inline bool
compat_pci_is_ignored(const struct rte_pci_addr *address)
{
	return rte_pci_ignore_device(address);
}

static inline const struct rte_pci_driver *
compat_pci_driver(const struct rte_pci_device *dev)
{
	return dev->driver;
}
#endif

#endif
