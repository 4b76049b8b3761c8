/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An array sorted by address: look-up by bisection, changes by moving the rest. A program has some
 * thousand regions at most: a few microseconds.
 */
#include "libc/memory/regions.h"

#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "libc/base/grant.h"

#define FIRST_ROOM (PAGE_4K / sizeof(struct region))

/* Index of the first region that ends above an address. */
static unsigned
index_of(const struct regions *regions, uint64_t address)
{
	unsigned low = 0, high = regions->count;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (region_end(&regions->list[middle]) <= address)
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

struct region *
regions_next(const struct regions *regions, const struct region *region)
{
	unsigned index = (unsigned)(region - regions->list) + 1;

	return index < regions->count ? &regions->list[index] : NULL;
}

bool
regions_cover(const struct regions *regions, uint64_t base, uint64_t length)
{
	unsigned index = index_of(regions, base);
	uint64_t covered = base;

	while (covered < base + length) {
		const struct region *region = &regions->list[index];

		if (index == regions->count || region->base > covered ||
		    (region->flags & REGION_GONE))
			return false;
		covered = region_end(region);
		index++;
	}
	return true;
}

bool
regions_are_free(const struct regions *regions, uint64_t base, uint64_t length)
{
	const struct region *region = regions_find(regions, base);

	return region == NULL || region->base >= base + length;
}

/* Makes room for `more` regions. Returns 0, or -ENOMEM. */
static int
reserve(struct regions *regions, unsigned more)
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
remove_region(struct regions *regions, unsigned index)
{
	regions->count--;
	memmove(&regions->list[index], &regions->list[index + 1],
		(regions->count - index) * sizeof(regions->list[0]));
}

void
regions_remove(struct regions *regions, struct region *region)
{
	remove_region(regions, (unsigned)(region - regions->list));
}

int
regions_add(struct regions *regions, const struct region *region)
{
	if (!regions_are_free(regions, region->base, region->length))
		return -EEXIST;
	if (reserve(regions, 1))
		return -ENOMEM;
	insert_at(regions, index_of(regions, region->base), region);
	return 0;
}

/* Splits the region that has an address inside; there is room. */
static void
split(struct regions *regions, uint64_t address)
{
	unsigned index = index_of(regions, address);
	struct region *region = &regions->list[index];
	struct region rest;

	if (index == regions->count || region->base >= address)
		return;
	rest = *region;
	rest.base = address;
	rest.length = region_end(region) - address;
	region->length = address - region->base;
	if (rest.owner)
		rest.offset += region->length;
	insert_at(regions, index + 1, &rest);
}

int
regions_isolate(struct regions *regions, uint64_t base, uint64_t length)
{
	if (reserve(regions, 2))
		return -ENOMEM;
	split(regions, base);
	split(regions, base + length);
	return 0;
}

static bool
is_continued_by(const struct region *region, const struct region *next)
{
	return next->base == region_end(region) && next->protection == region->protection &&
	       next->flags == region->flags && next->owner == region->owner &&
	       next->offset == region->offset + (region->owner ? region->length : 0);
}

void
regions_join(struct regions *regions, uint64_t base, uint64_t length)
{
	unsigned index = index_of(regions, base ? base - 1 : 0);

	while (index + 1 < regions->count && regions->list[index].base <= base + length) {
		struct region *region = &regions->list[index];

		if (is_continued_by(region, region + 1)) {
			region->length += region[1].length;
			remove_region(regions, index + 1);
		} else {
			index++;
		}
	}
}

uint64_t
regions_place(const struct regions *regions, uint64_t length, uint64_t alignment, uint64_t lowest,
	      uint64_t limit)
{
	for (unsigned i = regions->count + 1; i-- > 0;) {
		uint64_t floor = i > 0 ? region_end(&regions->list[i - 1]) : lowest;
		uint64_t base;

		floor = MAX(floor, lowest);
		base = limit >= length ? ALIGN_DOWN(limit - length, alignment) : 0;
		if (base >= floor && base != 0)
			return base;
		if (i > 0)
			limit = MIN(limit, regions->list[i - 1].base);
	}
	return 0;
}
