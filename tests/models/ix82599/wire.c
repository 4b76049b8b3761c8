/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A UNIX datagram socket holds only a few frames, so what a slow peer has not taken yet is kept
 * here, in order; the device stops transmitting meanwhile.
 */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_BYTES (4 << 20)
#define PATIENCE_US 1000000u

struct wire_frame {
	struct wire_frame *next;
	size_t len;
	uint8_t data[];
};

static bool
parse_udp(const char *text, struct sockaddr_storage *out, socklen_t *len)
{
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	char host[64];
	unsigned port;

	if (sscanf(text, "%63[^:]:%u", host, &port) != 2 || port == 0 || port > 0xFFFF)
		return false;
	in->sin_family = AF_INET;
	in->sin_port = htons((uint16_t)port);
	*len = sizeof(*in);
	return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

static bool
parse_address(const char *text, struct sockaddr_storage *out, socklen_t *len)
{
	struct sockaddr_un *un = (struct sockaddr_un *)out;

	memset(out, 0, sizeof(*out));
	if (!strncmp(text, "udp:", 4))
		return parse_udp(text + 4, out, len);
	if (strncmp(text, "unix:", 5) || strlen(text + 5) >= sizeof(un->sun_path))
		return false;
	un->sun_family = AF_UNIX;
	strcpy(un->sun_path, text + 5);
	*len = sizeof(*un);
	return true;
}

static bool
take_fd(struct wire *wire, const char *number)
{
	int type = 0;
	socklen_t len = sizeof(type);

	wire->fd = atoi(number);
	wire->connected = true;
	if (getsockopt(wire->fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_DGRAM &&
	    fcntl(wire->fd, F_SETFL, O_NONBLOCK) == 0)
		return true;
	fprintf(stderr, "ix82599: wire fd:%s is not a datagram socket\n", number);
	return false;
}

static void
enlarge(int fd)
{
	int bytes = SOCKET_BYTES;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

bool
wire_open(struct wire *wire, const char *local, const char *peer)
{
	struct sockaddr_storage address;
	socklen_t len;

	*wire = (struct wire){.fd = -1};
	wire->last = &wire->first;
	if (!strncmp(local, "fd:", 3) && !peer) {
		if (!take_fd(wire, local + 3))
			return false;
		enlarge(wire->fd);
		return true;
	}
	if (!peer || !parse_address(local, &address, &len) ||
	    !parse_address(peer, &wire->peer, &wire->peer_len) ||
	    address.ss_family != wire->peer.ss_family) {
		fprintf(stderr,
			"ix82599: wire %s to %s: fd:N alone, or unix:PATH or udp:HOST:PORT "
			"for both\n",
			local, peer ? peer : "nothing");
		return false;
	}
	wire->fd = socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (address.ss_family == AF_UNIX)
		unlink(((struct sockaddr_un *)&address)->sun_path);
	if (wire->fd < 0 || bind(wire->fd, (struct sockaddr *)&address, len) < 0) {
		fprintf(stderr, "ix82599: wire %s: %s\n", local, strerror(errno));
		wire_close(wire);
		return false;
	}
	enlarge(wire->fd);
	return true;
}

static void
drop_waiting(struct wire *wire)
{
	while (wire->first) {
		struct wire_frame *next = wire->first->next;

		free(wire->first);
		wire->first = next;
		wire->lost++;
	}
	wire->last = &wire->first;
	wire->waiting = 0;
}

void
wire_close(struct wire *wire)
{
	drop_waiting(wire);
	if (wire->fd >= 0)
		close(wire->fd);
	wire->fd = -1;
}

enum sent { SENT, TRY_LATER, NOBODY };

/* Connected, so that poll() tells when a UNIX peer has room; a peer that came anew is connected to
 * anew. */
static enum sent
try_send(struct wire *wire, const uint8_t *frame, size_t len)
{
	for (unsigned tries = 0; tries < 2; tries++) {
		if (!wire->connected &&
		    connect(wire->fd, (struct sockaddr *)&wire->peer, wire->peer_len) < 0)
			return NOBODY;
		wire->connected = true;
		if (send(wire->fd, frame, len, MSG_NOSIGNAL) >= 0)
			return SENT;
		if (errno == EAGAIN || errno == ENOBUFS)
			return TRY_LATER;
		wire->connected = !wire->peer_len; /* fd:N has no other peer to look for */
	}
	return NOBODY;
}

static void
keep(struct wire *wire, const uint8_t *frame, size_t len, uint64_t now_us)
{
	struct wire_frame *f = malloc(sizeof(*f) + len);

	if (!f) {
		wire->lost++;
		return;
	}
	f->next = NULL;
	f->len = len;
	memcpy(f->data, frame, len);
	if (!wire->first)
		wire->give_up_us = now_us + PATIENCE_US;
	*wire->last = f;
	wire->last = &f->next;
	wire->waiting++;
}

static void
count(struct wire *wire, enum sent result)
{
	if (result == SENT)
		wire->sent++;
	else if (result == NOBODY)
		wire->lost++;
}

void
wire_send(struct wire *wire, const uint8_t *frame, size_t len, uint64_t now_us)
{
	enum sent result = wire->first ? TRY_LATER : try_send(wire, frame, len);

	count(wire, result);
	if (result == TRY_LATER)
		keep(wire, frame, len, now_us);
}

void
wire_flush(struct wire *wire, uint64_t now_us)
{
	while (wire->first) {
		struct wire_frame *f = wire->first;
		enum sent result = try_send(wire, f->data, f->len);

		if (result == TRY_LATER) {
			if (now_us > wire->give_up_us)
				drop_waiting(wire);
			return;
		}
		count(wire, result);
		wire->give_up_us = now_us + PATIENCE_US;
		wire->first = f->next;
		if (!wire->first)
			wire->last = &wire->first;
		wire->waiting--;
		free(f);
	}
}

bool
wire_busy(const struct wire *wire)
{
	return wire->first != NULL;
}

size_t
wire_receive(struct wire *wire, uint8_t *buf, size_t size)
{
	ssize_t len = recv(wire->fd, buf, size, MSG_TRUNC);

	if (len <= 0)
		return 0;
	wire->received++;
	return (size_t)len > size ? size : (size_t)len;
}
