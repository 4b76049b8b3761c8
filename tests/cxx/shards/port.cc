// SPDX-License-Identifier: BSD-3-Clause
#include "port.hh"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

namespace
{

constexpr unsigned mbuf_count = 4095;
constexpr uint16_t queue_length = 256;
constexpr auto patience = std::chrono::seconds(30);

void
need(int result, const char *what)
{
	if (result < 0)
		throw std::runtime_error(what + std::string(": ") + rte_strerror(-result));
}

void
wait_for_link()
{
	auto until = std::chrono::steady_clock::now() + patience;
	rte_eth_link link = {};

	while (rte_eth_link_get_nowait(0, &link) == 0 && link.link_status == 0) {
		if (std::chrono::steady_clock::now() > until)
			throw std::runtime_error("the link stays down");
		std::this_thread::sleep_for(std::chrono::milliseconds(1));
	}
}

} // namespace

Port::Port(unsigned shards)
    : queues(1), pool(rte_pktmbuf_pool_create("mbufs", mbuf_count, 0, 0,
					      RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY))
{
	rte_eth_dev_info info;
	rte_eth_conf configuration = {};

	need(pool == nullptr ? -rte_errno : 0, "pool");
	need(rte_eth_dev_info_get(0, &info), "port");
	uint64_t spread = info.flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP);
	if (spread != 0 && info.max_rx_queues >= shards && info.max_tx_queues >= shards &&
	    shards > 1) {
		queues = static_cast<uint16_t>(shards);
		configuration.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		configuration.rx_adv_conf.rss_conf.rss_hf = spread;
	}
	configuration.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	need(rte_eth_dev_configure(0, queues, queues, &configuration), "configuring");
	for (uint16_t queue = 0; queue < queues; queue++) {
		need(rte_eth_rx_queue_setup(0, queue, queue_length, SOCKET_ID_ANY, nullptr, pool),
		     "receive queue");
		need(rte_eth_tx_queue_setup(0, queue, queue_length, SOCKET_ID_ANY, nullptr),
		     "send queue");
	}
	need(rte_eth_dev_start(0), "starting");
	wait_for_link();
}

Port::~Port()
{
	rte_eth_dev_stop(0);
	rte_eth_dev_close(0);
	rte_mempool_free(pool);
}
