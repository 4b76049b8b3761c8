/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A block is a 2 MB page of memory.c's whose first frame is its header: a bit for each frame. Those
 * that have free frames are in a list, one for each node; taking and giving back take the same time
 * whatever there is. A map with a bit for each 2 MB of RAM shows whether an address is in a block.
 *
 * Where 2 MB pages are taken in part already (memory_grant_scrap()) those parts are used up first,
 * page by page, and so is what is left when there is no 2 MB page any more.
 */
#include "kernel/memory/frames.h"

#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/panic.h"
#include "kernel/base/spinlock.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"

#define WORD_BITS 64
#define BLOCK_FRAMES (PAGE_2M / PAGE_4K)
#define BLOCK_WORDS (BLOCK_FRAMES / WORD_BITS)

struct block {
	uint64_t taken[BLOCK_WORDS]; /* the header's own bit is set */
	unsigned free, node;
	struct block *previous, *next; /* while any is free */
};
_Static_assert(sizeof(struct block) <= PAGE_4K, "a header is one frame");

static struct spinlock frames_lock = SPINLOCK_INIT;
static struct block *lists[MEMORY_NODES_MAX];
static uint64_t *block_map; /* a bit for each 2 MB */

static void
list_add(struct block *block)
{
	struct block *first = lists[block->node];

	spin_assert_held(&frames_lock);
	block->previous = NULL;
	block->next = first;
	if (first != NULL)
		first->previous = block;
	lists[block->node] = block;
}

static void
list_remove(struct block *block)
{
	spin_assert_held(&frames_lock);
	*(block->previous == NULL ? &lists[block->node] : &block->previous->next) = block->next;
	if (block->next != NULL)
		block->next->previous = block->previous;
}

static void
mark_block(uint64_t address, bool is_block)
{
	uint64_t index = address / PAGE_2M, bit = 1ULL << (index % WORD_BITS);

	if (is_block)
		block_map[index / WORD_BITS] |= bit;
	else
		block_map[index / WORD_BITS] &= ~bit;
}

static bool
is_in_block(uint64_t address)
{
	uint64_t index = address / PAGE_2M;

	return block_map != NULL && (block_map[index / WORD_BITS] >> (index % WORD_BITS) & 1);
}

/* Memory for the map of blocks, once. */
static bool
make_map(void)
{
	uint64_t end = 0, size;

	if (block_map != NULL)
		return true;
	for (unsigned i = 0; i < boot_info.memory_count; i++)
		if (boot_info.memory[i].type == BOOT_MEMORY_RAM)
			end = MAX(end, boot_info.memory[i].base + boot_info.memory[i].length);
	size = (end / PAGE_2M / WORD_BITS + 1) * sizeof(uint64_t);
	block_map = memory_grant_scrap(MIN(size, PAGE_2M), UINT64_MAX);
	if (block_map == NULL || size > PAGE_2M)
		block_map = memory_grant(size, PAGE_4K, MEMORY_ANY_NODE);
	if (block_map != NULL)
		memset(block_map, 0, size);
	return block_map != NULL;
}

static struct block *
block_make(void)
{
	struct block *block = make_map() ? memory_grant(PAGE_2M, PAGE_2M, MEMORY_ANY_NODE) : NULL;

	if (block == NULL)
		return NULL;
	*block = (struct block){.taken[0] = 1,
				.free = BLOCK_FRAMES - 1,
				.node = memory_node_of((uint64_t)block)};
	mark_block((uint64_t)block, true);
	list_add(block);
	return block;
}

/* One with a free frame: on the own node, a new one, on another node. NULL: no memory. */
static struct block *
find_block(void)
{
	struct block *block = lists[cpu_this()->node];

	if (block == NULL)
		block = block_make();
	for (unsigned node = 0; block == NULL && node < memory_node_count(); node++)
		block = lists[node];
	return block;
}

static uint64_t
take_from(struct block *block)
{
	for (unsigned i = 0; i < BLOCK_WORDS; i++) {
		unsigned bit;

		if (block->taken[i] == UINT64_MAX)
			continue;
		bit = (unsigned)__builtin_ctzll(~block->taken[i]);
		block->taken[i] |= 1ULL << bit;
		if (--block->free == 0)
			list_remove(block);
		return (uint64_t)block + (i * WORD_BITS + bit) * PAGE_4K;
	}
	panic("frames: a block in the list has no free frame");
}

uint64_t
frames_take(void)
{
	uint64_t frame = (uint64_t)memory_grant_scrap(PAGE_4K, UINT64_MAX);
	struct block *block;
	uint64_t flags;

	if (frame != 0)
		return frame;
	flags = spin_lock(&frames_lock);
	block = find_block();
	if (block != NULL)
		frame = take_from(block);
	spin_unlock(&frames_lock, flags);
	return frame != 0 ? frame : (uint64_t)memory_grant(PAGE_4K, PAGE_4K, MEMORY_ANY_NODE);
}

/* Gives a frame of a block back, and the block with its last. */
static void
return_to(struct block *block, unsigned index)
{
	uint64_t bit = 1ULL << (index % WORD_BITS);

	if (!(block->taken[index / WORD_BITS] & bit) || index == 0)
		panic("frames: %p is given back twice", (char *)block + index * PAGE_4K);
	block->taken[index / WORD_BITS] &= ~bit;
	if (block->free++ == 0)
		list_add(block);
	if (block->free < BLOCK_FRAMES - 1)
		return;
	list_remove(block);
	mark_block((uint64_t)block, false);
	memory_return(block, PAGE_2M);
}

void
frames_return(uint64_t frame)
{
	uint64_t flags = spin_lock(&frames_lock);
	bool in_block = is_in_block(frame);

	assert_that(IS_ALIGNED(frame, PAGE_4K));
	if (in_block)
		return_to((struct block *)ALIGN_DOWN(frame, PAGE_2M),
			  (unsigned)(frame % PAGE_2M / PAGE_4K));
	spin_unlock(&frames_lock, flags);
	if (!in_block)
		memory_return((void *)frame, PAGE_4K);
}
