/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finding the functions of a bus.
 *
 * A NIC that firmware or a network boot loader has left running would go on writing frames into
 * memory that is ours now: bus mastering and interrupts of network controllers are switched off.
 * Not those of other devices: some machines hang when, say, a USB controller that firmware still
 * uses loses its memory.
 */
#include "kernel/base/log.h"
#include "kernel/pci/pci_internal.h"
#include "kernel/time/clock.h"

#define VENDOR_NONE 0xffff
#define FUNCTION_READY_NS (100 * NS_PER_MS)

/* The vendor ID of a function, 0xffff when there is none. */
static uint16_t
scan_vendor(struct pci_place place)
{
	uint64_t deadline = clock_deadline_ns(FUNCTION_READY_NS);
	uint16_t vendor;

	while ((vendor = (uint16_t)pci_access_read(place, PCI_VENDOR_ID, 2)) ==
	       PCI_VENDOR_NOT_READY) {
		if (clock_passed(deadline)) {
			log_warning("pci: " PCI_PLACE " is not ready: left out",
				    PCI_PLACE_ARGS(&place));
			return VENDOR_NONE;
		}
		clock_delay_ns(PCI_READY_STEP_NS);
	}
	return vendor == 0 ? VENDOR_NONE : vendor;
}

static void
scan_identify(struct pci_device *device)
{
	device->vendor_id = (uint16_t)pci_config_read(device, PCI_VENDOR_ID, 2);
	device->device_id = (uint16_t)pci_config_read(device, PCI_DEVICE_ID, 2);
	device->revision = (uint8_t)pci_config_read(device, PCI_REVISION, 1);
	device->class_code = pci_config_read(device, PCI_REVISION, 4) >> 8;
	device->header_type = pci_config_read(device, PCI_HEADER_TYPE, 1) & PCI_HEADER_TYPE_MASK;
	device->interrupt_line = (uint8_t)pci_config_read(device, PCI_INTERRUPT_LINE, 1);
	device->interrupt_pin = (uint8_t)pci_config_read(device, PCI_INTERRUPT_PIN, 1);
	if (device->header_type == PCI_HEADER_DEVICE) {
		device->subsystem_vendor_id =
			(uint16_t)pci_config_read(device, PCI_SUBSYSTEM_VENDOR_ID, 2);
		device->subsystem_id = (uint16_t)pci_config_read(device, PCI_SUBSYSTEM_ID, 2);
	}
}

static void
scan_bridge(struct pci_device *device)
{
	uint8_t secondary = (uint8_t)pci_config_read(device, PCI_SECONDARY_BUS, 1);
	uint8_t subordinate = (uint8_t)pci_config_read(device, PCI_SUBORDINATE_BUS, 1);

	device->private->unnumbered = secondary == 0 && subordinate == 0;
	if (device->private->unnumbered)
		return;
	if (secondary <= device->bus || subordinate < secondary) {
		log_warning("pci: " PCI_PLACE ": a bridge to buses %u-%u: what is behind it "
			    "is not reached",
			    PCI_PLACE_ARGS(device), secondary, subordinate);
		return;
	}
	device->private->secondary_bus = secondary;
	device->private->subordinate_bus = subordinate;
}

static void
scan_quiet(struct pci_device *device)
{
	uint32_t command = pci_config_read(device, PCI_COMMAND, 2);

	if (command & PCI_COMMAND_MASTER)
		log_info("pci: " PCI_PLACE " was left running: quieted", PCI_PLACE_ARGS(device));
	pci_config_write(device, PCI_COMMAND, 2,
			 (command & ~PCI_COMMAND_MASTER) | PCI_COMMAND_INTX_DISABLE);
	(void)pci_msi_enable(device, false); /* where it has that */
	if (device->private->msix_capability) {
		unsigned offset = device->private->msix_capability + PCI_MSIX_CONTROL;
		uint32_t control = pci_config_read(device, offset, 2);

		pci_config_write(device, offset, 2, control & ~PCI_MSIX_ENABLE);
	}
}

/* Returns the function's entry, NULL when there is none or no room. */
static struct pci_device *
scan_function(struct pci_place place, struct pci_device *bridge)
{
	struct pci_device *device;

	if (scan_vendor(place) == VENDOR_NONE)
		return NULL;
	device = pci_add();
	if (!device)
		return NULL;
	device->segment = place.segment;
	device->bus = place.bus;
	device->device = place.device;
	device->function = place.function;
	device->private->bridge = bridge;
	device->node = -1;
	device->ecam = pci_access_extended(place.segment, place.bus);
	scan_identify(device);
	if (device->header_type == PCI_HEADER_BRIDGE)
		scan_bridge(device);
	if (pci_is_claimable(device))
		pci_bars_probe(device);
	if (device->class_code >> 16 == PCI_CLASS_NETWORK)
		scan_quiet(device);
	return device;
}

static void
scan_device(struct pci_place place, struct pci_device *bridge)
{
	if (!scan_function(place, bridge))
		return;
	if (!(pci_access_read(place, PCI_HEADER_TYPE, 1) & PCI_HEADER_MULTIFUNCTION))
		return;
	for (place.function = 1; place.function < PCI_DEVICE_FUNCTIONS; place.function++)
		scan_function(place, bridge);
}

void
pci_scan_bus(uint16_t segment, uint8_t bus, struct pci_device *bridge)
{
	uint8_t devices = bridge && pci_is_link(bridge) ? 1 : PCI_BUS_DEVICES;

	for (uint8_t device = 0; device < devices; device++)
		scan_device((struct pci_place){segment, bus, device, 0}, bridge);
}
