/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between the pci_*.c files. Everyone else uses kernel/pci/pci.h.
 */
#ifndef KERNEL_PCI_INTERNAL_H
#define KERNEL_PCI_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/pci/pci.h"

#define PCI_SEGMENT_BUSES 256
#define PCI_BUS_DEVICES 32
#define PCI_DEVICE_FUNCTIONS 8
#define PCI_DEVICES_MAX 2048

/* A function that needs time: configuration request retry status, PCIe Base 5.0 §2.3.1. */
#define PCI_VENDOR_NOT_READY 0x0001
#define PCI_READY_STEP_NS NS_PER_MS

#define PCI_HEADER_DEVICE 0
#define PCI_HEADER_BRIDGE 1
#define PCI_BRIDGE_BARS 2
#define PCI_PRIMARY_BUS 0x18
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
#define PCI_MSIX_BAR_MASK 0x7u
#define PCI_MSIX_ENTRY_SIZE 16

/* What a bridge passes on to the bus below, each in a window. */
enum pci_space {
	PCI_SPACE_IO,
	PCI_SPACE_MEMORY,	/* below 4 GB */
	PCI_SPACE_PREFETCHABLE, /* above 4 GB too, where the bridge can */
	PCI_SPACES,
};

struct pci_window {
	uint64_t base, end; /* end exclusive; both 0: closed */
	bool present;	    /* the bridge has such a window */
	bool is_64bit;
	uint64_t short_of, alignment; /* pci_assign.c: what is to lie in it and has no room */
};

/* What of a function is nobody's but the bus's. */
struct pci_private {
	bool bars_probed;		    /* bars are filled */
	bool claimed;			    /* pci_claim() has run */
	bool unnumbered;		    /* a bridge that firmware gave no bus numbers */
	struct pci_device *bridge;	    /* the bridge above; NULL on a root bus */
	const struct pci_bar *virtual_bars; /* PCI_BARS; each for all virtual functions together */
	uint8_t secondary_bus, subordinate_bus; /* of a bridge; 0: what is behind is not reached */
	struct pci_window windows[PCI_SPACES];	/* of a bridge; known once something needs room */

	/* MSI-X, found at scan. */
	uint16_t msix_capability; /* offset; 0: none */
	uint8_t msix_table_bar;
	uint32_t msix_table_offset;
};

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

/* The memory in which configuration space number `index` is; false when there are not as many. */
bool pci_access_ecam(unsigned index, uint64_t *base, uint64_t *end);

/* 1, 2 or 4 bytes at an aligned offset below 256, or below 4096 with pci_access_extended(). */
uint32_t pci_access_read(struct pci_place place, unsigned offset, unsigned width);
void pci_access_write(struct pci_place place, unsigned offset, unsigned width, uint32_t value);

/* pci_bar.c */

/* Writes the BARs' addresses again, after the function has lost them in a change of power. */
void pci_bars_restore(const struct pci_device *device);

/*
 * Sizes `count` BARs that begin at an offset of configuration space, with the function's decoding
 * off meanwhile. `bars` are all zero before.
 */
void pci_bars_size(const struct pci_device *device, unsigned offset, unsigned count,
		   struct pci_bar *bars);

/*
 * Gives the BAR at an offset an address, with decoding off meanwhile. Returns 0, or -EIO when the
 * register does not take it: the BAR stays unassigned then.
 */
int pci_bar_place(const struct pci_device *device, unsigned offset, struct pci_bar *bar,
		  uint64_t base);

/* pci_room.c */

/* What is sought: size and alignment in bytes, alignment a power of two; base at or above `from`,
 * end at or below `to`.
 */
struct pci_room {
	enum pci_space space;
	uint64_t size, alignment;
	uint64_t from, to;
};

/*
 * The address of room on the bus that a function is on, 0 when there is none. All BARs and windows
 * are known. Nothing is taken: that happens as the base of a BAR or a window is filled in.
 */
uint64_t pci_room_find(const struct pci_device *beside, const struct pci_room *room);

/*
 * Whether [base, base + size) of memory is passed on to the bus that a function is on, as far as is
 * known, and nothing else is there.
 */
bool pci_room_holds(const struct pci_device *beside, uint64_t base, uint64_t size);

/* pci_window.c */

/* Fills a bridge's windows; one that begins at 0, which no firmware means, is closed. */
void pci_windows_read(struct pci_device *bridge);

/*
 * Opens a closed window, or makes an open one larger by that much. Windows of the bridges above
 * grow with it. Says what it did. Returns whether it could.
 */
bool pci_window_open(struct pci_device *bridge, enum pci_space space, uint64_t size,
		     uint64_t alignment);

/* In which window of the bridge above one of a bridge's windows is to lie. */
enum pci_space pci_window_above(const struct pci_device *bridge, enum pci_space space);

/* The window's granularity in bytes. */
uint64_t pci_window_step(enum pci_space space);

/* pci_assign.c */

/* The space in which a BAR is to lie. */
enum pci_space pci_bar_space(const struct pci_bar *bar);

/* Gives room to the BARs that firmware left unassigned, and says so; those without are named. */
void pci_assign(void);

/* Collects all BARs and windows: before pci_room_find() and pci_room_make(). */
void pci_rooms_collect(void);

/* pci_room_find(), and where there is no room a window of the bridge above is made larger. */
uint64_t pci_room_make(struct pci_device *beside, const struct pci_room *room);

/*
 * Whether a function is likely to be claimed. The others are often in use by the firmware or the
 * console, and each time that decoding changes, an emulator visits all of its virtual CPUs: their
 * BARs are sized only when they are claimed or reported, or something needs room.
 */
static inline bool
pci_is_claimable(const struct pci_device *device)
{
	unsigned class = device->class_code >> 16;

	return class != PCI_CLASS_STORAGE && class != PCI_CLASS_DISPLAY &&
	       class != PCI_CLASS_BRIDGE && class != PCI_CLASS_SERIAL_BUS;
}

/* pci_scan.c */

/* Finds the functions of a bus, adding each with pci_add(); `bridge` leads to it. */
void pci_scan_bus(uint16_t segment, uint8_t bus, struct pci_device *bridge);

/* pci_number.c */

/* Numbers and scans the buses behind the bridges of a segment that firmware left unnumbered. */
void pci_number(uint16_t segment);

/*
 * Has a bridge, and those above it, lead to all buses up to `bus` as well. Returns whether these
 * numbers were free.
 */
bool pci_number_extend(struct pci_device *bridge, unsigned bus);

/*
 * pci_express.c: whether a bridge is the upper end of a PCI Express link, so that there is but one
 * device below.
 */
bool pci_is_link(const struct pci_device *bridge);

/* pci_express.c: link power management off, larger requests, more of them; says what is set. */
void pci_express_tune(const struct pci_device *device);

/* pci_node.c: fills in the nodes of all functions, where there are several. */
void pci_nodes(void);

/* pci_express.c: a line about that for bare.lspci. */
void pci_express_report(const struct pci_device *device);

/* pci_claim.c: power state D0, with the BARs as they were. */
void pci_power_up(const struct pci_device *device);

/* pci.c: empties the list. */
void pci_clear(void);

/* pci.c: a zeroed entry at the end of the list; NULL, logged once, when there is no room. */
struct pci_device *pci_add(void);

/* pci_msix.c */

/* Fills device->msix_*: no vectors when the table is not inside a memory BAR. */
void pci_msix_find(struct pci_device *device);

/* Masks all entries, with the capability's enable bit off. */
void pci_msix_reset(struct pci_device *device);

#endif
