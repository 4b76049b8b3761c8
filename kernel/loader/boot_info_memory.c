/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory map, put in order. Firmware lists ranges in any order, and they may overlap.
 * All edges are sorted; between two neighbouring edges one type holds: that of the ranges that
 * cover it, and where they differ, anything rather than RAM. Equal neighbours are joined.
 */
#include "kernel/base/compiler.h"
#include "kernel/loader/boot_info_internal.h"

#define EDGES_MAX (2 * BOOT_MEMORY_RANGES_MAX)

static uint64_t edges[EDGES_MAX];
static struct boot_memory_range unsorted[BOOT_MEMORY_RANGES_MAX];

static void
edge_insert(unsigned count, uint64_t edge)
{
	unsigned at = count;

	for (; at > 0 && edges[at - 1] > edge; at--)
		edges[at] = edges[at - 1];
	edges[at] = edge;
}

/* The type that holds in [from, to), 0 when no range covers it. RAM's is the lowest. */
static uint32_t
type_between(unsigned count, uint64_t from, uint64_t to)
{
	uint32_t type = 0;

	for (unsigned i = 0; i < count; i++) {
		const struct boot_memory_range *range = &unsorted[i];

		if (range->base <= from && range->base + range->length >= to)
			type = MAX(type, range->type);
	}
	return type;
}

/* Appends a piece, or lengthens the last range by it. */
static void
append_range(struct boot_info *info, uint64_t base, uint64_t length, uint32_t type)
{
	struct boot_memory_range *last = &info->memory[info->memory_count];

	if (info->memory_count > 0 && last[-1].type == type &&
	    last[-1].base + last[-1].length == base) {
		last[-1].length += length;
		return;
	}
	if (info->memory_count == BOOT_MEMORY_RANGES_MAX) {
		boot_info_warn(info, "more pieces of memory than there is room for");
		return;
	}
	*last = (struct boot_memory_range){.base = base, .length = length, .type = type};
	info->memory_count++;
}

void
boot_info_sort_memory(struct boot_info *info)
{
	unsigned count = info->memory_count;

	for (unsigned i = 0; i < count; i++) {
		unsorted[i] = info->memory[i];
		edge_insert(2 * i, unsorted[i].base);
		edge_insert(2 * i + 1, unsorted[i].base + unsorted[i].length);
	}
	info->memory_count = 0;
	for (unsigned i = 0; i + 1 < 2 * count; i++) {
		uint32_t type;

		if (edges[i] == edges[i + 1])
			continue;
		type = type_between(count, edges[i], edges[i + 1]);
		if (type != 0)
			append_range(info, edges[i], edges[i + 1] - edges[i], type);
	}
}

bool
boot_info_has_ram(uint64_t base, uint64_t length)
{
	for (unsigned i = 0; i < boot_info.memory_count; i++) {
		const struct boot_memory_range *range = &boot_info.memory[i];

		if (range->type == BOOT_MEMORY_RAM && base < range->base + range->length &&
		    (range->base <= base || range->base - base < length))
			return true;
	}
	return false;
}
