/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bare.lspci: each function with its class, BARs and capabilities.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/format.h"
#include "kernel/base/log.h"
#include "kernel/pci/pci_internal.h"

#define REPORT_LINE_SIZE 160

/* Class codes, PCI Code and ID Assignment 1.11 §1: class << 8 | subclass. */
static const struct {
	uint16_t code;
	const char *name;
} report_classes[] = {
	{0x0100, "SCSI controller"},
	{0x0101, "IDE controller"},
	{0x0106, "SATA controller"},
	{0x0107, "SAS controller"},
	{0x0108, "NVMe controller"},
	{0x0200, "Ethernet controller"},
	{0x0207, "InfiniBand controller"},
	{0x0280, "network controller"},
	{0x0300, "VGA controller"},
	{0x0380, "display controller"},
	{0x0403, "audio device"},
	{0x0500, "memory controller"},
	{0x0600, "host bridge"},
	{0x0601, "ISA bridge"},
	{0x0604, "PCI bridge"},
	{0x0680, "bridge"},
	{0x0700, "serial controller"},
	{0x0780, "communication controller"},
	{0x0880, "system peripheral"},
	{0x0c03, "USB controller"},
	{0x0c05, "SMBus"},
	{0x00ff, "virtio device"},
};

static const struct {
	uint8_t id;
	const char *name;
} report_capabilities[] = {
	{PCI_CAP_POWER, "power"},     {PCI_CAP_MSI, "MSI"},    {PCI_CAP_VENDOR, "vendor"},
	{PCI_CAP_EXPRESS, "express"}, {PCI_CAP_MSIX, "MSI-X"},
};

static const char *
report_class(uint32_t class_code)
{
	for (unsigned i = 0; i < ARRAY_SIZE(report_classes); i++) {
		if (report_classes[i].code == class_code >> 8)
			return report_classes[i].name;
	}
	return "other";
}

static void
report_bars(const struct pci_device *device)
{
	for (unsigned i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &device->bars[i];

		if (bar->size == 0)
			continue;
		log_info("pci:   BAR %u: %s at %#lx, %#lx bytes%s%s%s", i,
			 bar->io ? "ports" : "memory", bar->base, bar->size,
			 bar->is_64bit ? ", 64-bit" : "", bar->prefetchable ? ", prefetchable" : "",
			 bar->base ? "" : ", not assigned");
	}
}

static void
report_capability_list(const struct pci_device *device)
{
	char line[REPORT_LINE_SIZE] = "";
	size_t length = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(report_capabilities); i++) {
		unsigned at = pci_find_capability(device, report_capabilities[i].id);

		if (at && length < sizeof(line))
			length += format_text(line + length, sizeof(line) - length,
						      " %s@%#x", report_capabilities[i].name, at);
	}
	if (device->msix_vectors && length < sizeof(line))
		format_text(line + length, sizeof(line) - length, " (%u vectors)",
			    device->msix_vectors);
	if (line[0])
		log_info("pci:   capabilities:%s", line);
}

void
pci_report(void)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);

		pci_bars_probe(device);
		log_info("pci: " PCI_PLACE " %04x:%04x %s (%06x) rev %02x", PCI_PLACE_ARGS(device),
			 device->vendor_id, device->device_id, report_class(device->class_code),
			 device->class_code, device->revision);
		if (device->private->secondary_bus)
			log_info("pci:   to buses %02x-%02x", device->private->secondary_bus,
				 device->private->subordinate_bus);
		report_bars(device);
		report_capability_list(device);
		pci_express_report(device);
	}
}
