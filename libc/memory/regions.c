/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An array sorted by address: look-up by bisection, changes by moving the rest. A program has some
 * thousand regions at most: a few microseconds. Neighbours are not joined: each is a grant of its
 * own, or a part of one, and goes back as such.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "libc/base/grant.h"
#include "libc/memory/regions.h"

#define FIRST_ROOM (PAGE_4K / sizeof(struct region))

static uint64_t
end_of(const struct region *region)
{
	return region->base + region->length;
}

/* Index of the first region that ends above an address. */
static unsigned
index_of(const struct regions *regions, uint64_t address)
{
	unsigned low = 0, high = regions->count;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (end_of(&regions->list[middle]) <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct region *
regions_find(const struct regions *regions, uint64_t address)
{
	unsigned index = index_of(regions, address);

	return index < regions->count ? &regions->list[index] : NULL;
}

bool
regions_cover(const struct regions *regions, uint64_t base, uint64_t length, bool own)
{
	unsigned index = index_of(regions, base);
	uint64_t covered = base;

	while (covered < base + length) {
		if (index == regions->count || regions->list[index].base > covered ||
		    (own && regions->list[index].owner))
			return false;
		covered = end_of(&regions->list[index++]);
	}
	return true;
}

int
regions_reserve(struct regions *regions, unsigned more)
{
	unsigned room = MAX(regions->room, (unsigned)FIRST_ROOM);
	struct region *list;

	if (regions->count + more <= regions->room)
		return 0;
	while (room < regions->count + more)
		room *= 2;
	list = grant_take(room * sizeof(*list), false);
	if (!list)
		return -ENOMEM;
	if (regions->room) {
		memcpy(list, regions->list, regions->count * sizeof(*list));
		grant_return(regions->list, regions->room * sizeof(*list));
	}
	regions->list = list;
	regions->room = room;
	return 0;
}

/* Puts a region at an index; there is room. */
static void
insert_at(struct regions *regions, unsigned index, const struct region *region)
{
	memmove(&regions->list[index + 1], &regions->list[index],
		(regions->count - index) * sizeof(*region));
	regions->list[index] = *region;
	regions->count++;
}

static void
remove_at(struct regions *regions, unsigned index)
{
	regions->count--;
	memmove(&regions->list[index], &regions->list[index + 1],
		(regions->count - index) * sizeof(regions->list[0]));
}

int
regions_add(struct regions *regions, const struct region *region)
{
	unsigned index = index_of(regions, region->base);

	if (index < regions->count && regions->list[index].base < end_of(region))
		return -EEXIST;
	if (regions_reserve(regions, 1))
		return -ENOMEM;
	insert_at(regions, index, region);
	return 0;
}

bool
regions_take(struct regions *regions, uint64_t base, uint64_t length, struct region *piece)
{
	unsigned index = index_of(regions, base);
	struct region *region = &regions->list[index];
	uint64_t end;

	if (index == regions->count || region->base >= base + length)
		return false;
	*piece = *region;
	end = end_of(region);
	piece->base = MAX(base, region->base);
	piece->length = MIN(base + length, end) - piece->base;

	if (end > end_of(piece) && piece->base > region->base) {
		struct region rest = *region;

		rest.base = end_of(piece);
		rest.length = end - rest.base;
		region->length = piece->base - region->base;
		insert_at(regions, index + 1, &rest);
	} else if (end > end_of(piece)) {
		region->base = end_of(piece);
		region->length = end - region->base;
	} else if (piece->base > region->base) {
		region->length = piece->base - region->base;
	} else {
		remove_at(regions, index);
	}
	return true;
}
