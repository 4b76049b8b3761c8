/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finding all functions, then giving room to those that have none.
 *
 * The buses of each segment are taken in order: a bridge's bus has a higher number than the
 * bridge's own, so that the bridge is known when its bus is reached. Firmware has numbered them;
 * those that it left out come last (pci_number.c).
 * A machine may have several root buses, which no bridge leads to: only when ACPI names a single
 * root are the buses passed over that no bridge leads to, which saves 8,000 reads.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/log.h"
#include "kernel/pci/pci_internal.h"
#include "kernel/time/clock.h"

/* The first bridge found that leads to a bus. */
static struct pci_device *
scan_bridge_to(uint16_t segment, uint8_t bus)
{
	for (unsigned i = pci_count(); i-- > 0;) {
		struct pci_device *device = pci_get(i);

		if (device->segment != segment)
			return NULL;
		if (device->private->secondary_bus == bus && bus != 0)
			return device;
	}
	return NULL;
}

static void
scan_segment(uint16_t segment)
{
	bool one_root = acpi_info.pci_roots == 1;

	for (unsigned bus = 0; bus < PCI_SEGMENT_BUSES; bus++) {
		if (!pci_access_reaches(segment, (uint8_t)bus))
			continue;
		struct pci_device *bridge = scan_bridge_to(segment, (uint8_t)bus);
		if (bus == 0 || bridge || !one_root)
			pci_scan_bus(segment, (uint8_t)bus, bridge);
	}
	pci_number(segment);
}

static void
pci_scan(void)
{
	for (int segment = pci_access_segment(0); segment >= 0;
	     segment = pci_access_segment((unsigned)segment + 1))
		scan_segment((uint16_t)segment);
}

void
pci_init(void)
{
	uint64_t start = clock_ns();

	pci_clear();
	pci_access_init();
	pci_scan();
	pci_assign();
	pci_nodes();
	log_info("pci: %u functions after %llu us", pci_count(),
		 (clock_ns() - start) / NS_PER_US);
}
