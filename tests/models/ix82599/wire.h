/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The wire: one raw Ethernet frame per datagram, without FCS, as QEMU's -netdev dgram has it, over
 * UNIX sockets or UDP on the loopback interface.
 */
#ifndef IX82599_WIRE_H
#define IX82599_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct wire_frame;

struct wire {
	int fd;
	struct sockaddr_storage peer;
	socklen_t peer_len;
	bool connected;
	struct wire_frame *first, **last;	/* waiting for the peer to read */
	unsigned waiting;
	uint64_t give_up_us;
	uint64_t sent, received, lost;
};

/* Opens "unix:PATH" or "udp:127.0.0.1:PORT" for local, which is created, and peer, which need not
 * exist yet; or takes "fd:N", a connected datagram socket, with peer NULL. False: said on
 * stderr. */
bool wire_open(struct wire *wire, const char *local, const char *peer);
void wire_close(struct wire *wire);
void wire_send(struct wire *wire, const uint8_t *frame, size_t len, uint64_t now_us);
/* Sends what waits. A peer that reads nothing for a second loses it. */
void wire_flush(struct wire *wire, uint64_t now_us);
/* The transmitter should wait while the peer does not read. */
bool wire_busy(const struct wire *wire);
/* One datagram into buf; 0: none there. */
size_t wire_receive(struct wire *wire, uint8_t *buf, size_t size);

#endif
