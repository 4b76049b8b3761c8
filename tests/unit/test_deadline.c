/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The heap of deadlines against a plain array: random adding, removing and taking the first.
 */
/* SOURCES: kernel/thread/deadline.c */
#include <stdlib.h>

#include "kernel/thread/deadline.h"
#include "tests/unit/check.h"

#define COUNT 500
#define STEPS 200000

static struct deadline deadlines[COUNT];

static uint64_t
earliest(void)
{
	uint64_t at = UINT64_MAX;

	for (unsigned i = 0; i < COUNT; i++)
		if (deadlines[i].queued && deadlines[i].at < at)
			at = deadlines[i].at;
	return at;
}

/* Takes all that is left, which must come in order. */
static void
drain(struct deadline_heap *heap)
{
	uint64_t before = 0;

	while (heap->first) {
		struct deadline *first = heap->first;

		CHECK(first->at >= before);
		before = first->at;
		deadline_remove(heap, first);
		CHECK(!first->queued);
	}
	CHECK_EQ(earliest(), UINT64_MAX);
}

int
main(void)
{
	struct deadline_heap heap = {NULL};

	srand(1);
	for (unsigned step = 0; step < STEPS; step++) {
		struct deadline *deadline = &deadlines[rand() % COUNT];

		if (rand() % 8 == 0 && heap.first) {
			deadline = heap.first;
			deadline_remove(&heap, deadline);
		} else if (deadline->queued) {
			deadline_remove(&heap, deadline);
		} else {
			deadline->at = (uint64_t)rand() % 1000;
			deadline_add(&heap, deadline);
		}
		if (step % 16 == 0)
			CHECK_EQ(heap.first ? heap.first->at : UINT64_MAX, earliest());
	}
	deadline_remove(&heap, &(struct deadline){.queued = false});
	drain(&heap);
	return check_end();
}
