/* SPDX-License-Identifier: BSD-3-Clause */
/* The functions of DPDK's test are static: hence its source in here. They print by themselves. */
#include "test_ring_perf.c"

#include "ops.h"

#define POINTERS (-1) /* for an element's size: the API for pointers */

static const unsigned threads[] = {TEST_RING_THREAD_SPSC, TEST_RING_THREAD_MPMC};

int
ops_ring(void)
{
	struct rte_ring *ring = test_ring_create(RING_NAME, POINTERS, RING_SIZE, SOCKET_ID_ANY, 0);
	int result = ring == NULL ? -1 : 0;

	for (unsigned i = 0; result == 0 && i < RTE_DIM(threads); i++) {
		result = test_single_enqueue_dequeue(ring, POINTERS,
						     threads[i] | TEST_RING_ELEM_SINGLE);
		if (result == 0)
			result = test_burst_bulk_enqueue_dequeue(ring, POINTERS,
								 threads[i] | TEST_RING_ELEM_BULK);
	}
	rte_ring_free(ring);
	return result;
}
