/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * load: the far end of a guest's vhost-user ports. Frames leave an even port for the odd one behind
 * it, and the other way round.
 */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_config.h>
#include <rte_ethdev.h>
#include <rte_mempool.h>

#define LOAD_BURST 32
#define LOAD_PORTS 64

/* Shared with the rig, which maps the file and reads at any time (bench/rig/load.py). */
struct load_counters {
	uint64_t sent[LOAD_PORTS];
	uint64_t received[LOAD_PORTS]; /* own frames alone: a guest may send others */
};

extern struct load_counters *load_counters;
extern uint16_t load_ports;

/* Ends the program with a message. */
void load_die(const char *what) __attribute__((noreturn));

/* -- frames.c -- */

/* Makes the frames that each port sends, `size` bytes with the FCS that is not there. */
void frames_make(struct rte_mempool *pool, unsigned size);

/* Sends up to `count` frames, LOAD_BURST at most. Returns how many the guest took. */
unsigned frames_send(uint16_t port, unsigned count);

/* Takes a burst, counts and frees it. Returns how many were own frames. */
unsigned frames_receive(uint16_t port);

#endif
