/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tree has as many levels as the highest page needs; each table is a frame of 512 entries, an
 * entry a table's or a page's address, the lowest bit set in that of a page that was never written.
 *
 * Of a file that takes 2 MB at a time all pages of a lowest table come at once, one behind the
 * other; each is zeroed when it is first asked for.
 */
#include "libc/files/contents_tree.h"

#include "kernel/base/compiler.h"
#include "kernel/base/string.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"

#define TABLE_BITS 9
#define TABLE_ENTRIES (1u << TABLE_BITS)
#define RESERVED 1ULL
#define UNTOUCHED 2ULL /* not zeroed yet: nobody has it */
#define MARKS (RESERVED | UNTOUCHED)

static uint64_t
take_zeroed(void)
{
	uint64_t frame = frames_take();

	if (frame)
		memset((void *)frame, 0, PAGE_4K);
	return frame;
}

static unsigned
entry_index(unsigned level, uint64_t index)
{
	return index >> (TABLE_BITS * level) & (TABLE_ENTRIES - 1);
}

/* How many pages the tree can hold. */
static uint64_t
pages_reached(const struct contents *contents)
{
	return 1ULL << (TABLE_BITS * contents->levels);
}

/* The entry of a page; 0: there is none. */
static uint64_t
entry_of(const struct contents *contents, uint64_t index)
{
	uint64_t at = (uint64_t)contents->root;

	if (index >= pages_reached(contents))
		return 0;
	for (unsigned level = contents->levels; level > 0 && at; level--)
		at = ((const uint64_t *)at)[entry_index(level - 1, index)];
	return at;
}

uint64_t
contents_tree_find(const struct contents *contents, uint64_t index)
{
	uint64_t entry = entry_of(contents, index);

	return entry & UNTOUCHED ? 0 : entry & ~MARKS;
}

bool
contents_tree_has_data(const struct contents *contents, uint64_t index)
{
	uint64_t entry = entry_of(contents, index);

	return index * PAGE_4K < contents->module_size || (entry && !(entry & RESERVED));
}

/* Adds levels until a page has a place. Returns whether there was memory. */
static bool
add_levels(struct contents *contents, uint64_t index)
{
	while (index >= pages_reached(contents)) {
		if (contents->root) {
			uint64_t *table = (uint64_t *)take_zeroed();

			if (!table)
				return false;
			table[0] = (uint64_t)contents->root;
			contents->root = table;
		}
		contents->levels++;
	}
	return true;
}

void
contents_tree_fill(const struct contents *contents, uint64_t index, void *memory)
{
	uint64_t offset = index * PAGE_4K;

	if (offset < contents->module_size)
		memcpy(memory, contents->module + offset,
		       MIN(PAGE_4K, contents->module_size - offset));
}

/* A lowest table whose pages are 2 MB in one piece; 0: no memory. */
static uint64_t
take_huge(struct contents *contents)
{
	uint64_t *table = (uint64_t *)take_zeroed();
	uint64_t base;

	if (!table)
		return 0;
	base = (uint64_t)memory_grant(PAGE_2M, PAGE_2M, MEMORY_ANY_NODE);
	if (!base) {
		frames_return((uint64_t)table);
		return 0;
	}
	for (unsigned i = 0; i < TABLE_ENTRIES; i++)
		table[i] = (base + i * PAGE_4K) | MARKS;
	contents->pages += TABLE_ENTRIES;
	return (uint64_t)table;
}

/* The entry of a page, made with all that leads to it if it is missing; NULL: no memory. */
static uint64_t *
make_page_entry(struct contents *contents, uint64_t index)
{
	uint64_t *entry = (uint64_t *)(void *)&contents->root;

	spin_assert_held(&contents->lock);
	if (!add_levels(contents, contents->huge ? index | (TABLE_ENTRIES - 1) : index))
		return NULL;
	for (unsigned level = contents->levels; level > 0; level--) {
		if (!*entry)
			*entry = contents->huge && level == 1 ? take_huge(contents) : take_zeroed();
		if (!*entry)
			return NULL;
		entry = &((uint64_t *)*entry)[entry_index(level - 1, index)];
	}
	if (*entry & UNTOUCHED) {
		*entry &= ~UNTOUCHED;
		memset((void *)(*entry & ~MARKS), 0, PAGE_4K);
	}
	if (*entry)
		return entry;
	*entry = take_zeroed();
	if (!*entry)
		return NULL;
	contents_tree_fill(contents, index, (void *)*entry);
	*entry |= RESERVED;
	contents->pages++;
	return entry;
}

bool
contents_tree_reserve(struct contents *contents, uint64_t index)
{
	uint64_t before = entry_of(contents, index);
	bool missing = !before || (before & UNTOUCHED);
	uint64_t *entry = make_page_entry(contents, index);

	if (entry && !missing)
		*entry &= ~RESERVED;
	return entry;
}

uint64_t
contents_tree_make(struct contents *contents, uint64_t index)
{
	uint64_t *entry = make_page_entry(contents, index);

	return entry ? *entry &= ~RESERVED : 0;
}

uint64_t
contents_tree_take(struct contents *contents, uint64_t *entry)
{
	uint64_t frame = *entry & ~MARKS;

	*entry = 0;
	contents->pages--;
	return frame;
}

uint64_t *
contents_tree_next(struct contents *contents, uint64_t *index)
{
	while (contents->root && *index < pages_reached(contents)) {
		uint64_t *entry = (uint64_t *)(void *)&contents->root;
		unsigned level = contents->levels;

		while (level > 0 && *entry) {
			level--;
			entry = &((uint64_t *)*entry)[entry_index(level, *index)];
		}
		if (*entry)
			return entry;
		/* Nothing is in all that this entry spans. */
		*index = ((*index >> (TABLE_BITS * level)) + 1) << (TABLE_BITS * level);
	}
	return NULL;
}

static void
free_tables(uint64_t table, unsigned level)
{
	if (!table || !level)
		return;
	for (unsigned i = 0; level > 1 && i < TABLE_ENTRIES; i++)
		free_tables(((uint64_t *)table)[i], level - 1);
	frames_return(table);
}

void
contents_tree_free(struct contents *contents)
{
	uint64_t flags = spin_lock(&contents->lock);
	uint64_t root = contents->pages ? 0 : (uint64_t)contents->root;
	unsigned levels = contents->levels;

	if (root) {
		contents->root = NULL;
		contents->levels = 0;
	}
	spin_unlock(&contents->lock, flags);
	free_tables(root, levels);
}
