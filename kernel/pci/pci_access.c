/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Configuration space by memory (ECAM, PCIe Base 5.0 §7.2.2) and by ports (PCI 3.0 §3.2.2.3.2).
 *
 * ECAM is used where the MCFG covers the bus and its window is not in RAM. The ports reach the
 * first 256 bytes of segment 0; address and data are two accesses, so they are under a lock.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/compiler.h"
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/base/spinlock.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci_internal.h"

#define ECAM_BUS_SHIFT 20
#define ECAM_DEVICE_SHIFT 15
#define ECAM_FUNCTION_SHIFT 12

#define PCI_ADDRESS_PORT 0xcf8
#define PCI_ADDRESS_ENABLE 0x80000000u
#define PCI_DATA_PORT 0xcfc

static struct acpi_ecam ecams[ACPI_ECAMS_MAX]; /* those that are mapped */
static unsigned ecam_count;
static bool ports_present;
static struct spinlock port_lock = SPINLOCK_INIT;

static uint64_t
ecam_address(const struct acpi_ecam *ecam, struct pci_place place, unsigned offset)
{
	return ecam->address + ((uint64_t)place.bus << ECAM_BUS_SHIFT) +
	       ((uint64_t)place.device << ECAM_DEVICE_SHIFT) +
	       ((uint64_t)place.function << ECAM_FUNCTION_SHIFT) + offset;
}

/* Selects a register; the data port of its byte is returned. Under port_lock. */
static uint16_t
port_select(struct pci_place place, unsigned offset)
{
	io_out32(PCI_ADDRESS_PORT, PCI_ADDRESS_ENABLE | (uint32_t)place.bus << 16 |
					   (uint32_t)place.device << 11 |
					   (uint32_t)place.function << 8 | (offset & 0xfc));
	return (uint16_t)(PCI_DATA_PORT + (offset & 3));
}

static uint32_t
port_read(struct pci_place place, unsigned offset, unsigned width)
{
	uint64_t flags = spin_lock(&port_lock);
	uint16_t port = port_select(place, offset);
	uint32_t value = width == 1 ? io_in8(port) : width == 2 ? io_in16(port) : io_in32(port);

	spin_unlock(&port_lock, flags);
	return value;
}

/*
 * Whether a window shows what the ports do: the first function of bus 0. A window over other
 * buses, or a machine without the ports, has nothing to be compared with.
 */
static bool
ecam_answers(const struct acpi_ecam *ecam)
{
	struct pci_place place = {0};
	uint32_t id = UINT32_MAX;

	if (!ports_present || ecam->segment != 0 || ecam->first_bus != 0)
		return true;
	for (; place.device < PCI_BUS_DEVICES; place.device++) {
		id = port_read(place, PCI_VENDOR_ID, sizeof(id));
		if (id != UINT32_MAX)
			break;
	}
	return id == UINT32_MAX || mmio_read32(ecam_address(ecam, place, PCI_VENDOR_ID)) == id;
}

static void
ecam_map(const struct acpi_ecam *ecam)
{
	uint64_t base = ecam->address + ((uint64_t)ecam->first_bus << ECAM_BUS_SHIFT);
	uint64_t length = (uint64_t)(ecam->last_bus - ecam->first_bus + 1) << ECAM_BUS_SHIFT;

	if (paging_map_device(base, length, PAGING_UC) != 0) {
		log_warning("pci: the configuration space of segment %u at %#lx is not usable",
			    ecam->segment, ecam->address);
		return;
	}
	if (!ecam_answers(ecam)) {
		log_warning("pci: the configuration space at %#lx is not the machine's: not used",
			    ecam->address);
		return;
	}
	ecams[ecam_count++] = *ecam;
}

/* The address register reads back as it was written, with its reserved bits 0. */
static bool
ports_probe(void)
{
	uint32_t saved = io_in32(PCI_ADDRESS_PORT);

	io_out32(PCI_ADDRESS_PORT, PCI_ADDRESS_ENABLE);
	bool present = io_in32(PCI_ADDRESS_PORT) == PCI_ADDRESS_ENABLE;
	io_out32(PCI_ADDRESS_PORT, saved);
	return present;
}

/* Where no MCFG is, AML may declare it: of a machine's only root bridge. */
static void
ecam_map_root(void)
{
	const struct acpi_root *root = &acpi_info.root;

	if (acpi_info.pci_roots == 1 && root->count == 1 && root->ecam_address &&
	    IS_ALIGNED(root->ecam_address, 1u << ECAM_BUS_SHIFT))
		ecam_map(&(struct acpi_ecam){.address = root->ecam_address,
					     .first_bus = root->first_bus,
					     .last_bus = root->last_bus});
}

void
pci_access_init(void)
{
	ecam_count = 0;
	ports_present = ports_probe();
	for (unsigned i = 0; i < acpi_info.ecam_count; i++)
		ecam_map(&acpi_info.ecams[i]);
	if (acpi_info.ecam_count == 0)
		ecam_map_root();
}

static const struct acpi_ecam *
ecam_of(uint16_t segment, uint8_t bus)
{
	for (unsigned i = 0; i < ecam_count; i++) {
		if (ecams[i].segment == segment && bus >= ecams[i].first_bus &&
		    bus <= ecams[i].last_bus)
			return &ecams[i];
	}
	return NULL;
}

bool
pci_access_extended(uint16_t segment, uint8_t bus)
{
	return ecam_of(segment, bus) != NULL;
}

bool
pci_access_reaches(uint16_t segment, uint8_t bus)
{
	return (segment == 0 && ports_present) || ecam_of(segment, bus);
}

bool
pci_access_ecam(unsigned index, uint64_t *base, uint64_t *end)
{
	if (index >= ecam_count)
		return false;
	*base = ecams[index].address + ((uint64_t)ecams[index].first_bus << ECAM_BUS_SHIFT);
	*end = ecams[index].address + ((ecams[index].last_bus + 1ull) << ECAM_BUS_SHIFT);
	return true;
}

int
pci_access_segment(unsigned from)
{
	int segment = from == 0 && ports_present ? 0 : -1;

	for (unsigned i = 0; i < ecam_count; i++) {
		if (ecams[i].segment >= from && (segment < 0 || ecams[i].segment < segment))
			segment = ecams[i].segment;
	}
	return segment;
}

static void
port_write(struct pci_place place, unsigned offset, unsigned width, uint32_t value)
{
	uint64_t flags = spin_lock(&port_lock);
	uint16_t port = port_select(place, offset);

	if (width == 1)
		io_out8(port, (uint8_t)value);
	else if (width == 2)
		io_out16(port, (uint16_t)value);
	else
		io_out32(port, value);
	spin_unlock(&port_lock, flags);
}

uint32_t
pci_access_read(struct pci_place place, unsigned offset, unsigned width)
{
	const struct acpi_ecam *ecam = ecam_of(place.segment, place.bus);

	if (!ecam)
		return port_read(place, offset, width);
	uint64_t address = ecam_address(ecam, place, offset);
	return width == 1   ? mmio_read8(address)
	       : width == 2 ? mmio_read16(address)
			    : mmio_read32(address);
}

void
pci_access_write(struct pci_place place, unsigned offset, unsigned width, uint32_t value)
{
	const struct acpi_ecam *ecam = ecam_of(place.segment, place.bus);

	if (!ecam) {
		port_write(place, offset, width, value);
		return;
	}
	uint64_t address = ecam_address(ecam, place, offset);
	if (width == 1)
		mmio_write8(address, (uint8_t)value);
	else if (width == 2)
		mmio_write16(address, (uint16_t)value);
	else
		mmio_write32(address, value);
}
