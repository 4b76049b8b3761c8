/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list is short (memory is granted in large pieces and joined again), so it is searched
 * from one end; what matters is that no memory is touched but the descriptors.
 */
#include "kernel/memory/ranges.h"

#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/panic.h"

static void
descriptor_release(struct range_list *list, struct range *range)
{
	range->next = list->unused;
	list->unused = range;
	list->unused_count++;
}

void
ranges_feed(struct range_list *list, void *memory, uint64_t size)
{
	struct range *descriptors = memory;

	for (uint64_t i = 0; i < size / sizeof(struct range); i++)
		descriptor_release(list, &descriptors[i]);
}

static struct range *
descriptor_take(struct range_list *list)
{
	struct range *range = list->unused;

	if (range == NULL)
		panic("memory: no descriptor is left for a free range");
	list->unused = range->next;
	list->unused_count--;
	return range;
}

/* Links a new range before `next`, at the end when that is NULL. */
static void
insert_before(struct range_list *list, struct range *next, uint64_t base, uint64_t end,
	      unsigned node)
{
	struct range *range = descriptor_take(list);

	*range = (struct range){
		.base = base,
		.end = end,
		.node = node,
		.previous = next == NULL ? list->last : next->previous,
		.next = next,
	};
	*(range->previous == NULL ? &list->first : &range->previous->next) = range;
	*(next == NULL ? &list->last : &next->previous) = range;
}

static void
unlink_range(struct range_list *list, struct range *range)
{
	*(range->previous == NULL ? &list->first : &range->previous->next) = range->next;
	*(range->next == NULL ? &list->last : &range->next->previous) = range->previous;
	descriptor_release(list, range);
}

bool
ranges_add(struct range_list *list, uint64_t base, uint64_t end, unsigned node)
{
	struct range *next = list->first;
	struct range *previous;
	bool joins_previous, joins_next;

	while (next != NULL && next->end <= base)
		next = next->next;
	if (next != NULL && next->base < end)
		return false;
	previous = next == NULL ? list->last : next->previous;
	joins_previous = previous != NULL && previous->end == base && previous->node == node;
	joins_next = next != NULL && next->base == end && next->node == node;
	if (joins_previous && joins_next) {
		previous->end = next->end;
		unlink_range(list, next);
	} else if (joins_previous) {
		previous->end = end;
	} else if (joins_next) {
		next->base = base;
	} else {
		insert_before(list, next, base, end, node);
	}
	return true;
}

void
ranges_take(struct range_list *list, struct range *range, uint64_t base, uint64_t end)
{
	if (range->base == base && range->end == end) {
		unlink_range(list, range);
	} else if (range->base == base) {
		range->base = end;
	} else if (range->end == end) {
		range->end = base;
	} else {
		insert_before(list, range->next, end, range->end, range->node);
		range->end = base;
	}
}

void
ranges_cut(struct range_list *list, uint64_t base, uint64_t end)
{
	struct range *range = list->first;

	while (range != NULL && range->base < end) {
		struct range *next = range->next;
		uint64_t from = MAX(base, range->base);
		uint64_t to = MIN(end, range->end);

		if (from < to)
			ranges_take(list, range, from, to);
		range = next;
	}
}

bool
ranges_overlap(const struct range_list *list, uint64_t base, uint64_t end)
{
	for (const struct range *range = list->first; range != NULL && range->base < end;
	     range = range->next) {
		if (range->end > base)
			return true;
	}
	return false;
}

bool
ranges_contain(const struct range_list *list, uint64_t base, uint64_t end)
{
	for (const struct range *range = list->first; range != NULL; range = range->next) {
		if (range->base <= base && end <= range->end)
			return true;
	}
	return false;
}
