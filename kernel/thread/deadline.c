/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A pairing heap: each node is not later than its children. Melding two heaps makes the later
 * root the first child of the earlier; taking a root out melds its children in pairs from left
 * to right, then the pairs into one.
 */
#include <stddef.h>

#include "kernel/thread/deadline.h"

/* Makes one heap of two; either may be NULL. */
static struct deadline *
meld(struct deadline *a, struct deadline *b)
{
	if (!a || !b)
		return a ? a : b;
	if (b->at < a->at) {
		struct deadline *swap = a;

		a = b;
		b = swap;
	}
	b->next = a->child;
	if (b->next)
		b->next->previous = b;
	b->previous = a;
	a->child = b;
	a->next = NULL;
	a->previous = NULL;
	return a;
}

/* Takes the first node off a list of siblings. */
static struct deadline *
pop(struct deadline **list)
{
	struct deadline *node = *list;

	if (node) {
		*list = node->next;
		node->next = NULL;
		node->previous = NULL;
	}
	return node;
}

/* Makes one heap of a list of siblings. */
static struct deadline *
meld_all(struct deadline *list)
{
	struct deadline *pairs = NULL;
	struct deadline *heap = NULL;

	while (list) {
		struct deadline *a = pop(&list);
		struct deadline *pair = meld(a, pop(&list));

		pair->next = pairs;
		pairs = pair;
	}
	while (pairs)
		heap = meld(heap, pop(&pairs));
	return heap;
}

void
deadline_add(struct deadline_heap *heap, struct deadline *deadline)
{
	deadline->child = NULL;
	deadline->next = NULL;
	deadline->previous = NULL;
	deadline->queued = true;
	heap->first = meld(heap->first, deadline);
}

void
deadline_remove(struct deadline_heap *heap, struct deadline *deadline)
{
	if (!deadline->queued)
		return;
	deadline->queued = false;
	if (heap->first == deadline) {
		heap->first = meld_all(deadline->child);
		return;
	}
	if (deadline->previous->child == deadline)
		deadline->previous->child = deadline->next;
	else
		deadline->previous->next = deadline->next;
	if (deadline->next)
		deadline->next->previous = deadline->previous;
	heap->first = meld(heap->first, meld_all(deadline->child));
}
