// SPDX-License-Identifier: BSD-3-Clause
//
// Memory as Seastar's own allocator has it: terabytes of addresses are reserved, each shard maps
// pieces of 2 MB at fixed addresses of its part, and whose a block is can be told by its address.
#pragma once

#include <atomic>
#include <cstddef>

constexpr size_t block_size = 4096;

class Space
{
      public:
	// The part of a shard, below 16.
	explicit Space(unsigned shard);

	// A block, on the shard's own thread.
	void *take();

	// Gives a block back, whosever it is, on any thread; `here`: the shard's that calls.
	static void give(void *block, unsigned here);

	// So many blocks in one piece, for good: a stack.
	char *take_stack(size_t blocks);

      private:
	struct Block {
		Block *next;
	};
	void grow();

	char *end;			       // of what is mapped
	unsigned pieces = 0;
	Block *free = nullptr;		       // the shard's own
	std::atomic<Block *> returned{nullptr}; // by others
};
