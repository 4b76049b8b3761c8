/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory of DPDK's heap is zero when it is given out, as on Linux, whose huge pages are zero and
 * whose heap zeroes what is freed. Libraries rely on it: the timers take a memzone for cleared,
 * the applications what rte_malloc() gives.
 *
 * Clearing all of the heap at the start would take seconds on a big machine. It stays dirty, and
 * each element is cleared as it is taken: the linker leads the heap's calls of malloc_elem_alloc()
 * here (--wrap). Once is enough, as a dirty heap does not clear what is freed.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>

#include <malloc_elem.h>

struct malloc_elem *__real_malloc_elem_alloc(struct malloc_elem *from, size_t size, unsigned align,
					     size_t bound, bool contig);
struct malloc_elem *__wrap_malloc_elem_alloc(struct malloc_elem *from, size_t size, unsigned align,
					     size_t bound, bool contig);

/* Takes an element out of a free one that is large enough, with the heap's lock held. */
struct malloc_elem *
__wrap_malloc_elem_alloc(struct malloc_elem *from, size_t size, unsigned align, size_t bound,
			 bool contig)
{
	bool dirty = from->dirty; /* it may be what is taken */
	struct malloc_elem *taken = __real_malloc_elem_alloc(from, size, align, bound, contig);

	if (dirty) {
		void *data = RTE_PTR_ADD(taken, MALLOC_ELEM_HEADER_LEN);

		memset(data, 0, taken->size - MALLOC_ELEM_OVERHEAD);
		malloc_elem_from_data(data)->dirty = false;
	}
	return taken;
}
