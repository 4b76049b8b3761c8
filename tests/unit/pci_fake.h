/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A configuration space for the PCI tests, in the place of kernel/pci_access.c: functions with
 * registers that take writes as hardware does. A BAR that is written while its function decodes
 * is a failed check. Brings what else the pci_*.c files call.
 */
#ifndef TESTS_UNIT_PCI_FAKE_H
#define TESTS_UNIT_PCI_FAKE_H

#include <stdlib.h>

#include "kernel/acpi.h"
#include "kernel/bootinfo.h"
#include "kernel/errno.h"
#include "kernel/memory.h"
#include "kernel/paging.h"
#include "kernel/pci_internal.h"
#include "tests/unit/check.h"

#define FAKES_MAX 4096
#define FAKE_VECTOR_ADDRESS 0xfee05000

struct fake {
	struct pci_place place;
	uint8_t config[PCIE_CONFIG_SIZE];
	uint32_t bar_mask[PCI_BARS]; /* the bits that take a write */
	uint16_t command_mask;
	bool reset_by_power; /* its BARs are lost when it comes out of D3 */
};

static struct fake fakes[FAKES_MAX];
static unsigned fake_count;
static int fake_last_segment;
static unsigned fake_reads;
static uint64_t fake_time;

struct acpi_info acpi_info;
struct boot_info boot_info;

static inline struct fake *
fake_at(struct pci_place place)
{
	for (unsigned i = 0; i < fake_count; i++) {
		const struct pci_place *other = &fakes[i].place;

		if (other->segment == place.segment && other->bus == place.bus &&
		    other->device == place.device && other->function == place.function)
			return &fakes[i];
	}
	return NULL;
}

static inline void
fake_put(struct fake *fake, unsigned offset, unsigned width, uint32_t value)
{
	for (unsigned i = 0; i < width; i++)
		fake->config[offset + i] = (uint8_t)(value >> 8 * i);
}

static inline uint32_t
fake_get(const struct fake *fake, unsigned offset, unsigned width)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)fake->config[offset + i] << 8 * i;
	return value;
}

void
pci_access_init(void)
{
}

bool
pci_access_extended(uint16_t segment, uint8_t bus)
{
	return segment > 0 || bus >= 0x80;
}

bool
pci_access_reaches(uint16_t segment, uint8_t bus)
{
	(void)bus; /* all of them */
	return segment <= fake_last_segment;
}

int
pci_access_segment(unsigned from)
{
	return (int)from <= fake_last_segment ? (int)from : -1;
}

uint32_t
pci_access_read(struct pci_place place, unsigned offset, unsigned width)
{
	struct fake *fake = fake_at(place);

	fake_reads++;
	CHECK(offset % width == 0);
	if (!fake)
		return width == 4 ? UINT32_MAX : (1u << 8 * width) - 1;
	return fake_get(fake, offset, width);
}

static inline void
fake_write_bar(struct fake *fake, unsigned bar, uint32_t value)
{
	uint32_t mask = fake->bar_mask[bar];
	uint32_t fixed = fake_get(fake, PCI_BAR0 + 4 * bar, 4) & ~mask;

	CHECK(!(fake_get(fake, PCI_COMMAND, 2) & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY)));
	fake_put(fake, PCI_BAR0 + 4 * bar, 4, (value & mask) | fixed);
}

void
pci_access_write(struct pci_place place, unsigned offset, unsigned width, uint32_t value)
{
	struct fake *fake = fake_at(place);
	unsigned bars = fake ? ((fake->config[PCI_HEADER_TYPE] & 1) ? 2 : 6) : 0;

	CHECK(offset % width == 0);
	if (!fake)
		return;
	if (offset == PCI_COMMAND) {
		fake_put(fake, offset, width, value & fake->command_mask);
	} else if (offset >= PCI_BAR0 && offset < PCI_BAR0 + 4 * bars) {
		fake_write_bar(fake, (offset - PCI_BAR0) / 4, value);
	} else {
		bool up = fake->reset_by_power && offset == 0x44 && !(value & 3) &&
			  fake_get(fake, 0x44, 2) & 3;

		fake_put(fake, offset, width, value);
		for (unsigned i = 0; up && i < bars; i++)
			fake_write_bar(fake, i, 0);
	}
}

/* A function that answers; class_code is class << 16 | subclass << 8 | interface. */
static inline struct fake *
fake_add(struct pci_place place, uint32_t class_code, uint8_t header_type)
{
	struct fake *fake = &fakes[fake_count++];

	memset(fake, 0, sizeof(*fake));
	fake->place = place;
	fake->command_mask =
		PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE;
	fake_put(fake, PCI_VENDOR_ID, 2, 0x8086);
	fake_put(fake, PCI_DEVICE_ID, 2, 0x1000 + fake_count);
	fake_put(fake, PCI_REVISION, 4, class_code << 8 | 0x03);
	fake_put(fake, PCI_HEADER_TYPE, 1, header_type);
	return fake;
}

static inline struct fake *
fake_add_bridge(struct pci_place place, uint8_t secondary, uint8_t subordinate)
{
	struct fake *fake = fake_add(place, 0x060400, PCI_HEADER_BRIDGE);

	fake_put(fake, 0x18, 1, place.bus);
	fake_put(fake, PCI_SECONDARY_BUS, 1, secondary);
	fake_put(fake, PCI_SUBORDINATE_BUS, 1, subordinate);
	return fake;
}

static inline void
fake_set_bar(struct fake *fake, unsigned bar, uint32_t value, uint32_t mask)
{
	fake_put(fake, PCI_BAR0 + 4 * bar, 4, value);
	fake->bar_mask[bar] = mask;
}

/* A capability in the list, after those that are there. */
static inline void
fake_add_capability(struct fake *fake, uint8_t at, uint8_t id)
{
	uint8_t *link = &fake->config[PCI_CAPABILITY_POINTER];

	fake->config[PCI_STATUS] |= PCI_STATUS_CAPABILITIES;
	while (*link)
		link = &fake->config[*link + 1];
	*link = at;
	fake->config[at] = id;
}

void *
memory_grant(size_t length, size_t alignment, int node)
{
	(void)node;
	return aligned_alloc(alignment, length);
}

int
paging_map(uint64_t base, uint64_t length, unsigned flags)
{
	return base && length && flags & PAGING_WRITE ? 0 : -EINVAL;
}

uint64_t
clock_ns(void)
{
	return fake_time += 1000;
}

void
clock_delay_ns(uint64_t ns)
{
	fake_time += ns;
}

uint64_t
irq_msi_address(void)
{
	return FAKE_VECTOR_ADDRESS;
}

uint32_t
irq_msi_data(int vector)
{
	return (uint32_t)vector;
}

uint32_t
irq_isa_to_gsi(uint8_t isa_irq)
{
	return isa_irq == 5 ? 21 : isa_irq;
}

#define CLASS_NIC 0x020000
#define CLASS_DISK 0x010601

/* An empty machine. */
static inline void
machine_new(void)
{
	fake_count = 0;
	fake_last_segment = 0;
	memset(&acpi_info, 0, sizeof(acpi_info));
	memset(&boot_info, 0, sizeof(boot_info));
}

/* Scans it; returns how many functions there are. */
static inline unsigned
machine_scan(void)
{
	fake_reads = 0;
	pci_init();
	return pci_count();
}

#endif
