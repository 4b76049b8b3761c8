/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What DPDK's libraries do for a packet: mempool, ring, hash, lpm.
 */
#include <string.h>

#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <rte_lpm.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "native.h"

#define BULK 32
#define KEYS 4096
#define KEY_BYTES 16
#define TIMES 50

static int
mempool_rows(void)
{
	static void *objects[BULK];
	struct rte_mempool *pool = rte_mempool_create("pool", 4095, 64, 256, 0, NULL, NULL, NULL,
		NULL, (int)rte_socket_id(), 0);
	if (!pool)
		return -1;
	NATIVE_ROW("mempool, get and put 1", TIMES,
		if (!rte_mempool_get(pool, objects)) rte_mempool_put(pool, objects[0]));
	NATIVE_ROW("mempool, get and put 32", TIMES,
		if (!rte_mempool_get_bulk(pool, objects, BULK))
			rte_mempool_put_bulk(pool, objects, BULK));
	return 0;
}

static int
ring_rows(void)
{
	static void *objects[BULK];
	struct rte_ring *single = rte_ring_create("single", 1024, (int)rte_socket_id(),
		RING_F_SP_ENQ | RING_F_SC_DEQ);
	struct rte_ring *multi = rte_ring_create("multi", 1024, (int)rte_socket_id(), 0);
	if (!single || !multi)
		return -1;
	NATIVE_ROW("ring SP/SC, 32 in and out", TIMES,
		rte_ring_enqueue_bulk(single, objects, BULK, NULL);
		rte_ring_dequeue_bulk(single, objects, BULK, NULL));
	NATIVE_ROW("ring MP/MC, 32 in and out", TIMES,
		rte_ring_enqueue_bulk(multi, objects, BULK, NULL);
		rte_ring_dequeue_bulk(multi, objects, BULK, NULL));
	return 0;
}

static char keys[KEYS][KEY_BYTES];

static int
hash_rows(void)
{
	static const void *bulk[BULK];
	static int32_t positions[BULK];
	const struct rte_hash_parameters parameters = {.name = "keys", .entries = 2 * KEYS,
		.key_len = KEY_BYTES, .hash_func = rte_hash_crc, .socket_id = (int)rte_socket_id()};
	struct rte_hash *hash = rte_hash_create(&parameters);
	if (!hash)
		return -1;
	for (uint32_t i = 0; i < KEYS; i++) {
		uint32_t word = i * 2654435761u;
		memcpy(keys[i] + 4, &word, sizeof(word));
		if (rte_hash_add_key(hash, keys[i]) < 0)
			return -1;
	}
	for (int i = 0; i < BULK; i++)
		bulk[i] = keys[i * 127];
	NATIVE_ROW("hash, look up 1 of 16 bytes", TIMES,
		rte_hash_lookup(hash, keys[i * 83 % KEYS]));
	NATIVE_ROW("hash, look up 32 of 16 bytes", TIMES,
		rte_hash_lookup_bulk(hash, bulk, BULK, positions));
	rte_hash_free(hash);
	return 0;
}

static int
lpm_rows(void)
{
	static uint32_t addresses[BULK], hops[BULK];
	const struct rte_lpm_config config = {.max_rules = 1024, .number_tbl8s = 256};
	struct rte_lpm *lpm = rte_lpm_create("routes", (int)rte_socket_id(), &config);
	if (!lpm)
		return -1;
	for (uint32_t i = 0; i < 256; i++)
		if (rte_lpm_add(lpm, i << 24 | 10 << 16, 24 + i % 8, i) < 0)
			return -1;
	for (uint32_t i = 0; i < BULK; i++)
		addresses[i] = i << 24 | 10 << 16 | i;
	NATIVE_ROW("lpm, look up 32", TIMES, rte_lpm_lookup_bulk(lpm, addresses, hops, BULK));
	rte_lpm_free(lpm);
	return 0;
}

int
native_ops(void)
{
	return mempool_rows() || ring_rows() || hash_rows() || lpm_rows() ? -1 : 0;
}
