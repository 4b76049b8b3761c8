/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers in Prometheus' text form: of each name its help and type, then its samples, as the form
 * wants them together. All of them are read where DPDK and the C library offer them to any thread:
 * no lcore does anything for it.
 */
#include "net/metrics.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_mempool.h>
#include <rte_version.h>

#define PREFIX "linuxless_"
#define LABEL_SIZE 128

static void
begin(FILE *to, const char *name, const char *type, const char *help)
{
	fprintf(to, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

/* A text as the value of a label: what the form has a meaning for is escaped. */
static const char *
escape(const char *text, char label[LABEL_SIZE])
{
	size_t at = 0;

	for (; *text != '\0' && at + 2 < LABEL_SIZE; text++) {
		if (*text == '"' || *text == '\\')
			label[at++] = '\\';
		label[at++] = *text == '\n' ? ' ' : *text;
	}
	label[at] = '\0';
	return label;
}

/* -- Ports ------------------------------------------------------------------------------------- */

/* Each port that there is, those with an owner as well. */
static int
next_port(int port)
{
	for (port++; port < RTE_MAX_ETHPORTS; port++)
		if (rte_eth_dev_is_valid_port((uint16_t)port))
			return port;
	return -1;
}

static const struct port_number {
	const char *name, *help;
	size_t offset; /* in struct rte_eth_stats */
} port_numbers[] = {
	{"port_receive_packets_total", "Packets received.",
	 offsetof(struct rte_eth_stats, ipackets)},
	{"port_transmit_packets_total", "Packets sent.",
	 offsetof(struct rte_eth_stats, opackets)},
	{"port_receive_bytes_total", "Bytes received.", offsetof(struct rte_eth_stats, ibytes)},
	{"port_transmit_bytes_total", "Bytes sent.", offsetof(struct rte_eth_stats, obytes)},
	{"port_receive_missed_total", "Packets that found no descriptor.",
	 offsetof(struct rte_eth_stats, imissed)},
	{"port_receive_errors_total", "Packets received wrong.",
	 offsetof(struct rte_eth_stats, ierrors)},
	{"port_transmit_errors_total", "Packets not sent.",
	 offsetof(struct rte_eth_stats, oerrors)},
	{"port_receive_no_buffer_total", "Packets that found no buffer.",
	 offsetof(struct rte_eth_stats, rx_nombuf)},
};

static void
write_port_numbers(FILE *to)
{
	struct rte_eth_stats stats;

	for (unsigned i = 0; i < RTE_DIM(port_numbers); i++) {
		const struct port_number *number = &port_numbers[i];

		begin(to, number->name, "counter", number->help);
		for (int port = next_port(-1); port >= 0; port = next_port(port))
			if (rte_eth_stats_get((uint16_t)port, &stats) == 0)
				fprintf(to, PREFIX "%s{port=\"%d\"} %" PRIu64 "\n", number->name,
					port, *(uint64_t *)((char *)&stats + number->offset));
	}
}

static void
write_port_states(FILE *to)
{
	struct rte_eth_link link;
	char name[RTE_ETH_NAME_MAX_LEN], label[LABEL_SIZE];

	begin(to, "port_info", "gauge", "The device of a port.");
	for (int port = next_port(-1); port >= 0; port = next_port(port))
		if (rte_eth_dev_get_name_by_port((uint16_t)port, name) == 0)
			fprintf(to, PREFIX "port_info{port=\"%d\",device=\"%s\"} 1\n", port,
				escape(name, label));
	begin(to, "port_up", "gauge", "Whether the link is up.");
	for (int port = next_port(-1); port >= 0; port = next_port(port))
		if (rte_eth_link_get_nowait((uint16_t)port, &link) == 0)
			fprintf(to, PREFIX "port_up{port=\"%d\"} %u\n", port, link.link_status);
}

/* What only a driver counts, by its own names. */
static void
write_port_xstats(FILE *to, uint16_t port)
{
	int count = rte_eth_xstats_get_names(port, NULL, 0);
	struct rte_eth_xstat_name *names = calloc(RTE_MAX(count, 1), sizeof(*names));
	struct rte_eth_xstat *values = calloc(RTE_MAX(count, 1), sizeof(*values));
	char label[LABEL_SIZE];

	if (names != NULL && values != NULL &&
	    rte_eth_xstats_get_names(port, names, (unsigned)RTE_MAX(count, 0)) == count &&
	    rte_eth_xstats_get(port, values, (unsigned)RTE_MAX(count, 0)) == count)
		for (int i = 0; i < count; i++)
			fprintf(to, PREFIX "port_xstat{port=\"%u\",name=\"%s\"} %" PRIu64 "\n",
				port, escape(names[values[i].id].name, label),
				values[i].value);
	free(names);
	free(values);
}

static void
write_ports(FILE *to)
{
	write_port_numbers(to);
	write_port_states(to);
	begin(to, "port_xstat", "untyped", "What the port's driver counts, by its own names.");
	for (int port = next_port(-1); port >= 0; port = next_port(port))
		write_port_xstats(to, (uint16_t)port);
}

/* -- Memory ------------------------------------------------------------------------------------ */

static void
write_pool_free(struct rte_mempool *pool, void *to)
{
	char label[LABEL_SIZE];

	fprintf(to, PREFIX "mempool_available{pool=\"%s\"} %u\n", escape(pool->name, label),
		rte_mempool_avail_count(pool));
}

static void
write_pool_size(struct rte_mempool *pool, void *to)
{
	char label[LABEL_SIZE];

	fprintf(to, PREFIX "mempool_size{pool=\"%s\"} %u\n", escape(pool->name, label), pool->size);
}

static void
write_heaps(FILE *to)
{
	struct rte_malloc_socket_stats stats;

	begin(to, "heap_bytes", "gauge", "Bytes of DPDK's heap.");
	for (unsigned i = 0; i < rte_socket_count(); i++)
		if (rte_malloc_get_socket_stats(rte_socket_id_by_idx(i), &stats) == 0)
			fprintf(to, PREFIX "heap_bytes{node=\"%u\"} %zu\n", i,
				stats.heap_totalsz_bytes);
	begin(to, "heap_free_bytes", "gauge", "Bytes of DPDK's heap that are free.");
	for (unsigned i = 0; i < rte_socket_count(); i++)
		if (rte_malloc_get_socket_stats(rte_socket_id_by_idx(i), &stats) == 0)
			fprintf(to, PREFIX "heap_free_bytes{node=\"%u\"} %zu\n", i,
				stats.heap_freesz_bytes);
}

/* A line of /proc/meminfo, in bytes. */
static void
write_memory(FILE *to, const char *line, const char *name, const char *help)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char text[LABEL_SIZE];
	unsigned long kilobytes;

	begin(to, name, "gauge", help);
	while (file != NULL && fgets(text, sizeof(text), file) != NULL)
		if (strncmp(text, line, strlen(line)) == 0 &&
		    sscanf(text + strlen(line), ": %lu", &kilobytes) == 1)
			fprintf(to, PREFIX "%s %lu\n", name, kilobytes * 1024);
	if (file != NULL)
		fclose(file);
}

static void
write_all_memory(FILE *to)
{
	begin(to, "mempool_size", "gauge", "Objects of a memory pool.");
	rte_mempool_walk(write_pool_size, to);
	begin(to, "mempool_available", "gauge", "Objects of a memory pool that nobody has.");
	rte_mempool_walk(write_pool_free, to);
	write_heaps(to);
	write_memory(to, "MemTotal", "memory_bytes", "Memory of the machine.");
	write_memory(to, "MemFree", "memory_free_bytes",
		     "Memory that nobody has, DPDK's heap apart.");
}

/* -- The machine ------------------------------------------------------------------------------- */

static void
write_machine(FILE *to)
{
	struct utsname name;
	struct timespec up;
	char release[LABEL_SIZE], version[LABEL_SIZE];
	unsigned lcore;

	uname(&name);
	clock_gettime(CLOCK_MONOTONIC, &up);
	begin(to, "build_info", "gauge", "What runs.");
	fprintf(to, PREFIX "build_info{release=\"%s\",version=\"%s\",dpdk=\"%s\"} 1\n",
		escape(name.release, release), escape(name.version, version), rte_version());
	begin(to, "uptime_seconds", "gauge", "Time since the start.");
	fprintf(to, PREFIX "uptime_seconds %ld.%03ld\n", (long)up.tv_sec, up.tv_nsec / 1000000);
	begin(to, "tsc_hertz", "gauge", "The rate of the time stamp counter.");
	fprintf(to, PREFIX "tsc_hertz %" PRIu64 "\n", rte_get_tsc_hz());
	begin(to, "lcore_cpu", "gauge", "The CPU of an lcore.");
	RTE_LCORE_FOREACH(lcore)
		fprintf(to, PREFIX "lcore_cpu{lcore=\"%u\"} %d\n", lcore,
			rte_lcore_to_cpu_id((int)lcore));
}

void
metrics_write(FILE *to)
{
	write_machine(to);
	write_ports(to);
	write_all_memory(to);
}
