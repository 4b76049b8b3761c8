/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * hiccups [EAL options] -- [seconds]: how quiet is a CPU? One lcore, the last, polls every port and
 * reads the time stamp counter, again and again, for that long (10 s). What lies between two
 * readings is a turn of the loop; one that is much longer than the others is a hiccup: somebody
 * else had the CPU. In the manner of the hiccup meters, with a poll-mode driver in the loop.
 *
 * Prints the turns' median, the longest, and how many took over twice, ten and a hundred times the
 * median. Frames that arrive are thrown away. Public DPDK and POSIX alone: runs on Linux too.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#define BURST 32
#define DESCRIPTORS 256
#define MBUFS 4095
#define CACHE 256
#define TICKS_MAX 65536 /* turns of that many ticks and more are counted together */
#define WARM_TURNS 100000

/* Turns by their ticks. Static: a page that is touched for the first time is a hiccup. */
static uint64_t turns[TICKS_MAX];
static uint64_t longest, turn_count;
static unsigned seconds = 10;

static void
poll_ports(void)
{
	struct rte_mbuf *frames[BURST];
	uint16_t port;

	RTE_ETH_FOREACH_DEV(port) {
		uint16_t count = rte_eth_rx_burst(port, 0, frames, BURST);

		rte_pktmbuf_free_bulk(frames, count);
	}
}

static void
turn_add(uint64_t ticks)
{
	turns[ticks < TICKS_MAX ? ticks : TICKS_MAX - 1]++;
	if (ticks > longest)
		longest = ticks;
}

/* Writes to each counter, so that its memory is there. */
static void
warm_up(void)
{
	for (unsigned i = 0; i < TICKS_MAX; i++)
		*(volatile uint64_t *)&turns[i] = 0;
	for (unsigned i = 0; i < WARM_TURNS; i++)
		poll_ports();
}

static int
measure(void *unused)
{
	uint64_t last, now, end;

	(void)unused; /* one lcore measures: what it writes is static */
	warm_up();
	last = rte_rdtsc();
	end = last + seconds * rte_get_tsc_hz();
	while (last < end) {
		poll_ports();
		now = rte_rdtsc();
		turn_add(now - last);
		last = now;
	}
	return 0;
}

/* -- Report ----------------------------------------------------------------------------------- */

static uint64_t
median(void)
{
	uint64_t below = 0, ticks = 0;

	for (unsigned i = 0; i < TICKS_MAX; i++)
		turn_count += turns[i];
	while (ticks < TICKS_MAX && (below += turns[ticks]) * 2 < turn_count)
		ticks++;
	return ticks;
}

/* How many turns took more ticks than that. The last counter holds longer ones as well. */
static uint64_t
above(uint64_t ticks)
{
	uint64_t count = 0;

	for (uint64_t i = RTE_MIN(ticks, (uint64_t)TICKS_MAX - 2) + 1; i < TICKS_MAX; i++)
		count += turns[i];
	return count;
}

static void
report(void)
{
	uint64_t middle = median();

	printf("hiccups: %u seconds, %" PRIu64 " turns, %" PRIu64 " ticks a second\n", seconds,
	       turn_count, rte_get_tsc_hz());
	printf("hiccups: median %" PRIu64 ", longest %" PRIu64 " ticks\n", middle, longest);
	printf("hiccups: %" PRIu64 " turns over 2 x, %" PRIu64 " over 10 x, %" PRIu64
	       " over 100 x the median\n",
	       above(2 * middle), above(10 * middle), above(100 * middle));
}

/* -- Start ------------------------------------------------------------------------------------ */

static int
ports_start(void)
{
	struct rte_mempool *pool = rte_pktmbuf_pool_create(
		"hiccups", MBUFS, CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	struct rte_eth_conf conf = {0};
	uint16_t port;

	if (pool == NULL) {
		fprintf(stderr, "hiccups: no memory for mbufs\n");
		return -1;
	}
	RTE_ETH_FOREACH_DEV(port) {
		uint16_t rx = DESCRIPTORS, tx = DESCRIPTORS;
		int socket = rte_eth_dev_socket_id(port);

		if (rte_eth_dev_configure(port, 1, 1, &conf) != 0 ||
		    rte_eth_dev_adjust_nb_rx_tx_desc(port, &rx, &tx) != 0 ||
		    rte_eth_rx_queue_setup(port, 0, rx, socket, NULL, pool) != 0 ||
		    rte_eth_tx_queue_setup(port, 0, tx, socket, NULL) != 0 ||
		    rte_eth_dev_start(port) != 0) {
			fprintf(stderr, "hiccups: port %u does not start\n", port);
			return -1;
		}
	}
	return 0;
}

/* Runs the measurement on the last lcore, and waits for it. */
static void
run(void)
{
	unsigned lcore, last = rte_get_main_lcore();

	RTE_LCORE_FOREACH_WORKER(lcore)
		last = lcore;
	printf("hiccups: lcore %u polls %u ports\n", last, rte_eth_dev_count_avail());
	fflush(stdout);
	if (last == rte_get_main_lcore()) {
		measure(NULL);
		return;
	}
	rte_eal_remote_launch(measure, NULL, last);
	rte_eal_wait_lcore(last);
}

int
main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv), result = EXIT_FAILURE;

	if (used < 0)
		return EXIT_FAILURE;
	if (used + 1 < argc)
		seconds = strtoul(argv[used + 1], NULL, 10);
	if (ports_start() == 0) {
		run();
		report();
		result = EXIT_SUCCESS;
	}
	rte_eal_cleanup();
	return result;
}
