/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What of a PCI Express link costs time, set for a function that a driver takes. PCIe Base 5.0
 * §7.5.3.
 *
 * - ASPM lets a link sleep between frames, and waking it takes microseconds: off at both ends.
 * - Read requests below 512 bytes make the NIC fetch a frame in pieces, each waited for.
 * - Payload size and relaxed ordering stay as firmware set them, which knows the whole path to
 *   memory; they are logged.
 */
#include "kernel/base/log.h"
#include "kernel/pci/pci_internal.h"

/* Relative to the PCI Express capability. */
#define DEVICE_CONTROL 0x08
#define DEVICE_CONTROL_RELAXED (1u << 4)
#define DEVICE_CONTROL_PAYLOAD_SHIFT 5
#define DEVICE_CONTROL_READ_SHIFT 12
#define DEVICE_CONTROL_SIZE_MASK 0x7u /* 128 << n bytes */
#define LINK_CONTROL 0x10
#define LINK_CONTROL_ASPM (3u << 0)
#define LINK_CONTROL_ASPM_L0S (1u << 0)
#define LINK_CONTROL_ASPM_L1 (1u << 1)

#define EXPRESS_FLAGS 0x02
#define EXPRESS_TYPE_SHIFT 4
#define EXPRESS_TYPE_MASK 0xf
#define EXPRESS_ROOT_PORT 4
#define EXPRESS_DOWNSTREAM_PORT 6

#define SMALLEST_SIZE 128u
#define READ_512 2

bool
pci_is_link(const struct pci_device *bridge)
{
	unsigned express = pci_find_capability(bridge, PCI_CAP_EXPRESS);

	if (!express)
		return false;
	unsigned type = pci_config_read(bridge, express + EXPRESS_FLAGS, 2) >> EXPRESS_TYPE_SHIFT &
			EXPRESS_TYPE_MASK;
	return type == EXPRESS_ROOT_PORT || type == EXPRESS_DOWNSTREAM_PORT;
}

/* What a field of the device control register stands for, in bytes. */
static unsigned
express_size(uint32_t control, unsigned shift)
{
	return SMALLEST_SIZE << (control >> shift & DEVICE_CONTROL_SIZE_MASK);
}

static void
express_aspm_off(const struct pci_device *device, unsigned at)
{
	uint32_t control = pci_config_read(device, at + LINK_CONTROL, 2);

	if (!(control & LINK_CONTROL_ASPM))
		return;
	pci_config_write(device, at + LINK_CONTROL, 2, control & ~LINK_CONTROL_ASPM);
	log_info("pci: " PCI_PLACE ": link power management (ASPM%s%s) switched off",
		 PCI_PLACE_ARGS(device), control & LINK_CONTROL_ASPM_L0S ? " L0s" : "",
		 control & LINK_CONTROL_ASPM_L1 ? " L1" : "");
}

/* The lower end of the link first (§5.4.1.3). The upper one is a port, or there is no link. */
static void
express_link(const struct pci_device *device, unsigned at)
{
	const struct pci_device *port = device->private->bridge;
	unsigned port_at =
		port && pci_is_link(port) ? pci_find_capability(port, PCI_CAP_EXPRESS) : 0;

	if (!port_at)
		return;
	express_aspm_off(device, at);
	express_aspm_off(port, port_at);
	unsigned payload = express_size(pci_config_read(device, at + DEVICE_CONTROL, 2),
					DEVICE_CONTROL_PAYLOAD_SHIFT);
	unsigned taken = express_size(pci_config_read(port, port_at + DEVICE_CONTROL, 2),
				      DEVICE_CONTROL_PAYLOAD_SHIFT);
	if (payload > taken)
		log_warning("pci: " PCI_PLACE
			    ": sends payloads of %u bytes, the port above it takes "
			    "%u: firmware's mistake",
			    PCI_PLACE_ARGS(device), payload, taken);
}

void
pci_express_tune(const struct pci_device *device)
{
	unsigned at = pci_find_capability(device, PCI_CAP_EXPRESS);

	if (!at)
		return;
	express_link(device, at);
	uint32_t control = pci_config_read(device, at + DEVICE_CONTROL, 2);
	uint32_t before = control;
	if ((control >> DEVICE_CONTROL_READ_SHIFT & DEVICE_CONTROL_SIZE_MASK) < READ_512) {
		control &= ~(DEVICE_CONTROL_SIZE_MASK << DEVICE_CONTROL_READ_SHIFT);
		control |= READ_512 << DEVICE_CONTROL_READ_SHIFT;
		pci_config_write(device, at + DEVICE_CONTROL, 2, control);
	}
	log_info("pci: " PCI_PLACE
		 ": read requests of %u bytes (firmware: %u), payload %u, relaxed "
		 "ordering %s",
		 PCI_PLACE_ARGS(device), express_size(control, DEVICE_CONTROL_READ_SHIFT),
		 express_size(before, DEVICE_CONTROL_READ_SHIFT),
		 express_size(control, DEVICE_CONTROL_PAYLOAD_SHIFT),
		 control & DEVICE_CONTROL_RELAXED ? "on" : "off");
}
