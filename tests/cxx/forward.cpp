// SPDX-License-Identifier: BSD-3-Clause
//
// A DPDK application in C++: forwards between two ports on an lcore of its own, and ends when it
// has forwarded as many frames as its argument says, or fails after a minute without. An exception
// is thrown through DPDK's C functions, and one of the lcore's is handed to main().
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

namespace
{

using std::chrono::steady_clock;

constexpr uint16_t burst_max = 32;
constexpr uint16_t queue_length = 256;
constexpr unsigned mbuf_count = 4095;
constexpr auto patience = std::chrono::minutes(1);

int
need(int result, const std::string &what)
{
	if (result < 0)
		throw std::runtime_error(what + ": " + rte_strerror(-result));
	return result;
}

class Pool
{
      public:
	Pool()
	    : pool(rte_pktmbuf_pool_create("mbufs", mbuf_count, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
					   SOCKET_ID_ANY),
		   rte_mempool_free)
	{
		need(pool ? 0 : -rte_errno, "pool");
	}
	rte_mempool *
	get() const
	{
		return pool.get();
	}

	// The objects that were seen when the visitor, called by DPDK, threw.
	unsigned
	visited_until(unsigned limit)
	{
		std::pair<unsigned, unsigned> state{0, limit};
		auto visit = [](rte_mempool *, void *argument, void *, unsigned) {
			auto &[seen, last] =
				*static_cast<std::pair<unsigned, unsigned> *>(argument);

			if (++seen == last)
				throw std::overflow_error("enough");
		};

		try {
			rte_mempool_obj_iter(pool.get(), visit, &state);
		} catch (const std::overflow_error &) {
			return state.first;
		}
		return 0;
	}

      private:
	std::unique_ptr<rte_mempool, decltype(&rte_mempool_free)> pool;
};

class Port
{
      public:
	Port(uint16_t number, const Pool &pool) : number(number)
	{
		rte_eth_conf configuration{};

		need(rte_eth_dev_configure(number, 1, 1, &configuration), "configure");
		need(rte_eth_rx_queue_setup(number, 0, queue_length, SOCKET_ID_ANY, nullptr,
					    pool.get()),
		     "receive queue");
		need(rte_eth_tx_queue_setup(number, 0, queue_length, SOCKET_ID_ANY, nullptr),
		     "transmit queue");
		need(rte_eth_dev_start(number), "start");
		need(rte_eth_promiscuous_enable(number), "promiscuous mode");
	}
	Port(const Port &) = delete;
	Port &operator=(const Port &) = delete;
	~Port()
	{
		rte_eth_dev_stop(number);
	}

	// Sends to the other port what has arrived; gives the number of frames.
	unsigned
	forward(const Port &to)
	{
		std::array<rte_mbuf *, burst_max> burst;
		uint16_t received = rte_eth_rx_burst(number, 0, burst.data(), burst_max);
		uint16_t sent = 0;

		while (sent < received)
			sent += rte_eth_tx_burst(to.number, 0, &burst[sent], received - sent);
		return received;
	}

      private:
	uint16_t number;
};

struct Job {
	Port &one, &other;
	unsigned long wanted;
	std::exception_ptr failure;
};

void
poll(Job &job)
{
	auto deadline = steady_clock::now() + patience;

	for (unsigned long count = 0; count < job.wanted;) {
		unsigned moved = job.one.forward(job.other) + job.other.forward(job.one);

		if (moved)
			deadline = steady_clock::now() + patience;
		else if (steady_clock::now() > deadline)
			throw std::runtime_error("only " + std::to_string(count) + " frames");
		count += moved;
	}
	throw std::range_error("all forwarded");
}

int
lcore_main(void *argument)
{
	auto &job = *static_cast<Job *>(argument);

	try {
		poll(job);
	} catch (...) {
		job.failure = std::current_exception();
	}
	return 0;
}

void
run(unsigned long wanted)
{
	Pool pool;

	std::cout << "thrown through DPDK after " << pool.visited_until(3) << " mbufs" << std::endl;

	Port one(0, pool), other(1, pool);
	Job job{one, other, wanted, nullptr};

	std::cout << "forwarding " << wanted << " frames" << std::endl;
	need(rte_eal_remote_launch(lcore_main, &job, rte_get_next_lcore(-1, 1, 0)), "launch");
	rte_eal_mp_wait_lcore();
	try {
		std::rethrow_exception(job.failure);
	} catch (const std::range_error &end) {
		std::cout << end.what() << std::endl;
	}
}

} // namespace

int
main(int argc, char **argv)
{
	try {
		int used = need(rte_eal_init(argc, argv), "rte_eal_init");

		run(std::stoul(argv[used + 1]));
		return rte_eal_cleanup();
	} catch (const std::exception &error) {
		std::cerr << "failed: " << error.what() << std::endl;
		return 1;
	}
}
