/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PCI: every function of every segment, found once at boot. PCI Local Bus 3.0, PCIe Base 5.0.
 * Configuration space through ECAM where the MCFG covers the bus, else ports CF8/CFC.
 */
#ifndef KERNEL_PCI_H
#define KERNEL_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_BARS 6
#define PCI_CONFIG_SIZE 256
#define PCIE_CONFIG_SIZE 4096

/* Configuration registers, PCI 3.0 §6.1. */
#define PCI_VENDOR_ID 0x00
#define PCI_DEVICE_ID 0x02
#define PCI_COMMAND 0x04
#define PCI_COMMAND_IO (1u << 0)
#define PCI_COMMAND_MEMORY (1u << 1)
#define PCI_COMMAND_MASTER (1u << 2)
#define PCI_COMMAND_INTX_DISABLE (1u << 10)
#define PCI_STATUS 0x06
#define PCI_STATUS_INTERRUPT (1u << 3)
#define PCI_STATUS_CAPABILITIES (1u << 4)
#define PCI_REVISION 0x08
#define PCI_CLASS 0x09 /* 3 bytes: interface, subclass, class */
#define PCI_HEADER_TYPE 0x0e
#define PCI_HEADER_MULTIFUNCTION 0x80
#define PCI_HEADER_TYPE_MASK 0x7f
#define PCI_BAR0 0x10
#define PCI_BAR_SIZE 4
#define PCI_SUBSYSTEM_VENDOR_ID 0x2c
#define PCI_SUBSYSTEM_ID 0x2e
#define PCI_CAPABILITY_POINTER 0x34
#define PCI_INTERRUPT_LINE 0x3c
#define PCI_INTERRUPT_PIN 0x3d

#define PCI_CAP_POWER 0x01
#define PCI_CAP_MSI 0x05
#define PCI_CAP_VENDOR 0x09
#define PCI_CAP_EXPRESS 0x10
#define PCI_CAP_MSIX 0x11

/* For messages: "pci: " PCI_PLACE ": …", PCI_PLACE_ARGS(device). */
#define PCI_PLACE "%04x:%02x:%02x.%u"
#define PCI_PLACE_ARGS(at) (at)->segment, (at)->bus, (at)->device, (at)->function

struct pci_bar {
	uint64_t base; /* CPU address, or I/O port; 0 when firmware left it unassigned */
	uint64_t size; /* bytes; 0: no such BAR (or the upper half of a 64-bit one) */
	bool io;
	bool is_64bit;
	bool prefetchable;
};

struct pci_device {
	uint16_t segment;
	uint8_t bus, device, function;
	uint16_t vendor_id, device_id;
	uint16_t subsystem_vendor_id, subsystem_id;
	uint32_t class_code; /* class << 16 | subclass << 8 | interface */
	uint8_t revision;
	uint8_t header_type;   /* without the multi-function bit */
	uint8_t interrupt_pin; /* 1..4 = A..D, 0: none */
	uint8_t interrupt_line;
	struct pci_bar bars[PCI_BARS]; /* after pci_bars_probe() */
	struct pci_device *physical;   /* of a virtual function (SR-IOV): whose it is */
	uint16_t virtual_functions;    /* how many of its own are enabled */
	uint16_t msix_vectors;	       /* found at scan; 0: no MSI-X */
	int node;		       /* NUMA node, -1: not reported */
	bool ecam;		       /* extended configuration space can be reached */
	struct pci_private *private;   /* pci_internal.h */
};

/*
 * Scans all segments and buses, sizes BARs (decoding off meanwhile, host bridges excepted), quiets
 * NICs that a boot loader left running (bus mastering off). The BARs of storage, display, bridge
 * and serial bus functions are sized only by pci_claim() and pci_report(). Boot CPU, once.
 */
void pci_init(void);

/*
 * Enables the virtual functions that bare.sriov= asks for and adds them to the list. What cannot be
 * done is logged. Takes 0.1 to 1 s for each NIC. Boot CPU, once, after pci_init().
 */
void pci_sriov(void);

/*
 * Functions found, bridges included, in the order of their addresses; after those, in each segment,
 * the ones on buses that firmware had not numbered, and at the end virtual ones. A bridge stands
 * before what is behind it.
 */
unsigned pci_count(void);
struct pci_device *pci_get(unsigned index);

/* The function at an address, or NULL. */
struct pci_device *pci_find(uint16_t segment, uint8_t bus, uint8_t device, uint8_t function);

/*
 * Reads or writes 1, 2 or 4 bytes of configuration space, naturally aligned. A read returns
 * all ones when the offset cannot be reached. Any context, any CPU.
 */
uint32_t pci_config_read(const struct pci_device *device, unsigned offset, unsigned width);
void pci_config_write(const struct pci_device *device, unsigned offset, unsigned width,
		      uint32_t value);

/* Offset of a capability of the list at 0x34, 0 when there is none (or the list loops). */
unsigned pci_find_capability(const struct pci_device *device, uint8_t id);

/* The next one of that kind behind one that was found, 0 when there is none. */
unsigned pci_next_capability(const struct pci_device *device, unsigned at, uint8_t id);

/* Offset of an extended capability from 0x100 on, 0 when there is none. */
unsigned pci_find_extended_capability(const struct pci_device *device, uint16_t id);

/*
 * Readies a function for a driver: power state D0, link power management off, read requests of at
 * least 512 bytes, I/O and memory decoding and bus mastering on, in the function and along the
 * bridges above. Returns 0, or -EIO when a command register does not
 * take it.
 */
int pci_claim(struct pci_device *device);

/*
 * Fills device->bars, unless that is done. Decoding is switched off meanwhile; a
 * host bridge, which must go on decoding, is left alone and has no BARs here.
 */
void pci_bars_probe(struct pci_device *device);

/* Takes bus mastering away again and disables INTx, MSI and MSI-X. */
void pci_release(struct pci_device *device);

/*
 * Maps a memory BAR to its base: cache is PAGING_UC or PAGING_WC. Returns 0, -ENXIO (there is no
 * such BAR, or it is an I/O BAR), -EADDRNOTAVAIL (it has no address), -EADDRINUSE (RAM is there,
 * which is logged), or the errors of paging_map_device(). Any context.
 */
int pci_map_bar(const struct pci_device *device, unsigned bar, unsigned cache);

/*
 * MSI-X (PCI 3.0 §6.8.2). Entry 0..msix_vectors-1; vector from irq_alloc(). Enabling sets the
 * capability's enable bit with all entries masked but those set. Return 0, -ENOTSUP (no MSI-X),
 * -EINVAL (entry), -EIO (table not mappable).
 */
int pci_msix_set(struct pci_device *device, unsigned entry, int vector);
int pci_msix_mask(struct pci_device *device, unsigned entry, bool masked);
int pci_msix_enable(struct pci_device *device, bool enable);

/*
 * MSI (PCI 3.0 §6.8.1), one message. Setting leaves it disabled. Return 0, or -ENOTSUP (no MSI).
 * Not while MSI-X is enabled.
 */
bool pci_msi_has(const struct pci_device *device);
int pci_msi_set(struct pci_device *device, int vector);
int pci_msi_enable(struct pci_device *device, bool enable);

/* INTx: the IO-APIC input that the pin is wired to. Returns 0, -ENODEV when that is not known. */
int pci_intx_gsi(const struct pci_device *device, uint32_t *gsi);
void pci_intx_mask(struct pci_device *device, bool masked);

/* bare.lspci: prints the list. */
void pci_report(void);

#endif
