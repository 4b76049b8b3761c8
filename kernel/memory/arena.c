/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Small mappings and stacks, from chunks that memory.c grants: out of 2 MB pages of which a part is
 * taken already as long as there are such, then whole ones. Unmapping a guard page splits the
 * chunk's page and no other. Chunks are kept: what was split once serves the next stack. What is
 * longer than 2 MB, and all where memory is too short, gets a chunk that is what is asked for.
 *
 * A stack's record lies at its top, behind what the user gets:
 *
 *	base        guard page (unmapped)
 *	base + 4K   the stack ... top
 *	top         struct guard
 */
#include "kernel/memory/arena.h"

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/panic.h"
#include "kernel/base/poison.h"
#include "kernel/base/spinlock.h"
#include "kernel/base/string.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/memory/ranges.h"

#define ARENA_SPARE 4
#define FIRST_DESCRIPTORS 64
#define SCRAP_CHUNK (256 * KB)
#define GUARDS_MAX (1u << 20) /* looked at in a report: the list may be damaged */

struct guard {
	uint64_t page;
	char owner[ARENA_OWNER_SIZE];
	struct guard *previous, *next;
} __attribute__((aligned(CACHE_LINE)));

static struct spinlock arena_lock = SPINLOCK_INIT;
static struct range_list free_list; /* what can be granted */
static struct range_list chunks;    /* all that is the arena's */
static struct range first_descriptors[2][FIRST_DESCRIPTORS];
static struct guard *guard_list;

/* A chunk that holds `length` bytes, whose size is put there. NULL: no memory. */
static void *
chunk_grant(uint64_t *length)
{
	const uint64_t sizes[] = {MAX(*length, SCRAP_CHUNK), *length};
	void *base = NULL;

	for (unsigned i = 0; i < ARRAY_SIZE(sizes) && base == NULL; i++) {
		base = memory_grant_scrap(sizes[i], UINT64_MAX);
		*length = base != NULL ? sizes[i] : *length;
	}
	if (base == NULL && *length < PAGE_2M) {
		base = memory_grant(PAGE_2M, PAGE_2M, MEMORY_ANY_NODE);
		*length = base != NULL ? PAGE_2M : *length;
	}
	return base != NULL ? base : memory_grant(*length, PAGE_4K, MEMORY_ANY_NODE);
}

/* Adds a chunk that holds `length` bytes. Returns whether there was memory for it. */
static bool
add_chunk(uint64_t length)
{
	uint64_t base = (uint64_t)chunk_grant(&length);

	if (base != 0)
		poison_fill((void *)base, length);
	spin_assert_held(&arena_lock);
	return base != 0 && ranges_add(&chunks, base, base + length, 0) &&
	       ranges_add(&free_list, base, base + length, 0);
}

static uint64_t
carve(uint64_t length)
{
	spin_assert_held(&arena_lock);
	for (struct range *range = free_list.first; range != NULL; range = range->next) {
		uint64_t base = range->base;

		if (range->end - base < length)
			continue;
		ranges_take(&free_list, range, base, base + length);
		assert_that(ranges_contain(&chunks, base, base + length));
		return base;
	}
	return 0;
}

/* Keeps descriptors in reserve, so that nothing below fails for want of one. */
static bool
keep_spare(struct range_list *list)
{
	uint64_t page;

	spin_assert_held(&arena_lock);
	if (list->unused_count >= ARENA_SPARE)
		return true;
	page = (uint64_t)memory_grant(PAGE_4K, PAGE_4K, MEMORY_ANY_NODE);
	if (page != 0)
		ranges_feed(list, (void *)page, PAGE_4K);
	return list->unused_count > 0;
}

static void
feed_first(void)
{
	spin_assert_held(&arena_lock);
	if (chunks.first != NULL)
		return;
	ranges_feed(&free_list, first_descriptors[0], sizeof(first_descriptors[0]));
	ranges_feed(&chunks, first_descriptors[1], sizeof(first_descriptors[1]));
}

void *
arena_grant(size_t length)
{
	uint64_t flags, base = 0;

	if (length == 0 || length > UINT64_MAX - PAGE_2M)
		return NULL;
	length = ALIGN_UP(length, PAGE_4K);
	flags = spin_lock(&arena_lock);
	feed_first();
	if (keep_spare(&free_list) && keep_spare(&chunks)) {
		base = carve(length);
		if (base == 0 && add_chunk(length))
			base = carve(length);
	}
	spin_unlock(&arena_lock, flags);
	if (base != 0)
		poison_check((void *)base, length);
	return (void *)base;
}

void
arena_return(void *memory, size_t length)
{
	uint64_t base = (uint64_t)memory;
	uint64_t end = base + ALIGN_UP(length, PAGE_4K);
	uint64_t flags;
	bool taken;

	if (!arena_contains(base, end - base) || !IS_ALIGNED(base, PAGE_4K))
		panic("arena: %p + %#zx was never granted", memory, length);
	if (paging_map(base, end - base, PAGING_WRITE) != 0)
		panic("arena: no memory to map %p again", memory);
	poison_fill(memory, end - base);
	flags = spin_lock(&arena_lock);
	keep_spare(&free_list);
	taken = ranges_add(&free_list, base, end, 0);
	spin_unlock(&arena_lock, flags);
	if (!taken)
		panic("arena: %p + %#zx is given back twice", memory, length);
}

bool
arena_contains(uint64_t base, size_t length)
{
	uint64_t flags = spin_lock(&arena_lock);
	bool contained = length != 0 && ranges_contain(&chunks, base, base + length);

	spin_unlock(&arena_lock, flags);
	return contained;
}

/* Bytes of a stack's grant: guard page, stack, record. */
static uint64_t
stack_grant_size(size_t size)
{
	return PAGE_4K + ALIGN_UP(size + sizeof(struct guard), PAGE_4K);
}

void *
arena_stack_grant(size_t size, const char *owner)
{
	uint64_t length = stack_grant_size(size);
	uint64_t base = (uint64_t)arena_grant(length);
	struct guard *guard = (struct guard *)(base + length) - 1;
	uint64_t flags;

	if (base == 0)
		return NULL;
	if (paging_unmap(base, PAGE_4K) != 0) {
		arena_return((void *)base, length);
		return NULL;
	}
	guard->page = base;
	string_copy(guard->owner, owner, sizeof(guard->owner));
	flags = spin_lock(&arena_lock);
	guard->previous = NULL;
	guard->next = guard_list;
	if (guard_list != NULL)
		guard_list->previous = guard;
	guard_list = guard;
	spin_unlock(&arena_lock, flags);
	return guard;
}

void
arena_stack_return(void *top, size_t size)
{
	struct guard *guard = top;
	uint64_t flags = spin_lock(&arena_lock);

	if (guard->next != NULL)
		guard->next->previous = guard->previous;
	*(guard->previous == NULL ? &guard_list : &guard->previous->next) = guard->next;
	spin_unlock(&arena_lock, flags);
	arena_return((void *)guard->page, stack_grant_size(size));
}

/* Whether a record can be read: in a panic nothing is sure. */
static bool
guard_readable(const struct guard *guard)
{
	struct paging_mapping mapping;

	return IS_ALIGNED((uint64_t)guard, CACHE_LINE) && paging_lookup((uint64_t)guard, &mapping);
}

/* Takes no lock: a fault is reported whoever holds it. */
const char *
arena_guard_owner(uint64_t address)
{
	const struct guard *guard = guard_list;

	for (unsigned i = 0; i < GUARDS_MAX && guard_readable(guard); i++, guard = guard->next) {
		if (guard->page == ALIGN_DOWN(address, PAGE_4K))
			return guard->owner;
	}
	return NULL;
}
