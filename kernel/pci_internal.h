/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between the pci_*.c files. Everyone else uses kernel/pci.h.
 */
#ifndef KERNEL_PCI_INTERNAL_H
#define KERNEL_PCI_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/pci.h"

#define PCI_SEGMENT_BUSES 256
#define PCI_BUS_DEVICES 32
#define PCI_DEVICE_FUNCTIONS 8
#define PCI_DEVICES_MAX 2048

#define PCI_HEADER_DEVICE 0
#define PCI_HEADER_BRIDGE 1
#define PCI_BRIDGE_BARS 2
#define PCI_SECONDARY_BUS 0x19
#define PCI_SUBORDINATE_BUS 0x1a

#define PCI_CLASS_STORAGE 0x01
#define PCI_CLASS_NETWORK 0x02
#define PCI_CLASS_DISPLAY 0x03
#define PCI_CLASS_BRIDGE 0x06
#define PCI_SUBCLASS_HOST 0x00
#define PCI_CLASS_SERIAL_BUS 0x0c

/* Relative to the capability. */
#define PCI_MSI_CONTROL 2
#define PCI_MSI_ENABLE (1u << 0)
#define PCI_MSIX_CONTROL 2
#define PCI_MSIX_ENABLE (1u << 15)
#define PCI_MSIX_MASK_ALL (1u << 14)
#define PCI_MSIX_SIZE_MASK 0x7ff /* number of entries less 1 */
#define PCI_MSIX_TABLE 4
#define PCI_MSIX_BAR_MASK 0x7
#define PCI_MSIX_ENTRY_SIZE 16

/* A function's place: what an access needs of it. */
struct pci_place {
	uint16_t segment;
	uint8_t bus, device, function;
};

static inline struct pci_place
pci_place_of(const struct pci_device *device)
{
	return (struct pci_place){device->segment, device->bus, device->device, device->function};
}

/*
 * pci_access.c: the two ways to configuration space. The unit tests link a fake in its place.
 */

/* Maps the ECAM windows of acpi_info and looks for ports CF8/CFC. */
void pci_access_init(void);

/* Whether all 4096 bytes of a bus's functions can be reached, by ECAM. */
bool pci_access_extended(uint16_t segment, uint8_t bus);

/* Whether a bus can be reached in either way. */
bool pci_access_reaches(uint16_t segment, uint8_t bus);

/*
 * The first segment number >= from that has buses to scan, -1 when there is none.
 */
int pci_access_segment(unsigned from);

/* 1, 2 or 4 bytes at an aligned offset below 256, or below 4096 with pci_access_extended(). */
uint32_t pci_access_read(struct pci_place place, unsigned offset, unsigned width);
void pci_access_write(struct pci_place place, unsigned offset, unsigned width, uint32_t value);

/* For messages: "pci: " PCI_PLACE ": …", PCI_PLACE_ARGS(device). */
#define PCI_PLACE "%04x:%02x:%02x.%u"
#define PCI_PLACE_ARGS(at) (at)->segment, (at)->bus, (at)->device, (at)->function

/* pci_bar.c */

/* Writes the BARs' addresses again, after the function has lost them in a change of power. */
void pci_bars_restore(const struct pci_device *device);

/* pci_scan.c: finds all functions, adding each with pci_add(). */
void pci_scan(void);

/*
 * Whether a bridge is the upper end of a PCI Express link, so that there is but one device below.
 */
bool pci_is_link(const struct pci_device *bridge);

/* pci_express.c: link power management off, larger read requests; says what else is set. */
void pci_express_tune(const struct pci_device *device);

/* pci.c: a zeroed entry at the end of the list; NULL, said once, when there is no room. */
struct pci_device *pci_add(void);

/* pci_msix.c */

/* Fills device->msix_*: no vectors when the table is not inside a memory BAR. */
void pci_msix_find(struct pci_device *device);

/* Masks all entries, with the capability's enable bit off. */
void pci_msix_reset(struct pci_device *device);

#endif
