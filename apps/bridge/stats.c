/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statistics: a line for each port and period, printed by a thread of the control CPU from the
 * counters that the lcores keep anyway, and the device's own for what it dropped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <rte_ethdev.h>

#include "bridge.h"

struct port_counters {
	uint64_t rx, rx_bytes;
	uint64_t tx, tx_bytes;
	uint64_t drops;	  /* received, or seen by the device, and not sent on */
	uint64_t unfilled; /* times that the receive ring was not refilled: no frame is lost yet */
};

#define READ(counter) __atomic_load_n(&(counter), __ATOMIC_RELAXED)

static void
counters_read(uint16_t port, struct port_counters *counters)
{
	struct rte_eth_stats device;

	*counters = (struct port_counters){0};
	for (unsigned i = 0; i < bridge.way_count; i++) {
		struct bridge_way *way = &bridge.ways[i];

		if (way->rx_port == port) {
			counters->rx += READ(way->received);
			counters->rx_bytes += READ(way->received_bytes);
			counters->drops += READ(way->not_sent) + READ(way->too_long);
		}
		if (way->tx_port == port) {
			counters->tx += READ(way->sent);
			counters->tx_bytes += READ(way->sent_bytes);
		}
	}
	if (rte_eth_stats_get(port, &device) == 0) {
		counters->drops += device.imissed + device.ierrors;
		counters->unfilled = device.rx_nombuf;
	}
}

static double
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* Rates are of what was received in the period. */
static void
port_line(uint16_t port, const struct port_counters *now, const struct port_counters *before,
	  double seconds)
{
	printf("port %u: rx %" PRIu64 " tx %" PRIu64 " drops %" PRIu64 ", %.3f Mpps %.1f Mbit/s\n",
	       port, now->rx, now->tx, now->drops, (now->rx - before->rx) / seconds / 1e6,
	       (now->rx_bytes - before->rx_bytes) * 8 / seconds / 1e6);
}

static void
period_print(struct port_counters *before, double seconds)
{
	for (unsigned i = 0; i < bridge.port_count; i++) {
		struct port_counters now;

		counters_read(bridge.ports[i], &now);
		port_line(bridge.ports[i], &now, &before[i], seconds);
		before[i] = now;
	}
	if (bridge.options.verbose)
		speed_line();
}

/* Seconds to sleep: to the next line, or to the end, whichever comes first. */
static unsigned
next_sleep(unsigned elapsed)
{
	unsigned period = bridge.options.stats_seconds, duration = bridge.options.duration;
	unsigned sleep = period == 0 ? 3600 : period - elapsed % period;

	if (links_watched())
		sleep = 1;
	return duration == 0 ? sleep : RTE_MIN(sleep, duration - elapsed);
}

void
stats_run(void)
{
	static struct port_counters before[RTE_MAX_ETHPORTS];
	unsigned period = bridge.options.stats_seconds, elapsed = 0;
	double last = seconds_now();

	for (;;) {
		unsigned sleep = next_sleep(elapsed);

		control_sleep(sleep);
		if (control_ended())
			return;
		elapsed += sleep;
		links_watch();
		if (period != 0 && elapsed % period == 0) {
			double now = seconds_now();

			period_print(before, now - last);
			last = now;
		}
		if (bridge.options.duration != 0 && elapsed >= bridge.options.duration)
			control_end();
	}
}

void
stats_totals(void)
{
	printf("bridge: totals\n");
	for (unsigned i = 0; i < bridge.port_count; i++) {
		struct port_counters total;

		counters_read(bridge.ports[i], &total);
		printf("port %u: rx %" PRIu64 " tx %" PRIu64 " drops %" PRIu64 ", rx_bytes %" PRIu64
		       " tx_bytes %" PRIu64 "\n",
		       bridge.ports[i], total.rx, total.tx, total.drops, total.rx_bytes,
		       total.tx_bytes);
		if (total.unfilled != 0)
			printf("port %u: its receive ring could not be refilled %" PRIu64
			       " times: too few mbufs\n",
			       bridge.ports[i], total.unfilled);
	}
}
