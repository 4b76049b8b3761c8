/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What of a PCI Express link costs time, set for a function that a driver takes. PCIe Base 5.0
 * §7.5.3.
 *
 * - ASPM lets a link sleep between frames, and waking it takes microseconds: off at both ends.
 * - Read requests below 512 bytes make the NIC fetch a frame in pieces, each waited for.
 * - A function with 32 tags has 32 reads under way: all 256 where it can (§7.5.3.4), but for old
 *   bridges that lose them.
 * - Payloads are as large as the port above takes them, as Linux has it by default: the port's size
 *   is what firmware knows of the whole path to memory. A root port goes down to its function's.
 * - Relaxed ordering stays as firmware set it.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/log.h"
#include "kernel/pci/pci_internal.h"

/* Relative to the PCI Express capability. */
#define DEVICE_CAPABILITIES 0x04
#define DEVICE_CAPABILITIES_PAYLOAD_SHIFT 0
#define DEVICE_CAPABILITIES_TAGS (1u << 5)
#define DEVICE_CONTROL 0x08
#define DEVICE_CONTROL_RELAXED (1u << 4)
#define DEVICE_CONTROL_PAYLOAD_SHIFT 5
#define DEVICE_CONTROL_TAGS (1u << 8)
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
#define EXPRESS_ROOT_ENDPOINT 9

#define VENDOR_SERVERWORKS 0x1166 /* its bridges HT1000 to HT2100, as Linux has it */

#define SMALLEST_SIZE 128u
#define READ_512 2

static unsigned
express_type(const struct pci_device *device, unsigned at)
{
	return pci_config_read(device, at + EXPRESS_FLAGS, 2) >> EXPRESS_TYPE_SHIFT &
	       EXPRESS_TYPE_MASK;
}

bool
pci_is_link(const struct pci_device *bridge)
{
	unsigned at = pci_find_capability(bridge, PCI_CAP_EXPRESS);
	unsigned type = at ? express_type(bridge, at) : 0;

	return type == EXPRESS_ROOT_PORT || type == EXPRESS_DOWNSTREAM_PORT;
}

/* What a field of the device control register, or of the capabilities, stands for, in bytes. */
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

/* The PCI Express capability of the port above a function, 0 where there is no link. */
static unsigned
express_port(const struct pci_device *device)
{
	const struct pci_device *port = device->private->bridge;

	return port && pci_is_link(port) ? pci_find_capability(port, PCI_CAP_EXPRESS) : 0;
}

/* The lower end of the link first (§5.4.1.3). The upper one is a port, or there is no link. */
static void
express_link(const struct pci_device *device, unsigned at)
{
	unsigned port_at = express_port(device);

	if (!port_at)
		return;
	express_aspm_off(device, at);
	express_aspm_off(device->private->bridge, port_at);
}

/* A field of three bits that stands for a size: what it is, and to change it. */
static unsigned
express_field(const struct pci_device *device, unsigned offset, unsigned shift)
{
	return pci_config_read(device, offset, 2) >> shift & DEVICE_CONTROL_SIZE_MASK;
}

static void
express_set_payload(const struct pci_device *device, unsigned at, unsigned size)
{
	uint32_t control = pci_config_read(device, at + DEVICE_CONTROL, 2);

	control &= ~(DEVICE_CONTROL_SIZE_MASK << DEVICE_CONTROL_PAYLOAD_SHIFT);
	pci_config_write(device, at + DEVICE_CONTROL, 2,
			 control | size << DEVICE_CONTROL_PAYLOAD_SHIFT);
}

/* Gives a function the payload size of the port above it, as a power of 2 above 128 bytes. */
static void
express_payload(const struct pci_device *device, unsigned at)
{
	unsigned most = express_field(device, at + DEVICE_CAPABILITIES,
				      DEVICE_CAPABILITIES_PAYLOAD_SHIFT);
	unsigned port_at = express_port(device), size = most;

	if (port_at) {
		const struct pci_device *port = device->private->bridge;

		size = express_field(port, port_at + DEVICE_CONTROL, DEVICE_CONTROL_PAYLOAD_SHIFT);
		if (size > most && express_type(port, port_at) == EXPRESS_ROOT_PORT)
			express_set_payload(port, port_at, most);
		else if (size > most)
			log_warning("pci: " PCI_PLACE ": takes payloads of %u bytes, the port "
				    "above it sends %u: firmware's mistake",
				    PCI_PLACE_ARGS(device), SMALLEST_SIZE << most,
				    SMALLEST_SIZE << size);
		size = MIN(size, most);
	} else if (express_type(device, at) != EXPRESS_ROOT_ENDPOINT) {
		return;
	}
	if (size != express_field(device, at + DEVICE_CONTROL, DEVICE_CONTROL_PAYLOAD_SHIFT))
		express_set_payload(device, at, size);
}

/* Whether a bridge on the way to memory loses requests with a number above 31. */
static bool
express_loses_tags(const struct pci_device *device)
{
	for (const struct pci_device *bridge = device->private->bridge; bridge;
	     bridge = bridge->private->bridge) {
		if (bridge->vendor_id == VENDOR_SERVERWORKS)
			return true;
	}
	return false;
}

static void
express_tags(const struct pci_device *device, unsigned at)
{
	uint32_t control = pci_config_read(device, at + DEVICE_CONTROL, 2);

	if (pci_config_read(device, at + DEVICE_CAPABILITIES, 2) & DEVICE_CAPABILITIES_TAGS &&
	    !(control & DEVICE_CONTROL_TAGS) && !express_loses_tags(device))
		pci_config_write(device, at + DEVICE_CONTROL, 2, control | DEVICE_CONTROL_TAGS);
}

static void
express_read_requests(const struct pci_device *device, unsigned at)
{
	uint32_t control = pci_config_read(device, at + DEVICE_CONTROL, 2);

	if ((control >> DEVICE_CONTROL_READ_SHIFT & DEVICE_CONTROL_SIZE_MASK) >= READ_512)
		return;
	control &= ~(DEVICE_CONTROL_SIZE_MASK << DEVICE_CONTROL_READ_SHIFT);
	pci_config_write(device, at + DEVICE_CONTROL, 2,
			 control | READ_512 << DEVICE_CONTROL_READ_SHIFT);
}

void
pci_express_tune(const struct pci_device *device)
{
	unsigned at = pci_find_capability(device, PCI_CAP_EXPRESS);
	uint32_t before, control;

	if (!at)
		return;
	before = pci_config_read(device, at + DEVICE_CONTROL, 2);
	express_link(device, at);
	express_payload(device, at);
	express_tags(device, at);
	express_read_requests(device, at);
	control = pci_config_read(device, at + DEVICE_CONTROL, 2);
	log_info("pci: " PCI_PLACE
		 ": read requests of %u bytes (firmware: %u), payload %u (%u), extended tags %s "
		 "(%s), relaxed ordering %s",
		 PCI_PLACE_ARGS(device), express_size(control, DEVICE_CONTROL_READ_SHIFT),
		 express_size(before, DEVICE_CONTROL_READ_SHIFT),
		 express_size(control, DEVICE_CONTROL_PAYLOAD_SHIFT),
		 express_size(before, DEVICE_CONTROL_PAYLOAD_SHIFT),
		 control & DEVICE_CONTROL_TAGS ? "on" : "off",
		 before & DEVICE_CONTROL_TAGS ? "on" : "off",
		 control & DEVICE_CONTROL_RELAXED ? "on" : "off");
}

void
pci_express_report(const struct pci_device *device)
{
	unsigned at = pci_find_capability(device, PCI_CAP_EXPRESS);
	uint32_t control, offered;

	if (!at)
		return;
	control = pci_config_read(device, at + DEVICE_CONTROL, 2);
	offered = pci_config_read(device, at + DEVICE_CAPABILITIES, 2);
	log_info("pci:   express: payload %u bytes of %u, read requests %u, extended tags %s",
		 express_size(control, DEVICE_CONTROL_PAYLOAD_SHIFT),
		 express_size(offered, DEVICE_CAPABILITIES_PAYLOAD_SHIFT),
		 express_size(control, DEVICE_CONTROL_READ_SHIFT),
		 control & DEVICE_CONTROL_TAGS	      ? "on"
		 : offered & DEVICE_CAPABILITIES_TAGS ? "off"
						      : "not there");
}
