/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets that reach other machines. What carries them there is not known here: libc/far/, which
 * is in an image that has a network stack, registers itself.
 */
#ifndef LIBC_SOCKET_FAR_H
#define LIBC_SOCKET_FAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pieces;
struct socket;
struct socket_end;

/* All but the first two are called with socket_lock held. */
struct socket_far_operations {
	/* Whether an address is this machine's, beside the loopback. Any thread. */
	bool (*is_own)(const uint8_t address[16]);

	/* The own address that another is reached from; false when there is no way. Any thread. */
	bool (*source_for)(const uint8_t address[16], uint8_t own[16]);

	/*
	 * Asks for a connection to client->peer_end from client->name.end: joins the client with an
	 * end of the stack's, and makes its state SOCKET_ASKING. Returns 0, or -ENOMEM.
	 */
	int (*connect)(struct socket *client);

	/* Bytes have been taken of what an end of the stack's has sent. */
	void (*taken)(struct socket *far);

	/* A datagram. Returns its size, -EAGAIN (no room), -EACCES (broadcast not allowed). */
	int64_t (*send)(struct socket *from, const struct socket_end *source,
			const struct socket_end *to, struct pieces *pieces, size_t size);
};

/* NULL: there is no stack. Set once, before main(). */
extern const struct socket_far_operations *socket_far;

/* Has the stack look at the other end's options and state. socket_lock is held. */
void socket_far_look(struct socket *socket);

#endif
