/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * load [EAL options] -- SECONDS QUEUES: saturates two vhost-user ports, both ways, on one CPU.
 *
 * A host program with stock DPDK (net_vhost). The ports are those that --vdev makes; whatever a
 * guest puts out is counted and thrown away. Time runs from the first frame that a guest takes.
 * Then sending ends, what is under way arrives, and a line a port and queue tells the counts.
 * The program stays until its input ends: QEMU wants somebody at the other end of its ports.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#define PORTS 2
#define QUEUES_MAX 8
#define BURST 32
#define DESCRIPTORS 1024
#define MBUFS 16383
#define FRAME_BYTES 60
#define START_SECONDS 120
#define DRAIN_SECONDS 1

static struct rte_mempool *pool;
static struct rte_mbuf *frames[BURST]; /* sent again and again: a reference is kept */
static uint16_t queues;
static uint64_t sent[PORTS][QUEUES_MAX], received[PORTS][QUEUES_MAX];

static void
die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(EXIT_FAILURE);
}

static void
frames_make(void)
{
	static const uint8_t header[] = {2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 2, 2, 0x88, 0xb5};

	for (unsigned i = 0; i < BURST; i++) {
		char *bytes;

		frames[i] = rte_pktmbuf_alloc(pool);
		if (frames[i] == NULL)
			die("no mbufs");
		bytes = rte_pktmbuf_append(frames[i], FRAME_BYTES);
		memset(bytes, i, FRAME_BYTES);
		memcpy(bytes, header, sizeof(header));
	}
}

static void
port_start(uint16_t port)
{
	struct rte_eth_conf conf = {0};
	int error = rte_eth_dev_configure(port, queues, queues, &conf);

	for (uint16_t queue = 0; error == 0 && queue < queues; queue++) {
		error = rte_eth_rx_queue_setup(port, queue, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool);
		if (error == 0)
			error = rte_eth_tx_queue_setup(port, queue, DESCRIPTORS, SOCKET_ID_ANY,
						       NULL);
	}
	if (error == 0)
		error = rte_eth_dev_start(port);
	if (error != 0)
		die("a port does not start");
}

/* Sends a burst; what the guest does not take keeps its reference. Returns how many it took. */
static unsigned
burst_send(uint16_t port, uint16_t queue)
{
	uint16_t count;

	for (unsigned i = 0; i < BURST; i++)
		rte_mbuf_refcnt_update(frames[i], 1);
	count = rte_eth_tx_burst(port, queue, frames, BURST);
	for (unsigned i = count; i < BURST; i++)
		rte_mbuf_refcnt_update(frames[i], -1);
	sent[port][queue] += count;
	return count;
}

static void
burst_receive(uint16_t port, uint16_t queue)
{
	struct rte_mbuf *burst[BURST];
	uint16_t count = rte_eth_rx_burst(port, queue, burst, BURST);

	rte_pktmbuf_free_bulk(burst, count);
	received[port][queue] += count;
}

/* One round over all queues. Returns how many frames the guest took. */
static unsigned
round_trip(bool sending)
{
	unsigned taken = 0;

	for (uint16_t queue = 0; queue < queues; queue++)
		for (uint16_t port = 0; port < PORTS; port++) {
			if (sending)
				taken += burst_send(port, queue);
			burst_receive(port, queue);
		}
	return taken;
}

static void
run(bool sending, unsigned seconds)
{
	uint64_t until = rte_get_timer_cycles() + seconds * rte_get_timer_hz();

	while (rte_get_timer_cycles() < until)
		round_trip(sending);
}

static void
wait_for_guest(void)
{
	uint64_t until = rte_get_timer_cycles() + START_SECONDS * rte_get_timer_hz();

	while (round_trip(true) == 0)
		if (rte_get_timer_cycles() > until)
			die("no guest takes a frame");
}

int
main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);

	if (used < 0 || argc - used != 3)
		die("usage: load [EAL options] -- SECONDS QUEUES");
	queues = atoi(argv[used + 2]);
	if (rte_eth_dev_count_avail() != PORTS || queues < 1 || queues > QUEUES_MAX)
		die("two ports and 1 to 8 queues are needed");
	pool = rte_pktmbuf_pool_create("load", MBUFS, 256, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
				       SOCKET_ID_ANY);
	if (pool == NULL)
		die("no memory for mbufs");
	frames_make();
	for (uint16_t port = 0; port < PORTS; port++)
		port_start(port);
	printf("load: ready\n");
	fflush(stdout);
	wait_for_guest();
	run(true, atoi(argv[used + 1]));
	run(false, DRAIN_SECONDS);
	for (uint16_t port = 0; port < PORTS; port++)
		for (uint16_t queue = 0; queue < queues; queue++)
			printf("load: port %u queue %u: sent %" PRIu64 " received %" PRIu64 "\n",
			       port, queue, sent[port][queue], received[port][queue]);
	fflush(stdout);
	while (getchar() != EOF)
		;
	return EXIT_SUCCESS;
}
