/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * doze [EAL options] -- [seconds [frames]]: a bridge that sleeps. When its ports have been silent
 * for a while it has them interrupt at the next frame and waits for that in rte_epoll_wait(), as
 * DPDK's l3fwd-power does; the CPU halts meanwhile. Ends after the seconds (10), or
 * when it has forwarded that many frames, and says how often it slept and was woken by one.
 *
 * One lcore serves all ports, by one queue each. Public DPDK and POSIX alone: runs on Linux too.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_epoll.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_interrupts.h>
#include <rte_mbuf.h>

#define BURST 32
#define DESCRIPTORS 256
#define MBUFS 8191
#define CACHE 256
#define SILENT_POLLS 1000 /* in a row, before it sleeps */
#define SLEEP_MS 100	  /* at most: to see whether the time is over */

static struct {
	uint64_t forwarded, sleeps, woken;
} counters;

/* Receives on a port, sends on its pair. Returns the number of frames received. */
static uint16_t
forward(uint16_t port)
{
	struct rte_mbuf *frames[BURST];
	uint16_t received = rte_eth_rx_burst(port, 0, frames, BURST);
	uint16_t sent = rte_eth_tx_burst(port ^ 1, 0, frames, received);

	rte_pktmbuf_free_bulk(frames + sent, received - sent);
	counters.forwarded += sent;
	return received;
}

static unsigned
forward_all(void)
{
	unsigned received = 0;
	uint16_t port;

	RTE_ETH_FOREACH_DEV(port)
		received += forward(port);
	return received;
}

static void
interrupts(bool on)
{
	uint16_t port;

	RTE_ETH_FOREACH_DEV(port)
		if (on)
			rte_eth_dev_rx_intr_enable(port, 0);
		else
			rte_eth_dev_rx_intr_disable(port, 0);
}

/* Sleeps until a frame comes. One that came before interrupts were on is found by a last look. */
static void
doze(void)
{
	struct rte_epoll_event events[RTE_MAX_ETHPORTS];

	interrupts(true);
	if (forward_all() == 0) {
		counters.sleeps++;
		if (rte_epoll_wait(RTE_EPOLL_PER_THREAD, events, RTE_MAX_ETHPORTS, SLEEP_MS) > 0)
			counters.woken++;
	}
	interrupts(false);
}

static void
run(unsigned seconds, uint64_t frames)
{
	uint64_t end = rte_get_timer_cycles() + seconds * rte_get_timer_hz();
	unsigned silent = 0;

	while (rte_get_timer_cycles() < end && counters.forwarded < frames) {
		silent = forward_all() > 0 ? 0 : silent + 1;
		if (silent < SILENT_POLLS)
			continue;
		doze();
		silent = 0;
	}
}

/* Returns 0 or a negative error. */
static int
port_start(uint16_t port, struct rte_mempool *pool)
{
	struct rte_eth_conf conf = {.intr_conf.rxq = 1};
	int socket = rte_eth_dev_socket_id(port);
	uint16_t rx = DESCRIPTORS, tx = DESCRIPTORS;
	int error = rte_eth_dev_configure(port, 1, 1, &conf);

	if (error == 0)
		error = rte_eth_dev_adjust_nb_rx_tx_desc(port, &rx, &tx);
	if (error == 0)
		error = rte_eth_rx_queue_setup(port, 0, rx, socket, NULL, pool);
	if (error == 0)
		error = rte_eth_tx_queue_setup(port, 0, tx, socket, NULL);
	if (error == 0)
		error = rte_eth_dev_start(port);
	if (error == 0)
		error = rte_eth_dev_rx_intr_ctl_q(port, 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_ADD,
						  NULL);
	if (error == 0 && rte_eth_promiscuous_enable(port) != 0)
		fprintf(stderr, "doze: port %u receives its own frames only\n", port);
	return error;
}

static int
ports_start(void)
{
	struct rte_mempool *pool = rte_pktmbuf_pool_create(
		"doze", MBUFS, CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	unsigned count = rte_eth_dev_count_avail();
	uint16_t port;

	if (pool == NULL || count == 0 || count % 2 != 0) {
		fprintf(stderr, "doze: %s\n",
			pool == NULL ? "no memory for mbufs" : "an even number of ports is needed");
		return -1;
	}
	RTE_ETH_FOREACH_DEV(port) {
		int error = port_start(port, pool);

		if (error != 0) {
			fprintf(stderr,
				"doze: port %u with receive interrupts does not start: %s\n", port,
				rte_strerror(-error));
			return -1;
		}
	}
	return 0;
}

static void
ports_stop(void)
{
	uint16_t port;

	RTE_ETH_FOREACH_DEV(port) {
		rte_eth_dev_rx_intr_ctl_q(port, 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_DEL, NULL);
		if (rte_eth_dev_stop(port) != 0)
			fprintf(stderr, "doze: port %u does not stop\n", port);
	}
}

int
main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv), result = EXIT_FAILURE;
	uint64_t frames = UINT64_MAX;
	unsigned seconds = 10;

	if (used < 0)
		return EXIT_FAILURE;
	if (used + 1 < argc)
		seconds = strtoul(argv[used + 1], NULL, 10);
	if (used + 2 < argc)
		frames = strtoull(argv[used + 2], NULL, 10);
	if (ports_start() == 0) {
		printf("doze: forwarding for %u seconds\n", seconds);
		run(seconds, frames);
		ports_stop();
		printf("doze: forwarded %" PRIu64 ", slept %" PRIu64 ", woken %" PRIu64 "\n",
		       counters.forwarded, counters.sleeps, counters.woken);
		result = EXIT_SUCCESS;
	}
	rte_eal_cleanup();
	return result;
}
