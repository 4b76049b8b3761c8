/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * load [EAL options] -- FILE: sends to a guest's vhost-user ports and counts what comes back, on
 * one lcore. The ports are those that --vdev makes. It counts in FILE, which the rig maps.
 *
 * It does what it is told on standard input, a line each, answered by a line each:
 *
 * - saturate SIZE even|all: send as fast as the guest takes, from the even ports or from all;
 * - quiet: send no more;
 * - echo COUNT BURST SIZE GAP: COUNT times, send BURST frames from port 0, wait until all are
 *   back on port 1 (on port 0 where it is alone), rest for GAP microseconds. Answer: how many
 *   frames were sent and came back, then the nanoseconds of each time.
 *
 * What returns is received and thrown away all the time. Ends with its input. A command that it
 * does not know, or that cannot be obeyed, ends it with a message: the rig is wrong then.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_mbuf.h>

#include "load.h"

#define DESCRIPTORS 1024
#define MBUFS 16383
#define CACHE 256
#define ROUNDS_A_LOOK 256 /* between looks at the input */
/* A guest that a busy host does not run for a while has lost nothing: frames are given up as late
 * as that, and before the first one nothing has come back for so long. */
#define ECHO_SECONDS 5.0
#define SETTLE_SECONDS 0.2
#define ECHO_MAX 100000

struct load_counters *load_counters;
uint16_t load_ports;

static struct rte_mempool *pool;
static unsigned step; /* 1: all ports send, 2: the even ones; 0: none */

void
load_die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(EXIT_FAILURE);
}

/* Takes what has come back; gives the number of frames. */
static unsigned
receive_all(void)
{
	unsigned count = 0;

	for (uint16_t port = 0; port < load_ports; port++)
		count += frames_receive(port);
	return count;
}

static void
round_trip(void)
{
	for (uint16_t port = 0; step != 0 && port < load_ports; port += step)
		frames_send(port, LOAD_BURST);
	receive_all();
}

/* Receives for some time. */
static void
rest(double seconds)
{
	uint64_t until = rte_get_tsc_cycles() + seconds * rte_get_tsc_hz();

	do
		receive_all();
	while (rte_get_tsc_cycles() < until);
}

/* Receives until nothing has come back for some time. */
static void
settle(void)
{
	uint64_t quiet = SETTLE_SECONDS * rte_get_tsc_hz(), last = rte_get_tsc_cycles();

	while (rte_get_tsc_cycles() < last + quiet)
		if (receive_all() > 0)
			last = rte_get_tsc_cycles();
}

/* -- Commands --------------------------------------------------------------------------------- */

static void
set_size(unsigned size)
{
	if (size < RTE_ETHER_MIN_LEN || size > RTE_ETHER_MAX_LEN)
		load_die("a frame has 64 to 1518 bytes");
	frames_make(pool, size);
}

/* Returns the nanoseconds until all are back; adds up what was sent and what came back. */
static double
echo_once(unsigned burst, uint64_t *sent, uint64_t *returned)
{
	uint64_t begin = rte_get_tsc_cycles(), hz = rte_get_tsc_hz();
	unsigned out = frames_send(0, burst), back = 0;
	uint16_t far = load_ports > 1 ? 1 : 0;

	while (back < out && rte_get_tsc_cycles() < begin + ECHO_SECONDS * hz)
		back += frames_receive(far);
	*sent += out;
	*returned += back;
	return (rte_get_tsc_cycles() - begin) * (double)NS_PER_S / hz;
}

static void
echo(unsigned count, unsigned burst, unsigned gap_us)
{
	double *times = calloc(count, sizeof(*times));
	uint64_t sent = 0, returned = 0;

	if (times == NULL)
		load_die("no memory for the times");
	settle();
	for (unsigned i = 0; i < count; i++) {
		times[i] = echo_once(burst, &sent, &returned);
		rest(gap_us * 1e-6);
	}
	printf("%" PRIu64 " %" PRIu64, sent, returned);
	for (unsigned i = 0; i < count; i++)
		printf(" %.0f", times[i]);
	printf("\n");
	free(times);
}

static void
command_obey(const char *line)
{
	unsigned size, count, burst, gap;
	char who[8];

	if (strcmp(line, "quiet\n") == 0) {
		step = 0;
		printf("ok\n");
	} else if (sscanf(line, "saturate %u %7s", &size, who) == 2) {
		set_size(size);
		step = strcmp(who, "all") == 0 ? 1 : 2;
		printf("ok\n");
	} else if (sscanf(line, "echo %u %u %u %u", &count, &burst, &size, &gap) == 4 &&
		   count >= 1 && count <= ECHO_MAX && burst >= 1 && burst <= LOAD_BURST) {
		step = 0;
		set_size(size);
		echo(count, burst, gap);
	} else {
		load_die("no such command");
	}
	fflush(stdout);
}

/* Obeys a line of input if there is one. Returns false when the input has ended. */
static bool
input_look(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[128];

	if (poll(&input, 1, 0) <= 0)
		return true;
	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	command_obey(line);
	return true;
}

/* -- Start ------------------------------------------------------------------------------------ */

static void
counters_map(const char *path)
{
	int file = open(path, O_RDWR | O_CREAT, 0600);

	if (file < 0 || ftruncate(file, sizeof(*load_counters)) != 0)
		load_die("the counters' file cannot be written");
	load_counters =
		mmap(NULL, sizeof(*load_counters), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (load_counters == MAP_FAILED)
		load_die("the counters' file cannot be mapped");
	close(file);
}

static void
port_start(uint16_t port)
{
	struct rte_eth_conf conf = {0};

	if (rte_eth_dev_configure(port, 1, 1, &conf) != 0 ||
	    rte_eth_rx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool) != 0 ||
	    rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL) != 0 ||
	    rte_eth_dev_start(port) != 0)
		load_die("a port does not start");
}

int
main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);

	if (used < 0 || argc - used != 2)
		load_die("usage: load [EAL options] -- FILE");
	load_ports = rte_eth_dev_count_avail();
	if (load_ports == 0 || load_ports > LOAD_PORTS || (load_ports > 1 && load_ports % 2 != 0))
		load_die("one port or an even number of them, at most 64, is needed");
	counters_map(argv[used + 1]);
	pool = rte_pktmbuf_pool_create("load", MBUFS, CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
				       SOCKET_ID_ANY);
	if (pool == NULL)
		load_die("no memory for mbufs");
	setvbuf(stdin, NULL, _IONBF, 0); /* poll() must see what fgets() would */
	for (uint16_t port = 0; port < load_ports; port++)
		port_start(port);
	printf("ready\n");
	fflush(stdout);
	do
		for (unsigned i = 0; i < ROUNDS_A_LOOK; i++)
			round_trip();
	while (input_look());
	return EXIT_SUCCESS;
}
