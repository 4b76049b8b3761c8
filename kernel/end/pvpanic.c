/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A hypervisor's pvpanic (QEMU, docs/specs/pvpanic.rst): a register whose bits are events. It reads
 * as those that are known; written, an event is told to whoever looks after the machine.
 *
 * As a PCI function it is found at the boot. As a port it is looked for only by a panic: it has a
 * fixed place by custom, and elsewhere nothing but all ones is read there.
 */
#include "kernel/end/pvpanic.h"

#include "kernel/base/cpuid.h"
#include "kernel/base/io.h"
#include "kernel/base/x86.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci.h"

#define PVPANIC_VENDOR 0x1b36
#define PVPANIC_DEVICE 0x0011
#define PVPANIC_PORT 0x505
#define EVENT_PANICKED (1u << 0)
#define EVENTS_KNOWN 0x07

static uint64_t pvpanic_address; /* 0: no such PCI function */

void
pvpanic_init(void)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);

		if (device->vendor_id != PVPANIC_VENDOR || device->device_id != PVPANIC_DEVICE)
			continue;
		pci_bars_probe(device);
		pci_config_write(device, PCI_COMMAND, 2,
				 pci_config_read(device, PCI_COMMAND, 2) | PCI_COMMAND_MEMORY);
		if (pci_map_bar(device, 0, PAGING_UC) == 0)
			pvpanic_address = device->bars[0].base;
	}
}

static bool
knows_panics(uint8_t events)
{
	return events & EVENT_PANICKED && !(events & ~EVENTS_KNOWN);
}

void
pvpanic_tell(void)
{
	if (pvpanic_address && knows_panics(mmio_read8(pvpanic_address)))
		mmio_write8(pvpanic_address, EVENT_PANICKED);
	else if (cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_HYPERVISOR &&
		 knows_panics(io_in8(PVPANIC_PORT)))
		io_out8(PVPANIC_PORT, EVENT_PANICKED);
}
