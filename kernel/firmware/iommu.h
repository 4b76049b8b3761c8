/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IOMMUs. Devices here use physical addresses, so what firmware has left translating or
 * protecting memory is switched off: its tables know nothing of our buffers.
 */
#ifndef KERNEL_IOMMU_H
#define KERNEL_IOMMU_H

/*
 * Looks at each unit of acpi_info.iommus, and at those that are PCI functions of a virtual machine,
 * and switches off what is on; what stays on is named,
 * with what helps. Waits at most a second for each function that is switched off. Boot CPU, after
 * pci_init() (which quiets the NICs), before a device is claimed.
 */
void iommu_init(void);

#endif
