// SPDX-License-Identifier: BSD-3-Clause
//
// Linux's asynchronous requests as Seastar uses them: the ring of completions is read in memory.
#pragma once

#include <cstdint>
#include <functional>

#include <linux/aio_abi.h>

class Ring
{
      public:
	Ring();
	~Ring();
	Ring(const Ring &) = delete;

	// Completes once, with `token`, when the descriptor has something to read.
	void poll(int fd, uint64_t token);

	// Whether anything is completed: no system call.
	bool
	any() const
	{
		return shared->head != __atomic_load_n(&shared->tail, __ATOMIC_ACQUIRE);
	}

	// Takes what is completed, without a system call. Returns how many.
	using Use = std::function<void(uint64_t token)>;
	unsigned harvest(const Use &use);

	// Sleeps until something is completed, at most so many milliseconds, and takes one.
	void wait(unsigned milliseconds, const Use &use);

      private:
	// The ring as Linux lays it out.
	struct Shared {
		uint32_t id, count, head, tail, magic, compatible, incompatible, header_length;
		io_event events[];
	};
	aio_context_t context = 0;
	Shared *shared;
	iocb requests[8] = {}; // one for each token
};
