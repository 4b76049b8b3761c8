/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where there is room for a BAR or a bridge's window.
 *
 * Below a bridge: in the bridge's window, beside what is there. On a root bus it takes AML to know
 * what the host bridge passes on, and that is not interpreted. Two kinds of ranges can be trusted:
 *
 * - the space between two neighbours that firmware has placed on the same root bus: what is
 *   right below and right above goes there, and no other root bus has anything in between;
 * - ranges that AML declares in constants (acpi_root.c), where there is one root bridge.
 *
 * In neither is taken what is RAM, reserved by the firmware's memory map, or the chipset's.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/compiler.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci_internal.h"

#define BELOW_4G (4 * GB)
#define MEMORY_FIRST (1 * MB)	    /* below are the PC's legacy ranges */
#define CHIPSET_FIRST 0xfec00000ULL /* up to 4 GB: IO-APICs, local APIC, flash */
#define PORTS_FIRST 0x1000	    /* below are the board's own */
#define PORTS_END 0x10000
#define ROM_ADDRESS 0x30
#define ROM_ADDRESS_BRIDGE 0x38
#define ROM_ENABLED (1u << 0)
#define ROM_MASK 0xfffff800u
#define ROM_LARGEST (16 * MB) /* PCI 3.0 §6.2.5.2 */

/*
 * What a function occupies of its bus: BARs, those of its virtual functions, an expansion ROM that
 * is on, a bridge's windows.
 */
enum {
	OCCUPANT_VIRTUAL = PCI_BARS,
	OCCUPANT_ROM = OCCUPANT_VIRTUAL + PCI_BARS,
	OCCUPANT_WINDOWS,
	OCCUPANTS = OCCUPANT_WINDOWS + PCI_SPACES
};

struct span {
	uint64_t base, end; /* end exclusive */
};

static bool
occupant_rom(const struct pci_device *device, struct span *span)
{
	bool bridge = device->header_type == PCI_HEADER_BRIDGE;

	if (device->physical || (!bridge && device->header_type != PCI_HEADER_DEVICE))
		return false;
	uint32_t rom = pci_config_read(device, bridge ? ROM_ADDRESS_BRIDGE : ROM_ADDRESS, 4);
	*span = (struct span){rom & ROM_MASK, (rom & ROM_MASK) + ROM_LARGEST};
	return rom & ROM_ENABLED;
}

static bool
occupant_bar(const struct pci_bar *bar, bool io, struct span *span)
{
	*span = (struct span){bar->base, bar->base + bar->size};
	return bar->base && bar->size && bar->io == io;
}

/* The occupant of a number, if there is one in this address space. */
static bool
occupant(const struct pci_device *device, unsigned number, bool io, struct span *span)
{
	if (number < OCCUPANT_VIRTUAL)
		return occupant_bar(&device->bars[number], io, span);
	if (number < OCCUPANT_ROM)
		return device->private->virtual_bars &&
		       occupant_bar(&device->private->virtual_bars[number - OCCUPANT_VIRTUAL], io,
				    span);
	if (number == OCCUPANT_ROM)
		return !io && occupant_rom(device, span);
	const struct pci_window *window = &device->private->windows[number - OCCUPANT_WINDOWS];
	*span = (struct span){window->base, window->end};
	return window->end && (number - OCCUPANT_WINDOWS == PCI_SPACE_IO) == io;
}

static bool
overlaps(struct span a, uint64_t base, uint64_t length)
{
	return length && a.base < base + length && base < a.end;
}

/* The end of something of the machine's that is in a span of memory, 0 when nothing is. */
static uint64_t
machine_conflict(struct span span)
{
	const struct boot_framebuffer *screen = &boot_info.framebuffer;

	if (span.base < MEMORY_FIRST)
		return MEMORY_FIRST;
	if (overlaps(span, CHIPSET_FIRST, BELOW_4G - CHIPSET_FIRST))
		return BELOW_4G;
	for (unsigned i = 0; i < boot_info.memory_count; i++) {
		const struct boot_memory_range *range = &boot_info.memory[i];

		if (overlaps(span, range->base, range->length))
			return range->base + range->length;
	}
	struct span ecam;
	for (unsigned i = 0; pci_access_ecam(i, &ecam.base, &ecam.end); i++)
		if (overlaps(span, ecam.base, ecam.end - ecam.base))
			return ecam.end;
	for (unsigned i = 0; i < acpi_info.ioapic_count; i++)
		if (overlaps(span, acpi_info.ioapics[i].address, PAGE_4K))
			return acpi_info.ioapics[i].address + PAGE_4K;
	for (unsigned i = 0; i < acpi_info.iommu_count; i++)
		if (overlaps(span, acpi_info.iommus[i].address, PAGE_4K))
			return acpi_info.iommus[i].address + PAGE_4K;
	if (acpi_info.hpet_address && overlaps(span, acpi_info.hpet_address, PAGE_4K))
		return acpi_info.hpet_address + PAGE_4K;
	if (screen->present &&
	    overlaps(span, screen->address, (uint64_t)screen->pitch * screen->height))
		return screen->address + (uint64_t)screen->pitch * screen->height;
	return 0;
}

/*
 * The end of something that is in a span of the bus that `beside` is on; 0 when nothing is. All
 * root buses share one address space.
 */
static uint64_t
conflict(const struct pci_device *beside, bool io, struct span span)
{
	struct span other;

	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_device *device = pci_get(i);

		for (unsigned n = 0;
		     device->private->bridge == beside->private->bridge && n < OCCUPANTS; n++)
			if (occupant(device, n, io, &other) &&
			    overlaps(span, other.base, other.end - other.base))
				return other.end;
	}
	if (beside->private->bridge)
		return 0;
	if (io)
		return span.base < PORTS_FIRST ? PORTS_FIRST : 0;
	return machine_conflict(span);
}

/* The lowest room in a span that is passed on to the bus of `beside`; 0 when there is none. */
static uint64_t
room_in(const struct pci_device *beside, const struct pci_room *room, struct span span)
{
	uint64_t base = MAX(span.base, room->from);
	uint64_t end = MIN(span.end, room->to), taken;
	bool io = room->space == PCI_SPACE_IO;

	do {
		base = ALIGN_UP(base, room->alignment);
		if (base == 0 || base >= end || room->size > end - base)
			return 0;
		taken = conflict(beside, io, (struct span){base, base + room->size});
		base = taken ? taken : base;
	} while (taken);
	return base;
}

/*
 * Where the next BAR or window that firmware has placed on a root bus begins, at or above an
 * address, if that is on the root bus of `beside`; else 0.
 */
static uint64_t
neighbour_above(const struct pci_device *beside, bool io, uint64_t address)
{
	uint64_t next = 0;
	bool own = false;
	struct span other;

	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_device *device = pci_get(i);

		for (unsigned n = 0; !device->private->bridge && n < OCCUPANTS; n++) {
			if (!occupant(device, n, io, &other) || other.base < address ||
			    (next && other.base >= next))
				continue;
			next = other.base;
			own = device->segment == beside->segment && device->bus == beside->bus;
		}
	}
	return own ? next : 0;
}

/* The lowest room between two neighbours on the root bus of `beside`. */
static uint64_t
room_between(const struct pci_device *beside, const struct pci_room *room)
{
	uint64_t best = 0;
	struct span gap;
	bool io = room->space == PCI_SPACE_IO;

	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_device *device = pci_get(i);
		bool own = !device->private->bridge && device->segment == beside->segment &&
			   device->bus == beside->bus;

		for (unsigned n = 0; own && n < OCCUPANTS; n++) {
			if (!occupant(device, n, io, &gap))
				continue;
			gap = (struct span){gap.end, neighbour_above(beside, io, gap.end)};
			if (gap.base < BELOW_4G && gap.end > BELOW_4G)
				continue; /* two apertures, and RAM between them */
			uint64_t base = room_in(beside, room, gap);
			if (base && (!best || base < best))
				best = base;
		}
	}
	return best;
}

/*
 * What firmware fills in when it runs begins, as its bytes stand, at 1 MB as often as not: no
 * bridge passes on where RAM is.
 */
static bool
range_is_placeholder(const struct acpi_range *range)
{
	return !range->io && boot_info_has_ram(range->base, range->length);
}

static uint64_t
room_on_root(const struct pci_device *beside, const struct pci_room *room)
{
	uint64_t base = room_between(beside, room);

	if (base || acpi_info.pci_roots != 1 || acpi_info.root.count != 1 || beside->segment != 0)
		return base;
	for (unsigned i = 0; !base && i < acpi_info.root.range_count; i++) {
		const struct acpi_range *range = &acpi_info.root.ranges[i];

		if (range->io == (room->space == PCI_SPACE_IO) && !range_is_placeholder(range))
			base = room_in(beside, room,
				       (struct span){range->base, range->base + range->length});
	}
	return base;
}

/* The same with further limits. */
static uint64_t
room_within(const struct pci_device *beside, struct pci_room room, uint64_t from, uint64_t to)
{
	room.from = MAX(room.from, from);
	room.to = MIN(room.to, to);
	return room_on_root(beside, &room);
}

/* In a window of the bridge above; what is prefetchable may be in the other one as well. */
static uint64_t
room_below(const struct pci_device *beside, const struct pci_room *room)
{
	uint64_t base = 0;

	for (unsigned space = room->space; !base; space--) {
		const struct pci_window *window = &beside->private->bridge->private->windows[space];

		base = room_in(beside, room, (struct span){window->base, window->end});
		if (space != PCI_SPACE_PREFETCHABLE)
			break;
	}
	return base;
}

uint64_t
pci_room_find(const struct pci_device *beside, const struct pci_room *room)
{
	uint64_t top = 1ULL << paging_address_bits();
	uint64_t base = 0;

	if (beside->private->bridge)
		return room_below(beside, room);
	if (room->space == PCI_SPACE_IO)
		return room_within(beside, *room, 0, PORTS_END);
	if (room->space == PCI_SPACE_PREFETCHABLE)
		base = room_within(beside, *room, BELOW_4G, top);
	if (!base)
		base = room_within(beside, *room, 0, BELOW_4G);
	return base ? base : room_within(beside, *room, BELOW_4G, top);
}

bool
pci_room_holds(const struct pci_device *beside, uint64_t base, uint64_t size)
{
	struct span span = {base, base + size};
	bool inside = !beside->private->bridge;

	for (unsigned space = PCI_SPACE_MEMORY; !inside && space < PCI_SPACES; space++)
		inside = base >= beside->private->bridge->private->windows[space].base &&
			 span.end <= beside->private->bridge->private->windows[space].end;
	return inside && span.end > base && !conflict(beside, false, span);
}
