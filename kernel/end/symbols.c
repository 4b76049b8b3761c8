/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of functions from the packed table. It is read during a fault's report: no memory is taken,
 * no lock, and each step checks that it stays inside the table.
 *
 * A search: halving in the index for the block, then entry by entry in the block.
 */
#include "kernel/end/symbols.h"

#define HEADER_COUNT 0
#define HEADER_DICTIONARY 4
#define HEADER_BYTES 8

#define INDEX_OFFSET 0
#define INDEX_ENTRY 4
#define INDEX_BYTES 8

#define NUMBER_BITS 7 /* of each byte */
#define NUMBER_MORE 0x80
#define NUMBER_SHIFT_MAX 28

/* What has not been read yet: [at, end). */
struct span {
	const uint8_t *at;
	const uint8_t *end;
};

struct table {
	struct span index;
	struct span dictionary;
	struct span entries;
	uint32_t count;
};

static uint32_t
get_u32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static size_t
left(const struct span *span)
{
	return (size_t)(span->end - span->at);
}

/* Takes the first `bytes` off a span; false when it has fewer. */
static bool
span_take(struct span *from, size_t bytes, struct span *part)
{
	if (left(from) < bytes)
		return false;
	part->at = from->at;
	part->end = from->at + bytes;
	from->at = part->end;
	return true;
}

/* Takes a length or a distance. */
static bool
take_length(struct span *from, uint32_t *number)
{
	struct span byte;

	*number = 0;
	for (unsigned shift = 0; shift <= NUMBER_SHIFT_MAX; shift += NUMBER_BITS) {
		if (!span_take(from, 1, &byte))
			return false;
		*number |= (uint32_t)(*byte.at & ~NUMBER_MORE) << shift;
		if ((*byte.at & NUMBER_MORE) == 0)
			return true;
	}
	return false;
}

/* Takes a length, and as many bytes. */
static bool
take_counted(struct span *from, struct span *part)
{
	uint32_t length;

	return take_length(from, &length) && span_take(from, length, part);
}

static bool
open_table(const uint8_t *start, size_t size, struct table *table)
{
	struct span rest = {start, start + size}, header;
	size_t blocks;

	if (!span_take(&rest, HEADER_BYTES, &header))
		return false;
	table->count = get_u32(header.at + HEADER_COUNT);
	blocks = ((size_t)table->count + SYMBOLS_BLOCK - 1) / SYMBOLS_BLOCK;
	if (!span_take(&rest, blocks * INDEX_BYTES, &table->index) ||
	    !span_take(&rest, get_u32(header.at + HEADER_DICTIONARY), &table->dictionary))
		return false;
	table->entries = rest;
	return true;
}

/* The number of blocks that begin at or before an offset. */
static size_t
blocks_before(const struct table *table, uint32_t offset)
{
	size_t low = 0, high = left(&table->index) / INDEX_BYTES;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (get_u32(table->index.at + middle * INDEX_BYTES + INDEX_OFFSET) <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Goes through a block to the last function at or before an offset, which the first one is. */
static bool
find_in_block(const struct table *table, size_t block, uint32_t offset, struct span *packed,
	      uint64_t *distance)
{
	const uint8_t *index = table->index.at + block * INDEX_BYTES;
	uint32_t behind = offset - get_u32(index + INDEX_OFFSET);
	struct span rest = table->entries, skipped, entry;
	size_t functions = table->count - block * SYMBOLS_BLOCK;
	uint32_t step;

	if (!span_take(&rest, get_u32(index + INDEX_ENTRY), &skipped) ||
	    !take_length(&rest, &step) || !take_counted(&rest, packed))
		return false;
	if (functions > SYMBOLS_BLOCK)
		functions = SYMBOLS_BLOCK;
	while (--functions > 0) {
		if (!take_length(&rest, &step) || !take_counted(&rest, &entry))
			return false;
		if (step > behind)
			break;
		behind -= step;
		*packed = entry;
	}
	*distance = behind;
	return true;
}

static bool
dictionary_text(const struct table *table, uint8_t byte, struct span *text)
{
	struct span rest = table->dictionary;

	for (unsigned before = 0; before <= byte; before++) {
		if (!take_counted(&rest, text))
			return false;
	}
	return true;
}

bool
symbols_find(const uint8_t *start, size_t size, uint32_t offset, char name[SYMBOLS_NAME_MAX],
	     uint64_t *distance)
{
	struct table table;
	struct span packed, text;
	uint64_t behind;
	size_t block, length = 0;

	if (!open_table(start, size, &table))
		return false;
	block = blocks_before(&table, offset);
	if (block == 0 || !find_in_block(&table, block - 1, offset, &packed, &behind))
		return false;
	for (; packed.at < packed.end; packed.at++) {
		if (!dictionary_text(&table, *packed.at, &text))
			return false;
		while (text.at < text.end && length < SYMBOLS_NAME_MAX - 1)
			name[length++] = (char)*text.at++;
	}
	name[length] = '\0';
	*distance = behind;
	return true;
}
