/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How sockets go. An end of AF_UNIX that goes shuts both directions of the other, as Linux does it;
 * one of TCP only says that it has nothing more to send, or breaks the connection off if it was
 * sent what nobody has read. The other end keeps it, so that it is known to be gone.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/sockets/socket.h"
#include "libc/sockets/socket_far.h"

/* Notifies the other end of a connection of AF_UNIX that this one is gone. */
static void
let_peer_go(struct socket *socket, bool unread)
{
	struct socket *peer = socket->peer;

	spin_assert_held(&socket_lock);
	socket->peer = NULL;
	if (!peer)
		return;
	if (socket_connects(socket)) {
		peer->input_shut = peer->output_shut = true;
		if (unread)
			peer->error = ECONNRESET;
		ready_mark(&peer->source, 0);
	}
	socket_release(peer);
}

/* The same of TCP: what was not read breaks the connection off. */
static void
leave_connection(struct socket *socket)
{
	struct socket *peer = socket->peer;

	spin_assert_held(&socket_lock);
	if (socket->state == SOCKET_ASKING) {
		socket_tcp_reset(peer);
	} else if (socket->state == SOCKET_CONNECTED && peer) {
		if (socket->bytes || (socket->linger.on && !socket->linger.seconds))
			socket_tcp_reset(peer);
		else if (!socket->end_sent)
			socket_tcp_finish(socket);
	}
	socket_far_look(socket);
	socket->peer = NULL;
	if (peer)
		socket_release(peer);
}

/* Lets all go that a listener has not accepted. */
static void
abandon_pending(struct socket *listener)
{
	spin_assert_held(&socket_lock);
	while (listener->pending) {
		struct socket *pending = listener->pending;

		listener->pending = pending->next_pending;
		listener->pending_count--;
		if (pending->peer && socket_is_tcp(pending))
			socket_tcp_reset(pending->peer);
		else if (pending->peer)
			pending->peer->error = ECONNRESET;
		socket_abandon(pending);
	}
}

void
socket_abandon(struct socket *socket)
{
	const struct socket_record *first = socket_queue_first(socket);
	bool unread = first && (first->length || socket->records > 1); /* not an empty one */

	spin_assert_held(&socket_lock);
	socket->closed = true;
	if (socket_is_unix(socket))
		let_peer_go(socket, unread);
	else if (socket_is_tcp(socket))
		leave_connection(socket);
	if (!socket_is_unix(socket))
		socket_inet_unlist(socket);
	socket_queue_empty(socket);
	abandon_pending(socket);
	socket_release(socket);
}

void
socket_disconnect(struct socket *socket)
{
	struct socket *peer = socket->peer;

	spin_assert_held(&socket_lock);
	abandon_pending(socket);
	if (socket->state == SOCKET_CONNECTED || socket->state == SOCKET_ASKING) {
		socket_tcp_reset(peer);
		socket->error = ECONNRESET;
	}
	socket->peer = NULL;
	if (peer)
		socket_release(peer);
	socket_queue_empty(socket);
	if (socket->state != SOCKET_IDLE)
		socket_tcp_drop_port(socket);
	socket_inet_drop_address(socket);
	socket->state = SOCKET_IDLE;
	socket->call = SOCKET_FREE;
	socket->peer_end = (struct socket_end){.port = 0};
	socket->input_shut = socket->output_shut = false;
	socket->end_sent = socket->end_received = false;
	ready_mark(&socket->source, 0);
}
