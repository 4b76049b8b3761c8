/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bridge's own options.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "bridge.h"

enum {
	OPTION_RXD = 256,
	OPTION_TXD,
	OPTION_MBUFS,
	OPTION_NO_PROMISCUOUS,
	OPTION_VERBOSE,
	OPTION_KEEPALIVE,
	OPTION_PAIRS,
};

static const struct option long_options[] = {
	{"burst", required_argument, NULL, 'b'},
	{"queues", required_argument, NULL, 'q'},
	{"rxd", required_argument, NULL, OPTION_RXD},
	{"txd", required_argument, NULL, OPTION_TXD},
	{"mbufs", required_argument, NULL, OPTION_MBUFS},
	{"mtu", required_argument, NULL, 'm'},
	{"stats", required_argument, NULL, 's'},
	{"duration", required_argument, NULL, 'd'},
	{"keepalive", required_argument, NULL, OPTION_KEEPALIVE},
	{"no-promiscuous", no_argument, NULL, OPTION_NO_PROMISCUOUS},
	{"pairs", required_argument, NULL, OPTION_PAIRS},
	{"verbose", no_argument, NULL, OPTION_VERBOSE},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

void
options_usage(const char *program)
{
	printf("Usage: %s [EAL options] -- [options]\n"
	       "Forwards frames between ports 0 and 1, 2 and 3, … until q, Ctrl-C or "
	       "--duration.\n\n"
	       "      --pairs A:B,…     ports to forward between; others are started, and idle\n"
	       "  -b, --burst N         frames received and sent at a time, 1 to %d (32)\n"
	       "  -q, --queues N        queues of each port, 1 to %d (as many as lcores can use)\n"
	       "      --rxd N           descriptors of a receive queue (512)\n"
	       "      --txd N           descriptors of a transmit queue (512)\n"
	       "      --mbufs N         mbufs of each NUMA node's pool (what queues can hold)\n"
	       "  -m, --mtu N           bytes, 68 to 16000 (1500)\n"
	       "  -s, --stats N         seconds between statistics, 0 for none (1)\n"
	       "  -d, --duration N      seconds after which it ends, 0 for never (0)\n"
	       "      --keepalive N     names an lcore that stands still for N ms, 0 for none (0)\n"
	       "      --no-promiscuous  receive only frames for the ports' own addresses\n"
	       "      --verbose         frequency, SMIs and throttling with the statistics\n"
	       "  -h, --help            this text\n",
	       program, BURST_MAX, QUEUES_MAX);
}

/* A decimal number within bounds, or -1 after saying what is wrong. */
static long
number(const char *option, const char *text, long min, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end != '\0' || errno != 0 || value < min ||
	    value > max) {
		fprintf(stderr, "bridge: --%s %s: not a number from %ld to %ld\n", option, text,
			min, max);
		return -1;
	}
	return value;
}

static bool
is_paired(const struct bridge_options *options, long port)
{
	for (unsigned i = 0; i < options->pair_ports; i++)
		if (options->pairs[i] == port)
			return true;
	return false;
}

/* Reads A:B,C:D… Returns 0, or -1 after saying what is wrong. */
static int
pairs_store(const char *text, struct bridge_options *options)
{
	const char *at = text;

	for (;;) {
		char *end;
		long port = strtol(at, &end, 10);

		if (!isdigit((unsigned char)*at) || port >= RTE_MAX_ETHPORTS ||
		    is_paired(options, port))
			break;
		options->pairs[options->pair_ports++] = port;
		if (*end == '\0' && options->pair_ports % 2 == 0)
			return 0;
		if (*end != (options->pair_ports % 2 == 0 ? ',' : ':'))
			break;
		at = end + 1;
	}
	fprintf(stderr, "bridge: --pairs %s: not as 1:3 or 0:2,1:3, each port once\n", text);
	return -1;
}

/* Stores one option. Returns 0 or -1. */
static int
option_store(int option, struct bridge_options *options)
{
	long value = 0;

	switch (option) {
	case 'b':
		value = number("burst", optarg, 1, BURST_MAX);
		options->burst = value;
		break;
	case 'q':
		value = number("queues", optarg, 1, QUEUES_MAX);
		options->queues = value;
		break;
	case OPTION_RXD:
		value = number("rxd", optarg, 1, 32768);
		options->rx_descriptors = value;
		break;
	case OPTION_TXD:
		value = number("txd", optarg, 1, 32768);
		options->tx_descriptors = value;
		break;
	case OPTION_MBUFS:
		value = number("mbufs", optarg, 1, 1L << 30);
		options->mbufs = value;
		break;
	case 'm':
		value = number("mtu", optarg, RTE_ETHER_MIN_MTU, 16000);
		options->mtu = value;
		break;
	case 's':
		value = number("stats", optarg, 0, 86400);
		options->stats_seconds = value;
		break;
	case 'd':
		value = number("duration", optarg, 0, 1L << 30);
		options->duration = value;
		break;
	case OPTION_KEEPALIVE:
		value = number("keepalive", optarg, 0, 60000);
		options->keepalive_ms = value;
		break;
	case OPTION_NO_PROMISCUOUS:
		options->promiscuous = false;
		break;
	case OPTION_PAIRS:
		value = pairs_store(optarg, options);
		break;
	case OPTION_VERBOSE:
		options->verbose = true;
		break;
	default: /* getopt_long has said what is wrong */
		return -1;
	}
	return value < 0 ? -1 : 0;
}

int
options_parse(int argc, char **argv, struct bridge_options *options)
{
	int option;

	*options = (struct bridge_options){
		.burst = 32,
		.rx_descriptors = 512,
		.tx_descriptors = 512,
		.mtu = RTE_ETHER_MTU,
		.stats_seconds = 1,
		.promiscuous = true,
	};
	while ((option = getopt_long(argc, argv, "b:q:m:s:d:h", long_options, NULL)) != -1) {
		if (option == 'h') {
			options_usage(argv[0]);
			exit(EXIT_SUCCESS);
		}
		if (option_store(option, options) != 0)
			return -1;
	}
	if (optind < argc) {
		fprintf(stderr, "bridge: %s: not an option\n", argv[optind]);
		return -1;
	}
	return 0;
}
