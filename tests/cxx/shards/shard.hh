// SPDX-License-Identifier: BSD-3-Clause
//
// A reactor in a hundred lines: what Seastar asks of a machine, without Seastar. A shard is a
// thread with a CPU of its own. It runs fibers (contexts on stacks of its own), messages from other
// shards, and a poller; with nothing to do it sleeps in the kernel, and who sends it something
// wakes it only then: membarrier() orders the two sides, so that sending needs no fence.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include <ucontext.h>

#include "ring.hh"
#include "space.hh"

// From one shard to another: one thread puts in, one takes out.
class Mailbox
{
      public:
	using Message = std::function<void()>;

	bool put(Message &message);
	bool take(Message &message);
	bool
	empty() const
	{
		return read.load(std::memory_order_relaxed) ==
		       written.load(std::memory_order_relaxed);
	}

      private:
	static constexpr unsigned room = 256;
	std::array<Message, room> messages;
	alignas(64) std::atomic<unsigned> written{0};
	alignas(64) std::atomic<unsigned> read{0};
};

struct Fiber {
	ucontext_t context;
	std::function<void()> work;
	bool done = false;
};

class Shard
{
      public:
	Shard(unsigned index, unsigned count);
	~Shard();

	// -- On the shard's own thread --

	static Shard &here();

	// Runs until stop(). `poller`, if any, says whether it had something to do; then none sleeps.
	void run(const std::function<bool()> &poller = nullptr);
	void
	stop()
	{
		running = false;
	}

	// A new fiber, which this shard's run() goes on with.
	void start(std::function<void()> work);

	// In a fiber: lets others run; has `work` done on another shard, and throws what it throws.
	void yield();
	void call(unsigned shard, const std::function<void()> &work);

	// Has a message run on another shard, or on this one.
	void send(unsigned shard, Mailbox::Message message);

	// In a fiber: computes without a system call until the timer of 10 ms has completed its poll.
	// Returns whether that came within 5 seconds.
	bool compute_until_preempted();

	// Keeps the CPU until the stall detector, 50 ms later, has noted it; whether it has, in 5 s.
	bool stall();

	const unsigned index;
	Space space;
	unsigned sleeps = 0, woken = 0;

      private:
	bool run_fibers();
	bool take_messages();
	void sleep();
	void completed(uint64_t token);
	static void enter(unsigned low, unsigned high);

	Ring ring;
	int bell, tick;
	std::vector<Mailbox> inbox; // one for each shard
	std::atomic<bool> sleeping{false};
	std::deque<Fiber *> ready;
	std::vector<std::unique_ptr<Fiber>> fibers;
	std::vector<char *> stacks; // free ones
	Fiber *current = nullptr;
	ucontext_t home;
	bool running = true;
};
