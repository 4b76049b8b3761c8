/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * portcheck [EAL options] -- CHECK [NUMBER]: what a port's driver promises, tried from inside. The
 * test outside sends frames, the last of them with END_TYPE, and reads the lines that begin with
 * "portcheck:".
 *
 *	restart N	two ports on one cable: N times start, frames both ways, stop
 *	spread Q	port 0 with Q receive queues: frames by queue, each hash verified
 *	flow Q		port 0 with Q queues: flow rules to each, with a mark and without
 *	offload		port 0: checksums, VLAN tag and segmentation left to the hardware
 *	filter		port 0: address, multicast and VLAN filters, in five phases
 *	reset N		port 0: N times start, frames, stop and reset at any moment
 *	watch N		port 0: statistics and link, a line a second for N seconds
 *
 * Exit status 0: all as promised so far as can be seen from inside.
 */
#ifndef PORTCHECK_H
#define PORTCHECK_H

#include <stdint.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#define BURST 32
#define RING_DESCRIPTORS 256
#define LINK_SECONDS 20
#define END_TYPE 0x88b5		/* IEEE 802 local experimental EtherType 1 */
#define END_SECONDS 120
#define QUEUES_MAX 16

/* Says a line and ends the program with status 1. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Configures and starts a port with so many receive queues and one transmit queue, or fails. */
void port_start(uint16_t port, uint16_t queues, const struct rte_eth_conf *conf);
void port_stop(uint16_t port);
/* Waits until the link is up; fails after LINK_SECONDS. */
void port_wait_link(uint16_t port);
struct rte_mempool *port_pool(void);
/* Hands each frame of port 0 to `judge`, which does not keep it, until a frame with the EtherType
 * END_TYPE has come and the queues are empty; fails if that takes END_SECONDS. Counts the frames of
 * each queue, the last one left out. */
void port_receive(unsigned queues, void (*judge)(uint16_t queue, const struct rte_mbuf *m),
		  unsigned *count);

void check_restart(unsigned rounds);
void check_spread(unsigned queues);
void check_flow(unsigned queues);
void check_offload(void);
void check_filter(void);
void check_reset(unsigned rounds);
void check_watch(unsigned seconds);

#endif
