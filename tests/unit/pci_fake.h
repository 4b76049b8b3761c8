/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A configuration space for the PCI tests, in the place of kernel/pci/pci_access.c: functions with
 * registers that take writes as hardware does. A BAR that is written while its function decodes
 * is a failed check. Brings what else the pci_*.c files call.
 */
#ifndef TESTS_UNIT_PCI_FAKE_H
#define TESTS_UNIT_PCI_FAKE_H

#include <stdlib.h>

#include "kernel/acpi/acpi.h"
#include "kernel/base/errno.h"
#include "kernel/loader/boot_info_internal.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci_internal.h"
#include "tests/unit/check.h"

#define FAKES_MAX 4096
#define FAKE_ECAM 0xe0000000
#define FAKE_ECAM_SIZE 0x10000000
#define FAKE_VECTOR_ADDRESS 0xfee05000

struct fake {
	struct pci_place place;
	uint8_t config[PCIE_CONFIG_SIZE];
	uint32_t bar_mask[PCI_BARS]; /* the bits that take a write */
	uint16_t command_mask;
	bool no_ports, no_prefetchable; /* a bridge without these windows */
	bool narrow;			/* its prefetchable window ends below 4 GB */
	uint64_t appears;		/* before that time it answers nothing */
	void (*written)(struct fake *fake, unsigned offset); /* called after a write */
	bool reset_by_power; /* its BARs are lost when it comes out of D3 */
};

static struct fake fakes[FAKES_MAX];
static unsigned fake_count;
static int fake_last_segment;
static unsigned fake_reads;
static uint64_t fake_time;
static bool fake_has_ecam;

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

static unsigned fake_nodes = 1;

unsigned
memory_node_count(void)
{
	return fake_nodes;
}

/* Domain 10 is node 0, and so on. */
bool
acpi_has_domain(uint32_t domain)
{
	return domain >= 10 && domain < 10 + fake_nodes;
}

unsigned
acpi_node_of_domain(uint32_t domain)
{
	return domain - 10;
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

bool
pci_access_ecam(unsigned index, uint64_t *base, uint64_t *end)
{
	*base = FAKE_ECAM;
	*end = FAKE_ECAM + FAKE_ECAM_SIZE;
	return index == 0 && fake_has_ecam;
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
	if (!fake || fake_time < fake->appears)
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

/* Bits of a bridge's windows that take no write, PCI-to-PCI Bridge 1.2 §3.2.5. */
static inline void
fake_settle_windows(struct fake *fake)
{
	uint32_t type = fake->narrow ? 0 : 1;

	for (unsigned offset = 0x1c; offset <= 0x1d; offset++)
		fake->config[offset] = fake->no_ports ? 0 : fake->config[offset] & 0xf0;
	for (unsigned offset = 0x20; offset <= 0x26; offset += 2)
		fake_put(fake, offset, 2, fake_get(fake, offset, 2) & 0xfff0);
	for (unsigned offset = 0x24; offset <= 0x26; offset += 2)
		fake_put(fake, offset, 2,
			 fake->no_prefetchable ? 0 : fake_get(fake, offset, 2) | type);
	if (fake->narrow || fake->no_prefetchable)
		memset(&fake->config[0x28], 0, 8);
}

/* A window of a bridge as its registers have it; false when it is closed. */
static inline bool
fake_window(const struct fake *fake, enum pci_space space, uint64_t *base, uint64_t *end)
{
	unsigned offset = space == PCI_SPACE_MEMORY ? 0x20 : 0x24;

	if (space == PCI_SPACE_IO) {
		*base = (uint64_t)fake_get(fake, 0x1c, 1) >> 4 << 12;
		*end = ((uint64_t)fake_get(fake, 0x1d, 1) >> 4 << 12) + 0x1000;
	} else {
		*base = (uint64_t)fake_get(fake, offset, 2) >> 4 << 20;
		*end = ((uint64_t)fake_get(fake, offset + 2, 2) >> 4 << 20) + 0x100000;
	}
	if (space == PCI_SPACE_PREFETCHABLE) {
		*base |= (uint64_t)fake_get(fake, 0x28, 4) << 32;
		*end += (uint64_t)fake_get(fake, 0x2c, 4) << 32;
	}
	return *base < *end && *base != 0;
}

/* As firmware sets a window; base and end are whole steps of it. */
static inline void
fake_set_window(struct fake *fake, enum pci_space space, uint64_t base, uint64_t end)
{
	unsigned offset = space == PCI_SPACE_MEMORY ? 0x20 : 0x24;
	uint64_t last = end - 1;

	if (space == PCI_SPACE_IO) {
		fake_put(fake, 0x1c, 1, base >> 8 & 0xf0);
		fake_put(fake, 0x1d, 1, last >> 8 & 0xf0);
		return;
	}
	fake_put(fake, offset, 2, base >> 16 & 0xfff0);
	fake_put(fake, offset + 2, 2, last >> 16 & 0xfff0);
	if (space == PCI_SPACE_PREFETCHABLE) {
		fake_put(fake, 0x28, 4, (uint32_t)(base >> 32));
		fake_put(fake, 0x2c, 4, (uint32_t)(last >> 32));
	}
	fake_settle_windows(fake);
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
		if (fake->config[PCI_HEADER_TYPE] & 1)
			fake_settle_windows(fake);
		for (unsigned i = 0; up && i < bars; i++)
			fake_write_bar(fake, i, 0);
	}
	if (fake->written)
		fake->written(fake, offset);
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
	fake_settle_windows(fake);
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

unsigned
paging_address_bits(void)
{
	return 46;
}

int
paging_map(uint64_t base, uint64_t length, unsigned flags)
{
	return base && length && flags & PAGING_WRITE ? 0 : -EINVAL;
}

void
boot_info_warn(struct boot_info *info, const char *what)
{
	(void)info;
	CHECK_STRING(what, "");
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
ioapic_isa_to_gsi(uint8_t isa_irq)
{
	return isa_irq == 5 ? 21 : isa_irq;
}

#define CLASS_NIC 0x020000
#define CLASS_DISK 0x010601

/* What a single root bridge passes on, as AML tells it. */
static inline void
machine_add_range(uint64_t base, uint64_t length, bool io)
{
	acpi_info.pci_roots = acpi_info.root.count = 1;
	acpi_info.root.ranges[acpi_info.root.range_count++] =
		(struct acpi_range){.base = base, .length = length, .io = io};
}

/* An empty machine. */
static inline void
machine_new(void)
{
	fake_count = 0;
	fake_last_segment = 0;
	fake_has_ecam = false;
	fake_nodes = 1;
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
