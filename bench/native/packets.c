/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * virtio's receive and transmit of bursts of 32, by the virtio_user device, whose far end is a
 * vhost port of the same process: on this lcore, or on one of its own. Of the far end nothing is
 * counted.
 */
#include <stdio.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "native.h"

#define BURST 32
#define FRAME 60
#define RING 256
#define MBUFS 2047
#define SAMPLE (4 * RING) /* frames */
#define WAITS 100000000 /* polls without a frame, after which it is given up */

struct far_end {
	uint16_t port;
	struct rte_mempool *pool;
	volatile int stop;
};

static struct rte_mempool *
make_pool(const char *name)
{
	return rte_pktmbuf_pool_create(name, MBUFS, 256, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
		(int)rte_socket_id());
}

static int
start(const char *device, const char *arguments, struct rte_mempool *pool, uint16_t tx_free,
	uint16_t *port)
{
	static const struct rte_eth_conf conf;

	if (rte_vdev_init(device, arguments) || rte_eth_dev_get_port_by_name(device, port) ||
		rte_eth_dev_configure(*port, 1, 1, &conf) ||
		rte_eth_rx_queue_setup(*port, 0, RING, rte_socket_id(), NULL, pool))
		return -1;
	struct rte_eth_dev_info info;
	if (rte_eth_dev_info_get(*port, &info))
		return -1;
	if (tx_free)
		info.default_txconf.tx_free_thresh = tx_free;
	return rte_eth_tx_queue_setup(*port, 0, RING, rte_socket_id(), &info.default_txconf) ||
		rte_eth_dev_start(*port) ? -1 : 0;
}

/* Sends a burst to the device, as far as it has room. */
static void
far_send(struct far_end *end)
{
	struct rte_mbuf *frames[BURST];

	if (rte_pktmbuf_alloc_bulk(end->pool, frames, BURST))
		return;
	for (int i = 0; i < BURST; i++)
		frames[i]->data_len = frames[i]->pkt_len = FRAME;
	uint16_t sent = rte_eth_tx_burst(end->port, 0, frames, BURST);
	rte_pktmbuf_free_bulk(frames + sent, BURST - sent);
}

static void
far_take(struct far_end *end)
{
	struct rte_mbuf *frames[BURST];
	uint16_t count = rte_eth_rx_burst(end->port, 0, frames, BURST);
	rte_pktmbuf_free_bulk(frames, count);
}

static int
far_run(void *argument)
{
	struct far_end *end = argument;

	while (!end->stop) {
		far_send(end);
		far_take(end);
	}
	return 0;
}

/* Receives and sends back what there is. Turns that brought most of a burst are added up to a
 * sample, so that each has its share of the clean-up that comes now and then. Gives the count of
 * frames. */
static uint16_t
near_turn(uint16_t port, struct native_samples *samples)
{
	static uint64_t cycles, frames_in;
	struct rte_mbuf *frames[BURST];
	uint64_t begin = rte_rdtsc_precise();
	uint16_t count = rte_eth_rx_burst(port, 0, frames, BURST);
	uint16_t sent = rte_eth_tx_burst(port, 0, frames, count);
	uint64_t took = rte_rdtsc_precise() - begin;

	rte_pktmbuf_free_bulk(frames + sent, count - sent);
	if (count >= BURST / 2) {
		cycles += took;
		frames_in += count;
	}
	if (frames_in >= SAMPLE) {
		native_add(samples, (double)cycles / frames_in);
		cycles = frames_in = 0;
	}
	return count;
}

static int
measure(uint16_t port, struct far_end *end, const char *name, int threads)
{
	static struct native_samples samples;
	long empty = 0;

	for (int round = 0; round < 2; round++) { /* the last one counts: all is warm */
		samples.count = 0;
		while (samples.count < NATIVE_SAMPLES && empty < WAITS) {
			if (threads == 1)
				far_send(end);
			empty = near_turn(port, &samples) ? 0 : empty + 1;
			if (threads == 1)
				far_take(end);
		}
	}
	if (empty == WAITS) {
		fprintf(stderr, "native: %s: no frame arrives\n", name);
		return -1;
	}
	native_report(&samples, name);
	return 0;
}

int
native_packets(const char *socket, const char *device, const char *options, uint16_t tx_free,
	int threads)
{
	static struct far_end end;
	char arguments[512], name[128];
	uint16_t port;
	struct rte_mempool *pool = make_pool("near");

	end.pool = make_pool("far");
	snprintf(arguments, sizeof(arguments), "iface=%s,queues=1", socket);
	if (!pool || !end.pool || start("net_vhost0", arguments, end.pool, 0, &end.port))
		return -1;
	snprintf(arguments, sizeof(arguments), "path=%s,queue_size=%d,in_order=0%s", socket, RING,
		strcmp(options, "-") ? options : "");
	if (start("virtio_user0", arguments, pool, tx_free, &port))
		return -1;
	unsigned int lcore = rte_get_next_lcore(-1, 1, 0);
	if (threads > 1 && rte_eal_remote_launch(far_run, &end, lcore))
		return -1;
	snprintf(name, sizeof(name), "virtio, %s, %d thread%s: a packet", device, threads,
		threads > 1 ? "s" : "");
	int failed = measure(port, &end, name, threads);
	end.stop = 1;
	rte_eal_mp_wait_lcore();
	return failed;
}
