/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The windows of a PCI-to-PCI bridge: which addresses it passes on (PCI-to-PCI Bridge 1.2 §3.2.5).
 *
 * A window never moves: it is opened where it was closed, or grows at one of its ends into free
 * room of the bus above, whose own window grows first where that is needed.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/log.h"
#include "kernel/pci/pci_internal.h"

#define IO_BASE 0x1c
#define IO_LIMIT 0x1d
#define IO_ADDRESS_MASK 0xf0u
#define IO_SHIFT 8 /* bits 7:4 are address bits 15:12 */
#define IO_STEP (4 * KB)
#define IO_CLOSED_BASE 0xf0
#define MEMORY_BASE 0x20
#define MEMORY_LIMIT 0x22
#define MEMORY_ADDRESS_MASK 0xfff0u
#define MEMORY_SHIFT 16 /* bits 15:4 are address bits 31:20 */
#define MEMORY_STEP (1 * MB)
#define MEMORY_CLOSED_BASE 0xfff0
#define PREFETCHABLE_BASE 0x24
#define PREFETCHABLE_LIMIT 0x26
#define PREFETCHABLE_64BIT 0x1
#define PREFETCHABLE_TYPE_MASK 0xf
#define PREFETCHABLE_BASE_HIGH 0x28
#define PREFETCHABLE_LIMIT_HIGH 0x2c

#define DEPTH_MAX 16

static const char *const window_names[PCI_SPACES] = {"ports", "memory", "prefetchable memory"};

uint64_t
pci_window_step(enum pci_space space)
{
	return space == PCI_SPACE_IO ? IO_STEP : MEMORY_STEP;
}

static void
window_write(const struct pci_device *bridge, enum pci_space space)
{
	const struct pci_window *window = &bridge->private->windows[space];
	bool open = window->end != 0;
	uint64_t last = window->end - 1;
	unsigned offset = space == PCI_SPACE_MEMORY ? MEMORY_BASE : PREFETCHABLE_BASE;

	if (space == PCI_SPACE_IO) {
		pci_config_write(bridge, IO_BASE, 1,
				 open ? window->base >> IO_SHIFT & IO_ADDRESS_MASK
				      : IO_CLOSED_BASE);
		pci_config_write(bridge, IO_LIMIT, 1,
				 open ? last >> IO_SHIFT & IO_ADDRESS_MASK : 0);
		return;
	}
	if (window->is_64bit) {
		pci_config_write(bridge, PREFETCHABLE_BASE_HIGH, 4,
				 open ? (uint32_t)(window->base >> 32) : 0);
		pci_config_write(bridge, PREFETCHABLE_LIMIT_HIGH, 4,
				 open ? (uint32_t)(last >> 32) : 0);
	}
	pci_config_write(bridge, offset, 2,
			 open ? window->base >> MEMORY_SHIFT & MEMORY_ADDRESS_MASK
			      : MEMORY_CLOSED_BASE);
	pci_config_write(bridge, offset + MEMORY_LIMIT - MEMORY_BASE, 2,
			 open ? last >> MEMORY_SHIFT & MEMORY_ADDRESS_MASK : 0);
}

/* Keeps a window's bounds, or closes one that begins at 0. */
static void
window_set(struct pci_device *bridge, enum pci_space space, uint64_t base, uint64_t end)
{
	struct pci_window *window = &bridge->private->windows[space];

	if (base < end && base != 0) {
		window->base = base;
		window->end = end;
	} else if (window->present && base == 0) {
		window_write(bridge, space);
	}
}

/* A window that is not there reads 0 whatever is written; MEMORY's is always there. */
static bool
window_takes(const struct pci_device *bridge, unsigned base, unsigned width, uint32_t closed)
{
	if (pci_config_read(bridge, base, width) != 0)
		return true;
	pci_config_write(bridge, base, width, closed);
	bool takes = pci_config_read(bridge, base, width) != 0;
	pci_config_write(bridge, base, width, 0);
	return takes;
}

static void
window_read_io(struct pci_device *bridge)
{
	uint32_t base = pci_config_read(bridge, IO_BASE, 1) & IO_ADDRESS_MASK;
	uint32_t limit = pci_config_read(bridge, IO_LIMIT, 1) & IO_ADDRESS_MASK;

	bridge->private->windows[PCI_SPACE_IO].present =
		window_takes(bridge, IO_BASE, 1, IO_CLOSED_BASE);
	window_set(bridge, PCI_SPACE_IO, (uint64_t)base << IO_SHIFT,
		   ((uint64_t)limit << IO_SHIFT) + IO_STEP);
}

static void
window_read_memory(struct pci_device *bridge, enum pci_space space, unsigned offset)
{
	uint64_t base = pci_config_read(bridge, offset, 2) & MEMORY_ADDRESS_MASK;
	uint64_t limit = pci_config_read(bridge, offset + MEMORY_LIMIT - MEMORY_BASE, 2) &
			 MEMORY_ADDRESS_MASK;

	base <<= MEMORY_SHIFT;
	limit <<= MEMORY_SHIFT;
	if (bridge->private->windows[space].is_64bit) {
		base |= (uint64_t)pci_config_read(bridge, PREFETCHABLE_BASE_HIGH, 4) << 32;
		limit |= (uint64_t)pci_config_read(bridge, PREFETCHABLE_LIMIT_HIGH, 4) << 32;
	}
	window_set(bridge, space, base, limit + MEMORY_STEP);
}

void
pci_windows_read(struct pci_device *bridge)
{
	struct pci_window *prefetchable = &bridge->private->windows[PCI_SPACE_PREFETCHABLE];

	window_read_io(bridge);
	bridge->private->windows[PCI_SPACE_MEMORY].present = true;
	window_read_memory(bridge, PCI_SPACE_MEMORY, MEMORY_BASE);
	prefetchable->present = window_takes(bridge, PREFETCHABLE_BASE, 2, MEMORY_CLOSED_BASE);
	prefetchable->is_64bit =
		prefetchable->present && (pci_config_read(bridge, PREFETCHABLE_BASE, 2) &
					  PREFETCHABLE_TYPE_MASK) == PREFETCHABLE_64BIT;
	window_read_memory(bridge, PCI_SPACE_PREFETCHABLE, PREFETCHABLE_BASE);
}

enum pci_space
pci_window_above(const struct pci_device *bridge, enum pci_space space)
{
	const struct pci_window *own = &bridge->private->windows[PCI_SPACE_PREFETCHABLE];
	const struct pci_window *above =
		bridge->private->bridge
			? &bridge->private->bridge->private->windows[PCI_SPACE_PREFETCHABLE]
			: NULL;

	if (space != PCI_SPACE_PREFETCHABLE || !above)
		return space;
	return above->present && (own->is_64bit || !above->is_64bit) ? space : PCI_SPACE_MEMORY;
}

/* Bridges above one: what calls itself for each of them has a limit. */
static bool
window_is_deep(const struct pci_device *bridge)
{
	unsigned depth = 0;

	while ((bridge = bridge->private->bridge) != NULL)
		depth++;
	return depth > DEPTH_MAX;
}

/* Room on the bus above for one of the bridge's windows; 0 when there is none. */
static uint64_t
window_room(struct pci_device *bridge, struct pci_room room)
{
	enum pci_space above = pci_window_above(bridge, room.space);
	uint64_t base;

	if (!bridge->private->windows[room.space].is_64bit)
		room.to = MIN(room.to, 4 * GB);
	base = pci_room_find(bridge, &room);
	if (!base && bridge->private->bridge && !window_is_deep(bridge) &&
	    pci_window_open(bridge->private->bridge, above, room.size, room.alignment))
		base = pci_room_find(bridge, &room);
	return base;
}

/* Grows at the upper end, else at the lower one. */
static bool
window_grow(struct pci_device *bridge, enum pci_space space, uint64_t size, uint64_t alignment)
{
	struct pci_window *window = &bridge->private->windows[space];
	uint64_t top = ALIGN_UP(window->end, alignment) + size;
	struct pci_room room = {space, top - window->end, pci_window_step(space), window->end, top};

	if (window_room(bridge, room)) {
		window->end = top;
		return true;
	}
	if (size >= window->base || ALIGN_DOWN(window->base - size, alignment) == 0)
		return false;
	room.from = ALIGN_DOWN(window->base - size, alignment);
	room.to = window->base;
	room.size = room.to - room.from;
	if (!window_room(bridge, room))
		return false;
	window->base = room.from;
	return true;
}

bool
pci_window_open(struct pci_device *bridge, enum pci_space space, uint64_t size, uint64_t alignment)
{
	struct pci_window *window = &bridge->private->windows[space];

	if (!window->present || size == 0)
		return false;
	alignment = MAX(alignment, pci_window_step(space));
	size = ALIGN_UP(size, pci_window_step(space));
	if (window->end) {
		if (!window_grow(bridge, space, size, alignment))
			return false;
	} else {
		uint64_t base = window_room(
			bridge, (struct pci_room){space, size, alignment, 0, UINT64_MAX});

		if (!base)
			return false;
		window->base = base;
		window->end = base + size;
	}
	window_write(bridge, space);
	log_info("pci: " PCI_PLACE ": window of %s at %#lx..%#lx", PCI_PLACE_ARGS(bridge),
		 window_names[space], window->base, window->end);
	return true;
}
