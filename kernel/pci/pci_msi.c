/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MSI, PCI 3.0 §6.8.1: one message, in the capability itself. For functions that have no MSI-X, and
 * for drivers that cannot use it.
 */
#include "kernel/base/errno.h"
#include "kernel/interrupts/irq.h"
#include "kernel/pci/pci_internal.h"

/* Relative to the capability. */
#define MSI_MESSAGES_MASK (7u << 4) /* how many are enabled: 2^n */
#define MSI_64BIT (1u << 7)
#define MSI_MASKS (1u << 8) /* each message has a mask bit */
#define MSI_AT_ADDRESS 4
#define MSI_ADDRESS_HIGH 8
#define MSI_DATA_32BIT 8
#define MSI_DATA_64BIT 12
#define MSI_MASK_AFTER_DATA 4

bool
pci_msi_has(const struct pci_device *device)
{
	return pci_find_capability(device, PCI_CAP_MSI) != 0;
}

int
pci_msi_set(struct pci_device *device, int vector)
{
	unsigned at = pci_find_capability(device, PCI_CAP_MSI);
	uint64_t address = irq_msi_address();

	if (!at)
		return -ENOTSUP;
	uint32_t control = pci_config_read(device, at + PCI_MSI_CONTROL, 2);
	unsigned data = at + (control & MSI_64BIT ? MSI_DATA_64BIT : MSI_DATA_32BIT);

	pci_config_write(device, at + PCI_MSI_CONTROL, 2,
			 control & ~(PCI_MSI_ENABLE | MSI_MESSAGES_MASK));
	pci_config_write(device, at + MSI_AT_ADDRESS, 4, (uint32_t)address);
	if (control & MSI_64BIT)
		pci_config_write(device, at + MSI_ADDRESS_HIGH, 4, (uint32_t)(address >> 32));
	pci_config_write(device, data, 2, irq_msi_data(vector));
	if (control & MSI_MASKS)
		pci_config_write(device, data + MSI_MASK_AFTER_DATA, 4, 0);
	return 0;
}

int
pci_msi_enable(struct pci_device *device, bool enable)
{
	unsigned at = pci_find_capability(device, PCI_CAP_MSI);

	if (!at)
		return -ENOTSUP;
	uint32_t control = pci_config_read(device, at + PCI_MSI_CONTROL, 2) & ~PCI_MSI_ENABLE;
	pci_config_write(device, at + PCI_MSI_CONTROL, 2, control | (enable ? PCI_MSI_ENABLE : 0));
	return 0;
}
