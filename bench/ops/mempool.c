/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop of DPDK's test is static: hence its source in here. */
#include "test_mempool_perf.c"

#include "ops.h"

#define OBJECTS 1023
#define KEEP 128 /* objects are got until so many are held, then put back */

static const unsigned bulks[] = {1, 32};

/* One run fills the caches, which then cost nothing more; the next one counts. */
static int
measure(struct rte_mempool *pool, unsigned bulk)
{
	struct rte_mempool_cache *cache = rte_mempool_default_cache(pool, rte_lcore_id());
	uint64_t begin;

	if (test_loop(pool, cache, KEEP, bulk, bulk) != 0)
		return -1;
	begin = rte_rdtsc();
	if (test_loop(pool, cache, KEEP, bulk, bulk) != 0)
		return -1;
	printf("ops: mempool, cache of %u, bulks of %u: %.2f\n", pool->cache_size, bulk,
	       (double)(rte_rdtsc() - begin) / N);
	return 0;
}

static int
measure_pool(const char *name, unsigned cache_size)
{
	struct rte_mempool *pool =
		rte_mempool_create(name, OBJECTS, MEMPOOL_ELT_SIZE, cache_size, 0, NULL, NULL,
				   my_obj_init, NULL, SOCKET_ID_ANY, 0);
	int result = pool == NULL ? -1 : 0;

	for (unsigned i = 0; result == 0 && i < RTE_DIM(bulks); i++)
		result = measure(pool, bulks[i]);
	rte_mempool_free(pool);
	return result;
}

int
ops_mempool(void)
{
	if (measure_pool("ops_cache", RTE_MEMPOOL_CACHE_MAX_SIZE) != 0)
		return -1;
	return measure_pool("ops_no_cache", 0);
}
