/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Configuration registers of a function that was found, the two lists of capabilities in them
 * (PCI 3.0 §6.7, PCIe Base 5.0 §7.6.3). A list that loops ends after as many steps as it could
 * have entries. And mapping what a BAR there says.
 */
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci_internal.h"

#define CAPABILITY_FIRST 0x40
#define CAPABILITY_POINTER_MASK 0xfc
#define CAPABILITY_ID 0
#define CAPABILITY_NEXT 1
#define CAPABILITIES_MAX ((PCI_CONFIG_SIZE - CAPABILITY_FIRST) / 4)

#define EXTENDED_FIRST PCI_CONFIG_SIZE
#define EXTENDED_ID_MASK 0xffff
#define EXTENDED_NEXT_SHIFT 20
#define EXTENDED_POINTER_MASK 0xffc
#define EXTENDED_MAX ((PCIE_CONFIG_SIZE - EXTENDED_FIRST) / 4)

static bool
config_reachable(const struct pci_device *device, unsigned offset, unsigned width)
{
	unsigned size = device->ecam ? PCIE_CONFIG_SIZE : PCI_CONFIG_SIZE;

	return (width == 1 || width == 2 || width == 4) && offset % width == 0 && offset < size &&
	       width <= size - offset;
}

uint32_t
pci_config_read(const struct pci_device *device, unsigned offset, unsigned width)
{
	if (!config_reachable(device, offset, width))
		return width >= 4 ? UINT32_MAX : (1u << 8 * width) - 1;
	return pci_access_read(pci_place_of(device), offset, width);
}

void
pci_config_write(const struct pci_device *device, unsigned offset, unsigned width, uint32_t value)
{
	if (config_reachable(device, offset, width))
		pci_access_write(pci_place_of(device), offset, width, value);
}

/* The first of a kind from `link` on, which holds where the next capability is. */
static unsigned
capability_from(const struct pci_device *device, unsigned link, uint8_t id)
{
	unsigned at = pci_config_read(device, link, 1) & CAPABILITY_POINTER_MASK;

	for (unsigned steps = 0; at >= CAPABILITY_FIRST; steps++) {
		if (steps == CAPABILITIES_MAX) {
			log_warning("pci: " PCI_PLACE ": the capability list loops",
				    PCI_PLACE_ARGS(device));
			return 0;
		}
		if (pci_config_read(device, at + CAPABILITY_ID, 1) == id)
			return at;
		at = pci_config_read(device, at + CAPABILITY_NEXT, 1) & CAPABILITY_POINTER_MASK;
	}
	return 0;
}

unsigned
pci_find_capability(const struct pci_device *device, uint8_t id)
{
	if (!(pci_config_read(device, PCI_STATUS, 2) & PCI_STATUS_CAPABILITIES))
		return 0;
	return capability_from(device, PCI_CAPABILITY_POINTER, id);
}

unsigned
pci_next_capability(const struct pci_device *device, unsigned at, uint8_t id)
{
	return capability_from(device, at + CAPABILITY_NEXT, id);
}

unsigned
pci_find_extended_capability(const struct pci_device *device, uint16_t id)
{
	unsigned at = EXTENDED_FIRST;

	for (unsigned steps = 0; steps < EXTENDED_MAX && at >= EXTENDED_FIRST; steps++) {
		uint32_t header = pci_config_read(device, at, 4);

		if (header == 0 || header == UINT32_MAX)
			return 0;
		if ((header & EXTENDED_ID_MASK) == id)
			return at;
		at = header >> EXTENDED_NEXT_SHIFT & EXTENDED_POINTER_MASK;
	}
	return 0;
}

int
pci_map_bar(const struct pci_device *device, unsigned bar, unsigned cache)
{
	const struct pci_bar *region;

	if (bar >= PCI_BARS)
		return -ENXIO;
	region = &device->bars[bar];
	if (region->size == 0 || region->io)
		return -ENXIO;
	if (region->base == 0)
		return -EADDRNOTAVAIL;
	int error = paging_map_device(region->base, region->size, cache);
	if (error == -EADDRINUSE)
		log_error("pci: " PCI_PLACE ": BAR %u at %#lx is in RAM: not mapped",
			  PCI_PLACE_ARGS(device), bar, region->base);
	return error;
}
