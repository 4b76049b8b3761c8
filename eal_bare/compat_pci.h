/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * compat.h's part for the PCI bus.
 */
#ifndef EAL_BARE_COMPAT_PCI_H
#define EAL_BARE_COMPAT_PCI_H

#include <stdlib.h>

#include <rte_version.h>

#include <private.h>

/* From 24.03 on a device is the head of a larger structure, which pci_free() frees. */
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
static inline struct rte_pci_device *
compat_pci_alloc(void)
{
	struct rte_pci_device_internal *internal = calloc(1, sizeof(*internal));

	return internal == NULL ? NULL : &internal->device;
}

static inline void
compat_pci_free(struct rte_pci_device *dev)
{
	pci_free(RTE_PCI_DEVICE_INTERNAL(dev));
}
#else
static inline struct rte_pci_device *
compat_pci_alloc(void)
{
	return calloc(1, sizeof(struct rte_pci_device));
}

static inline void
compat_pci_free(struct rte_pci_device *dev)
{
	pci_free(dev);
}
#endif

#endif
