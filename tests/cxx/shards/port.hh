// SPDX-License-Identifier: BSD-3-Clause
//
// The machine's first port: a queue for each shard where it can spread frames by their flows, or
// one for all.
#pragma once

#include <cstdint>

#include <rte_mempool.h>

class Port
{
      public:
	// Starts it, for so many shards; waits for its link.
	explicit Port(unsigned shards);
	~Port();
	Port(const Port &) = delete;

	uint16_t queues;
	rte_mempool *pool;
};
