/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Room for BARs that firmware left unassigned. What firmware placed stays where it is.
 *
 * First it is added up, from the bottom, what each bridge's windows are short of. Then the buses
 * are gone through from the top: on each the largest alignment first, so that no room is lost
 * between; a closed window is opened for all that will lie in it, an open one grows when what is
 * free in it does not suffice.
 *
 * Only functions that a driver may claim are given room. When one needs any, all functions are
 * sized first, as what is free is only seen from what is taken.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/log.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci_internal.h"

#define SHIFT_MAX 51
#define SHIFT_MIN 2 /* the smallest BAR: four ports */

/* Registers of two functions are not put into one page. */
static uint64_t
bar_alignment(const struct pci_bar *bar)
{
	return bar->io ? bar->size : MAX(bar->size, PAGE_4K);
}

static bool
bar_is_short(const struct pci_device *device, unsigned index)
{
	const struct pci_bar *bar = &device->bars[index];

	return pci_is_claimable(device) && bar->size && !bar->base;
}

/* In which of a bridge's windows something lies. */
static enum pci_space
space_below(const struct pci_device *bridge, enum pci_space space)
{
	if (space == PCI_SPACE_PREFETCHABLE && bridge &&
	    !bridge->private->windows[PCI_SPACE_PREFETCHABLE].present)
		return PCI_SPACE_MEMORY;
	return space;
}

enum pci_space
pci_bar_space(const struct pci_bar *bar)
{
	if (bar->io)
		return PCI_SPACE_IO;
	return bar->prefetchable && bar->is_64bit ? PCI_SPACE_PREFETCHABLE : PCI_SPACE_MEMORY;
}

static void
shortage_add(struct pci_device *bridge, enum pci_space space, uint64_t size, uint64_t alignment)
{
	struct pci_window *window;

	if (!bridge || size == 0)
		return;
	window = &bridge->private->windows[space_below(bridge, space)];
	window->short_of += ALIGN_UP(size, alignment);
	window->alignment = MAX(window->alignment, alignment);
}

static void
shortage_pass_up(struct pci_device *device)
{
	for (unsigned bar = 0; bar < PCI_BARS; bar++)
		if (bar_is_short(device, bar))
			shortage_add(device->private->bridge, pci_bar_space(&device->bars[bar]),
				     device->bars[bar].size, bar_alignment(&device->bars[bar]));
	for (unsigned space = 0; space < PCI_SPACES; space++) {
		const struct pci_window *window = &device->private->windows[space];

		if (window->present && !window->end)
			shortage_add(device->private->bridge,
				     pci_window_above(device, (enum pci_space)space),
				     window->short_of,
				     MAX(window->alignment, pci_window_step(space)));
	}
}

/* What is behind a bridge stands after it in the list. */
static void
shortages_count(void)
{
	for (unsigned i = 0; i < pci_count(); i++)
		for (unsigned space = 0; space < PCI_SPACES; space++) {
			pci_get(i)->private->windows[space].short_of = 0;
			pci_get(i)->private->windows[space].alignment = 0;
		}
	for (unsigned i = pci_count(); i-- > 0;)
		shortage_pass_up(pci_get(i));
}

/* Makes the window larger by all that it is short of, or at least by what is wanted now. */
static bool
window_enlarge(struct pci_device *bridge, const struct pci_room *room)
{
	enum pci_space space = space_below(bridge, room->space);
	const struct pci_window *window = &bridge->private->windows[space];

	shortages_count();
	if (window->short_of > room->size &&
	    pci_window_open(bridge, space, window->short_of, window->alignment))
		return true;
	return pci_window_open(bridge, space, room->size, room->alignment);
}

uint64_t
pci_room_make(struct pci_device *beside, const struct pci_room *room)
{
	uint64_t base = pci_room_find(beside, room);

	if (!base && beside->private->bridge && window_enlarge(beside->private->bridge, room))
		base = pci_room_find(beside, room);
	return base;
}

static void
bar_assign(struct pci_device *device, unsigned index)
{
	struct pci_bar *bar = &device->bars[index];
	uint64_t base = pci_room_make(
		device, &(struct pci_room){pci_bar_space(bar), bar->size, bar_alignment(bar), 0,
					   bar->is_64bit ? UINT64_MAX : 4 * GB});

	if (base && pci_bar_place(device, PCI_BAR0 + index * PCI_BAR_SIZE, bar, base) == 0)
		log_info("pci: " PCI_PLACE ": BAR %u placed at %#lx, %#lx bytes",
			 PCI_PLACE_ARGS(device), index, base, bar->size);
	else if (bar->io)
		log_info("pci: " PCI_PLACE ": BAR %u: no room for %lu ports, which few drivers use",
			 PCI_PLACE_ARGS(device), index, bar->size);
	else
		log_warning("pci: " PCI_PLACE ": BAR %u: no room for %#lx bytes of memory",
			    PCI_PLACE_ARGS(device), index, bar->size);
}

/* Gives room to what has an alignment on the bus below a bridge, or on all root buses. */
static void
bus_assign(const struct pci_device *bridge, uint64_t alignment)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);

		if (device->private->bridge != bridge)
			continue;
		for (unsigned bar = 0; bar < PCI_BARS; bar++)
			if (bar_is_short(device, bar) &&
			    bar_alignment(&device->bars[bar]) == alignment)
				bar_assign(device, bar);
		for (unsigned space = 0; space < PCI_SPACES; space++) {
			const struct pci_window *window = &device->private->windows[space];

			if (window->present && !window->end && window->short_of &&
			    MAX(window->alignment, pci_window_step(space)) == alignment)
				pci_window_open(device, (enum pci_space)space, window->short_of,
						window->alignment);
		}
	}
}

static bool
any_is_short(void)
{
	for (unsigned i = 0; i < pci_count(); i++)
		for (unsigned bar = 0; bar < PCI_BARS; bar++)
			if (bar_is_short(pci_get(i), bar))
				return true;
	return false;
}

void
pci_rooms_collect(void)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);

		pci_bars_probe(device);
		if (device->header_type == PCI_HEADER_BRIDGE &&
		    !device->private->windows[PCI_SPACE_MEMORY].present)
			pci_windows_read(device);
	}
}

void
pci_assign(void)
{
	if (!any_is_short())
		return;
	pci_rooms_collect();
	shortages_count();
	for (int shift = SHIFT_MAX; shift >= SHIFT_MIN; shift--)
		bus_assign(NULL, 1ULL << shift);
	for (unsigned i = 0; i < pci_count(); i++)
		for (int shift = SHIFT_MAX;
		     pci_get(i)->private->secondary_bus && shift >= SHIFT_MIN; shift--)
			bus_assign(pci_get(i), 1ULL << shift);
}
