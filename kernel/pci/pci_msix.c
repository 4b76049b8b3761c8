/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MSI-X, PCI 3.0 §6.8.2: a table of messages in one of the function's BARs.
 */
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/interrupts/irq.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci_internal.h"

#define MSIX_ADDRESS 0
#define MSIX_ADDRESS_HIGH 4
#define MSIX_DATA 8
#define MSIX_VECTOR_CONTROL 12
#define MSIX_MASKED (1u << 0)

void
pci_msix_find(struct pci_device *device)
{
	unsigned at = pci_find_capability(device, PCI_CAP_MSIX);

	if (!at)
		return;
	uint32_t control = pci_config_read(device, at + PCI_MSIX_CONTROL, 2);
	uint32_t table = pci_config_read(device, at + PCI_MSIX_TABLE, 4);
	unsigned vectors = (control & PCI_MSIX_SIZE_MASK) + 1;
	unsigned bar = table & PCI_MSIX_BAR_MASK;
	uint32_t offset = table & ~PCI_MSIX_BAR_MASK;
	uint64_t end = (uint64_t)offset + vectors * PCI_MSIX_ENTRY_SIZE;

	device->private->msix_capability = (uint16_t)at;
	if (bar >= PCI_BARS || device->bars[bar].io || end > device->bars[bar].size) {
		log_warning("pci: " PCI_PLACE ": the MSI-X table is outside of BAR %u",
			    PCI_PLACE_ARGS(device), bar);
		return;
	}
	device->msix_vectors = (uint16_t)vectors;
	device->private->msix_table_bar = (uint8_t)bar;
	device->private->msix_table_offset = offset;
}

/* Address of a table entry, 0 when the table cannot be mapped. */
static uint64_t
msix_entry(const struct pci_device *device, unsigned entry)
{
	unsigned bar = device->private->msix_table_bar;

	if (pci_map_bar(device, bar, PAGING_UC) != 0)
		return 0;
	return device->bars[bar].base + device->private->msix_table_offset +
	       entry * PCI_MSIX_ENTRY_SIZE;
}

static void
msix_control(struct pci_device *device, uint32_t clear, uint32_t set)
{
	unsigned offset = device->private->msix_capability + PCI_MSIX_CONTROL;
	uint32_t control = pci_config_read(device, offset, 2);

	pci_config_write(device, offset, 2, (control & ~clear) | set);
}

void
pci_msix_reset(struct pci_device *device)
{
	if (device->msix_vectors == 0)
		return;
	msix_control(device, PCI_MSIX_ENABLE | PCI_MSIX_MASK_ALL, 0);
	uint64_t at = msix_entry(device, 0);
	for (unsigned i = 0; at && i < device->msix_vectors; i++)
		mmio_write32(at + i * PCI_MSIX_ENTRY_SIZE + MSIX_VECTOR_CONTROL, MSIX_MASKED);
}

/* Whether an entry can be used: 0, -ENOTSUP, -EINVAL, -EIO; its address in *at. */
static int
msix_check(const struct pci_device *device, unsigned entry, uint64_t *at)
{
	if (device->msix_vectors == 0)
		return -ENOTSUP;
	if (entry >= device->msix_vectors)
		return -EINVAL;
	*at = msix_entry(device, entry);
	return *at ? 0 : -EIO;
}

/* Masked while it changes: the device never sees half a message (§6.8.3.5). */
int
pci_msix_set(struct pci_device *device, unsigned entry, int vector)
{
	uint64_t at, address = irq_msi_address();
	int error = msix_check(device, entry, &at);

	if (error)
		return error;
	mmio_write32(at + MSIX_VECTOR_CONTROL, MSIX_MASKED);
	mmio_write32(at + MSIX_ADDRESS, (uint32_t)address);
	mmio_write32(at + MSIX_ADDRESS_HIGH, (uint32_t)(address >> 32));
	mmio_write32(at + MSIX_DATA, irq_msi_data(vector));
	mmio_write32(at + MSIX_VECTOR_CONTROL, 0);
	return 0;
}

int
pci_msix_mask(struct pci_device *device, unsigned entry, bool masked)
{
	uint64_t at;
	int error = msix_check(device, entry, &at);

	if (error)
		return error;
	mmio_write32(at + MSIX_VECTOR_CONTROL, masked ? MSIX_MASKED : 0);
	return 0;
}

int
pci_msix_enable(struct pci_device *device, bool enable)
{
	if (device->msix_vectors == 0)
		return -ENOTSUP;
	msix_control(device, PCI_MSIX_ENABLE | PCI_MSIX_MASK_ALL, enable ? PCI_MSIX_ENABLE : 0);
	return 0;
}
