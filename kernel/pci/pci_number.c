/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bus numbers for bridges that firmware gave none (secondary and subordinate bus 0).
 *
 * The numbers below a bridge lie within its own range (PCI-to-PCI Bridge 1.2 §3.2.5.4). One that
 * is free there is taken, else the range grows by the number after it, and those of the bridges
 * above with it. On a root bus any free number will do, below the next root bus. A number is
 * free when no other bridge leads to it and nothing was found there.
 *
 * Each bus is scanned as soon as it has its number, and bridges found there come first, so that
 * their numbers are next to it.
 */
#include "kernel/base/log.h"
#include "kernel/pci/pci_internal.h"

static bool
number_is_above(const struct pci_device *bridge, const struct pci_device *of)
{
	for (; of; of = of->private->bridge)
		if (of == bridge)
			return true;
	return false;
}

/* Whether a number can be taken for what lies below `bridge` (NULL: on a root bus). */
static bool
number_is_free(uint16_t segment, unsigned bus, const struct pci_device *bridge)
{
	if (bus >= PCI_SEGMENT_BUSES || !pci_access_reaches(segment, (uint8_t)bus))
		return false;
	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_device *other = pci_get(i);

		if (other->segment != segment)
			continue;
		if (other->bus == bus)
			return false;
		if (other->private->secondary_bus && bus >= other->private->secondary_bus &&
		    bus <= other->private->subordinate_bus && !number_is_above(other, bridge))
			return false;
	}
	return true;
}

static bool
number_is_root(uint16_t segment, unsigned bus)
{
	for (unsigned i = 0; i < pci_count(); i++)
		if (!pci_get(i)->private->bridge && pci_get(i)->segment == segment &&
		    pci_get(i)->bus == bus)
			return true;
	return false;
}

static unsigned
number_on_root(const struct pci_device *device)
{
	for (unsigned bus = device->bus + 1u; bus < PCI_SEGMENT_BUSES; bus++) {
		if (number_is_root(device->segment, bus))
			break;
		if (number_is_free(device->segment, bus, NULL))
			return bus;
	}
	return 0;
}

bool
pci_number_extend(struct pci_device *bridge, unsigned bus)
{
	for (const struct pci_device *above = bridge; above; above = above->private->bridge)
		for (unsigned more = above->private->subordinate_bus + 1u; more <= bus; more++)
			if (!number_is_free(bridge->segment, more, bridge))
				return false;
	for (; bridge; bridge = bridge->private->bridge) {
		if (bridge->private->subordinate_bus >= bus)
			continue;
		bridge->private->subordinate_bus = (uint8_t)bus;
		pci_config_write(bridge, PCI_SUBORDINATE_BUS, 1, bus);
	}
	return true;
}

/* A number for a bridge, 0 when there is none. */
static unsigned
number_find(const struct pci_device *device)
{
	struct pci_device *above = device->private->bridge;

	if (!above)
		return number_on_root(device);
	for (unsigned bus = above->private->secondary_bus + 1u;
	     bus <= above->private->subordinate_bus; bus++)
		if (number_is_free(device->segment, bus, above))
			return bus;
	return pci_number_extend(above, above->private->subordinate_bus + 1u)
		       ? above->private->subordinate_bus
		       : 0;
}

/* The bridge to number next: on the highest bus, the first there; NULL when all are done. */
static struct pci_device *
number_next(uint16_t segment)
{
	struct pci_device *next = NULL;

	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);

		if (device->segment == segment && device->private->unnumbered &&
		    (!next || device->bus > next->bus))
			next = device;
	}
	return next;
}

void
pci_number(uint16_t segment)
{
	struct pci_device *device;

	while ((device = number_next(segment)) != NULL) {
		unsigned bus = number_find(device);

		device->private->unnumbered = false;
		if (!bus) {
			log_warning("pci: " PCI_PLACE ": no bus number is free for what is behind "
				    "this bridge",
				    PCI_PLACE_ARGS(device));
			continue;
		}
		device->private->secondary_bus = device->private->subordinate_bus = (uint8_t)bus;
		pci_config_write(device, PCI_PRIMARY_BUS, 1, device->bus);
		pci_config_write(device, PCI_SUBORDINATE_BUS, 1, bus);
		pci_config_write(device, PCI_SECONDARY_BUS, 1, bus);
		log_info("pci: " PCI_PLACE ": leads to bus %02x now", PCI_PLACE_ARGS(device), bus);
		pci_scan_bus(device->segment, (uint8_t)bus, device);
	}
}
