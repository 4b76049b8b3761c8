/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An address is the physical one, so a mapping is a grant of memory that has been given rights;
 * it cannot be placed where the caller likes. Pages without rights are really not mapped.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/errno.h"
#include "kernel/base/spinlock.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/base/grant.h"
#include "libc/memory/mapping.h"
#include "libc/memory/regions.h"

#define READ_WRITE (ABI_PROT_READ | ABI_PROT_WRITE)

static struct regions regions;
static struct spinlock lock = SPINLOCK_INIT;

/* Changes the page tables; the pages have had the rights `before`. */
static int
set_rights(uint64_t base, uint64_t length, uint32_t before, uint32_t protection)
{
	unsigned flags = PAGING_WB;

	if (before == protection)
		return 0;
	if (protection == ABI_PROT_NONE)
		return paging_unmap(base, length);
	if (protection & ABI_PROT_WRITE)
		flags |= PAGING_WRITE;
	if (protection & ABI_PROT_EXEC)
		flags |= PAGING_EXECUTE;
	return paging_map(base, length, flags);
}

static int
add(uint64_t base, uint64_t length, uint32_t protection, struct mapping_owner *owner)
{
	struct region region = {base, length, protection, owner};
	uint64_t flags = spin_lock(&lock);
	int result = regions_add(&regions, &region);
	bool listed = !result;

	if (listed)
		result = set_rights(base, length, READ_WRITE, protection);
	if (listed && result) {
		/* No memory to split a page: the caller gets it back as it was. */
		regions_take(&regions, base, length, &region);
		(void)set_rights(base, length, protection, READ_WRITE);
	}
	spin_unlock(&lock, flags);
	return result;
}

int64_t
mapping_anonymous(uint64_t length, uint32_t protection)
{
	void *base = grant_take(length, protection != READ_WRITE);
	int result;

	if (!base)
		return -ENOMEM;
	length = grant_round(length);
	memset(base, 0, length);
	result = add((uint64_t)base, length, protection, NULL);
	if (!result)
		return (int64_t)base;
	grant_return(base, length);
	return result;
}

int64_t
mapping_shared(uint64_t base, uint64_t length, uint32_t protection, struct mapping_owner *owner)
{
	int result = add(base, length, protection, owner);

	return result ? result : (int64_t)base;
}

/* Gives back what a piece was made of, read-write as it came. */
static int
release(const struct region *piece)
{
	int result = set_rights(piece->base, piece->length, piece->protection, READ_WRITE);

	if (result)
		return result;
	if (piece->owner)
		piece->owner->unmapped(piece->owner, piece->length);
	else
		grant_return((void *)piece->base, piece->length);
	return 0;
}

int64_t
mapping_remove(uint64_t base, uint64_t length)
{
	struct region piece;
	uint64_t flags = spin_lock(&lock);
	int result = regions_reserve(&regions, 1);

	while (!result && regions_take(&regions, base, length, &piece))
		result = release(&piece);
	spin_unlock(&lock, flags);
	return result;
}

int64_t
mapping_protect(uint64_t base, uint64_t length, uint32_t protection)
{
	uint64_t flags = spin_lock(&lock);
	uint64_t end = base + length;
	struct region piece;
	int result = regions_reserve(&regions, 2);

	if (!result && !regions_cover(&regions, base, length, false))
		result = -ENOMEM;
	while (!result && base < end && regions_take(&regions, base, end - base, &piece)) {
		result = set_rights(piece.base, piece.length, piece.protection, protection);
		if (!result)
			piece.protection = protection;
		base = piece.base + piece.length;
		regions_add(&regions, &piece); /* its place is free, and there is room */
		if (!result)
			result = regions_reserve(&regions, 2);
	}
	spin_unlock(&lock, flags);
	return result;
}

bool
mapping_covers(uint64_t base, uint64_t length, bool own)
{
	uint64_t flags = spin_lock(&lock);
	bool covered = regions_cover(&regions, base, length, own);

	spin_unlock(&lock, flags);
	return covered;
}

void
mapping_clear(uint64_t base, uint64_t length)
{
	uint64_t flags = spin_lock(&lock);
	uint64_t end = base + length;
	const struct region *region;

	while ((region = regions_find(&regions, base)) && region->base < end) {
		uint64_t from = region->base > base ? region->base : base;
		uint64_t to = region->base + region->length;

		to = to < end ? to : end;
		if (!region->owner && (region->protection & ABI_PROT_WRITE))
			memset((void *)from, 0, to - from);
		base = to;
	}
	spin_unlock(&lock, flags);
}
