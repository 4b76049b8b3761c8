/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bridge: what enters one port leaves the other. Ports are paired in their order: 0 with 1, 2
 * with 3, unless --pairs says otherwise. Public DPDK and POSIX alone: the same program runs on
 * Linux and on the bare machine.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>
#include <rte_config.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mempool.h>

#define BURST_MAX 256
#define QUEUES_MAX 16
#define WAYS_MAX (RTE_MAX_ETHPORTS * QUEUES_MAX)
#define NODES_MAX 32
#define VLAN_TAGS 2 /* that a frame may carry beyond the MTU */

struct bridge_options {
	uint16_t burst;	 /* frames at a time, 1..BURST_MAX */
	uint16_t queues; /* of each port; 0: as many as the lcores can use */
	uint16_t rx_descriptors;
	uint16_t tx_descriptors;
	uint32_t mbufs; /* of each pool; 0: what queues and lcores can hold */
	uint16_t mtu;
	unsigned stats_seconds; /* between statistics; 0: none */
	unsigned duration;	/* seconds; 0: until it is told to end */
	unsigned keepalive_ms;	/* after which an lcore that stands still is named; 0: never */
	bool promiscuous;
	uint16_t pairs[RTE_MAX_ETHPORTS]; /* --pairs: port 0 with 1 of the list, 2 with 3, … */
	unsigned pair_ports;		  /* in that list; 0: all ports in their order */
	bool verbose; /* statistics of the machine, too */
};

/* A way through the bridge: a receive queue, and the queue of the other port that it feeds. */
struct bridge_way {
	uint16_t rx_port, tx_port;
	uint16_t queue;	    /* on both ports: no two ways share one */
	uint32_t frame_max; /* bytes without VLAN tags and FCS */

	/* Written by the way's lcore alone, read by the statistics. */
	uint64_t received;
	uint64_t received_bytes;
	uint64_t sent;
	uint64_t sent_bytes;
	uint64_t not_sent; /* the transmit queue was full */
	uint64_t too_long;
} __rte_cache_aligned;

struct bridge {
	struct bridge_options options;
	uint16_t ports[RTE_MAX_ETHPORTS]; /* those that --pairs leaves out, then pair by pair */
	unsigned port_count;
	unsigned idle; /* that are left out: started, and nothing else */
	uint16_t queues;
	unsigned forwarders; /* lcores that forward: number i has ways i, i + forwarders, … */
	unsigned lcores[RTE_MAX_LCORE];	      /* their ids */
	struct rte_mempool *pools[NODES_MAX]; /* by NUMA node of the ports */
	struct bridge_way ways[WAYS_MAX];
	unsigned way_count;
};

extern struct bridge bridge;

/* -- options.c -- */

/* Reads the arguments behind "--". Returns 0, or -1 after saying what is wrong. */
int options_parse(int argc, char **argv, struct bridge_options *options);
void options_usage(const char *program);

/* -- port.c -- */

/* Finds the ports, chooses the number of queues. Returns 0, or -1 after saying what is wrong. */
int ports_find(void);

/* Configures and starts all ports. Returns 0, or -1 after saying which does not start. */
int ports_start(void);

void ports_stop(void);
void ports_close(void);

/* -- link.c -- */

/* Says how a port's link is. */
void link_print(uint16_t port);

/* The callback for a driver's interrupt: says how the link is then. */
int link_changed(uint16_t port, enum rte_eth_event_type event, void *argument, void *result);

/* Has the link of a port that has started be watched, if its driver has no interrupt for it. */
void links_begin(uint16_t port);

/* Reads the links that are watched, and says what has changed. */
void links_watch(void);

/* Whether there are some. */
bool links_watched(void);

/* -- pool.c -- */

/* The node of a port's pool: the calling lcore's where the port does not tell, as for its rings. */
unsigned port_node(uint16_t port);

/* Makes the pools of mbufs; shortens the queues when memory is short. Returns 0 or -1, said. */
int pools_create(void);

/* Says how many mbufs came back. Returns 0 when all have. Ports are closed. */
int pools_check(void);

/* -- forward.c -- */

/* Lists the lcores that forward: the workers, or the main lcore where it is alone. */
void forward_lcores(void);

/* Makes the ways, and says which lcore has which. */
void forward_plan(void);

/* An lcore's work: forwards on its ways until the bridge ends. */
int forward_run(void *unused);

/* -- keepalive.c -- */

/* Whether lcores are watched; then those that forward call keepalive_mark() again and again. */
bool keepalive_is_on(void);
void keepalive_mark(void);

/* Watches the lcores that forward, if it is asked for. Returns 0, or -1, said. */
int keepalive_start(void);

/* The control thread: looks after them until the bridge ends. */
void keepalive_run(void);

/* -- stats.c -- */

/* The control thread: prints statistics, ends the bridge after its duration. */
void stats_run(void);

/* Prints the control CPU's frequency and what disturbs it, where the machine tells (speed.c). */
void speed_line(void);

/* Prints what each port has received, sent and dropped in all. Ports are not closed. */
void stats_totals(void);

/* -- control.c -- */

/* Starts the threads for statistics and for the keyboard. Returns 0 or -1, said. */
int control_start(void);

/* Ends the thread for statistics, gives the terminal back. */
void control_stop(void);

/* Ends the bridge. Any thread, signal handlers too. */
void control_end(void);
bool control_ended(void);

/* Waits until the bridge ends. For the main lcore, if it does not forward. */
void control_wait(void);

/* Sleeps until the bridge ends, at most that long. For the statistics. */
void control_sleep(unsigned seconds);

/* The same for the keepalive. */
void control_sleep_ms(unsigned ms);

#endif
