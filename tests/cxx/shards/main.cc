// SPDX-License-Identifier: BSD-3-Clause
//
// A program in Seastar's manner on each lcore: calls from shard to shard, half of which throw,
// while timers run out; then a port's frames are answered until one of Ethertype 0x88b5 comes.
#include <barrier>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "port.hh"
#include "responder.hh"
#include "shard.hh"

namespace
{

constexpr unsigned fibers = 8, calls_each = 40;

unsigned count;
std::unique_ptr<std::barrier<>> meeting;
std::unique_ptr<Port> port;
std::atomic<unsigned> finished, wrong;

struct Results {
	unsigned calls = 0, caught = 0;
	bool preempted = false, stalled = false;
};

// What a shard is asked for by another: a block of its memory, or an exception.
void
serve(unsigned number, void **block)
{
	if (number % 2 != 0)
		throw std::out_of_range("number " + std::to_string(number));
	*block = Shard::here().space.take();
	*static_cast<unsigned *>(*block) = number;
}

void
make_calls(Shard &shard, Results &results)
{
	for (unsigned i = 0; i < calls_each; i++) {
		void *block = nullptr;

		try {
			shard.call((shard.index + i) % count, [i, &block] { serve(i, &block); });
			wrong += i % 2 != 0 || *static_cast<unsigned *>(block) != i;
			Space::give(block, shard.index);
		} catch (const std::out_of_range &error) {
			results.caught++;
			wrong += error.what() != "number " + std::to_string(i);
		}
		results.calls++;
		if (i % 8 == 0)
			shard.yield();
	}
}

// The last fiber of the last shard ends the turn.
void
fiber_ends(Shard &shard)
{
	if (++finished == count * (fibers + 1))
		for (unsigned i = 0; i < count; i++)
			shard.send(i, [] { Shard::here().stop(); });
}

void
calls(Shard &shard, Results &results)
{
	for (unsigned i = 0; i < fibers; i++)
		shard.start([&shard, &results] {
			make_calls(shard, results);
			fiber_ends(shard);
		});
	shard.start([&shard, &results] {
		results.preempted = shard.compute_until_preempted();
		results.stalled = shard.stall();
		fiber_ends(shard);
	});
	shard.run();
}

void
frames(Shard &shard)
{
	if (shard.index == 0) {
		port = std::make_unique<Port>(count);
		std::printf("answering, %u queues\n", port->queues);
	}
	meeting->arrive_and_wait();
	Responder responder(shard, count, *port);
	meeting->arrive_and_wait();
	shard.run([&responder] { return responder.poll(); });
	meeting->arrive_and_wait();
	std::printf("shard %u: %u connections, %u sent in place, %u passed on\n", shard.index,
		    responder.connections, responder.in_place, responder.passed_on);
	meeting->arrive_and_wait();
}

void
live(unsigned index)
{
	auto shard = std::make_unique<Shard>(index, count);
	Results results;

	meeting->arrive_and_wait();
	calls(*shard, results);
	std::printf("shard %u: %u calls, %u caught, preempted %d, stalled %d, slept %d\n", index,
		    results.calls, results.caught, results.preempted, results.stalled,
		    shard->sleeps != 0 && shard->woken != 0);
	meeting->arrive_and_wait();
	if (rte_eth_dev_count_avail() != 0)
		frames(*shard);
	if (index == 0)
		port.reset(); // what it has of the others' memory comes back
	meeting->arrive_and_wait();
}

int
shard_main(void *)
{
	try {
		live(static_cast<unsigned>(rte_lcore_index(-1)));
	} catch (const std::exception &error) {
		std::printf("shard %d: %s\n", rte_lcore_index(-1), error.what());
		std::_Exit(3);
	}
	return 0;
}

} // namespace

int
main(int argc, char **argv)
{
	if (rte_eal_init(argc, argv) < 0)
		return 2;
	count = rte_lcore_count();
	meeting = std::make_unique<std::barrier<>>(count);
	rte_eal_mp_remote_launch(shard_main, nullptr, CALL_MAIN);
	rte_eal_mp_wait_lcore();
	std::printf("wrong: %u\n", wrong.load());
	return rte_eal_cleanup() == 0 && wrong == 0 ? 0 : 1;
}
