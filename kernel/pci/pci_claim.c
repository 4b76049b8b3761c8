/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Giving a function to a driver, and taking it back.
 */
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/pci/pci_internal.h"
#include "kernel/time/clock.h"

/* Power management capability, PCI Power Management 1.2 §3.2.4, §5.4.1. */
#define POWER_CONTROL 4
#define POWER_STATE_MASK 0x3u
#define POWER_UP_NS (10 * NS_PER_MS)

/* To D0. From D3 a function comes up as after a reset: its BARs are written again (§5.4.1). */
void
pci_power_up(const struct pci_device *device)
{
	unsigned capability = pci_find_capability(device, PCI_CAP_POWER);

	if (!capability)
		return;
	uint32_t control = pci_config_read(device, capability + POWER_CONTROL, 2);
	if (!(control & POWER_STATE_MASK))
		return;
	pci_config_write(device, capability + POWER_CONTROL, 2, control & ~POWER_STATE_MASK);
	clock_delay_ns(POWER_UP_NS);
	if (!device->physical)
		pci_bars_restore(device);
}

/* Sets bits of the command register; -EIO when they do not stay. */
static int
pci_command_set(const struct pci_device *device, uint32_t bits)
{
	uint32_t command = pci_config_read(device, PCI_COMMAND, 2);

	if ((command & bits) != bits)
		pci_config_write(device, PCI_COMMAND, 2, command | bits);
	if ((pci_config_read(device, PCI_COMMAND, 2) & bits) == bits)
		return 0;
	log_error("pci: " PCI_PLACE ": the command register does not take %#x",
		  PCI_PLACE_ARGS(device), bits);
	return -EIO;
}

/* What a function decodes, by its BARs. */
static uint32_t
pci_decoding(const struct pci_device *device)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &device->bars[i];

		if (bar->size && bar->base)
			bits |= bar->io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
	}
	return bits;
}

/*
 * A virtual function decodes as its physical one says, and the bit in its own command register is
 * fixed at 0 (PCIe Base 5.0 §9.3.4.1.3). QEMU's go by that bit all the same.
 */
static void
pci_virtual_decode(const struct pci_device *device)
{
	uint32_t command = pci_config_read(device, PCI_COMMAND, 2);

	pci_config_write(device, PCI_COMMAND, 2, command | PCI_COMMAND_MEMORY);
}

int
pci_claim(struct pci_device *device)
{
	uint32_t decoding;
	int error = 0;

	pci_bars_probe(device);
	decoding = pci_decoding(device);
	for (struct pci_device *bridge = device->private->bridge; bridge && !error;
	     bridge = bridge->private->bridge)
		error = pci_command_set(bridge, PCI_COMMAND_MASTER | decoding);
	if (error)
		return error;
	pci_power_up(device);
	pci_intx_mask(device, true);
	if (device->physical) {
		pci_virtual_decode(device);
	} else {
		pci_express_tune(device);
		error = pci_command_set(device, decoding);
	}
	if (error)
		return error;
	pci_msix_reset(device);
	(void)pci_msi_enable(device, false); /* where it has that */
	error = pci_command_set(device, PCI_COMMAND_MASTER);
	device->private->claimed = error == 0;
	return error;
}

void
pci_release(struct pci_device *device)
{
	uint32_t command = pci_config_read(device, PCI_COMMAND, 2);

	pci_config_write(device, PCI_COMMAND, 2,
			 (command & ~PCI_COMMAND_MASTER) | PCI_COMMAND_INTX_DISABLE);
	pci_msix_reset(device);
	(void)pci_msi_enable(device, false);
	device->private->claimed = false;
}
