/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How connections of TCP come about and end: by segments that are not there. An end that is done
 * says so (FIN), which leaves the other direction open; what is broken off is reported by an error
 * (RST).
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/sockets/socket.h"

void
socket_tcp_drop_port(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (!socket->port_bound)
		socket_inet_unlist(socket);
}

/* Nothing is left of a connection. */
static void
end_connection(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (socket->state != SOCKET_CONNECTED)
		return;
	socket->state = SOCKET_IDLE;
	socket->input_shut = socket->output_shut = true;
	socket_tcp_drop_port(socket);
	ready_mark(&socket->source, 0);
}

void
socket_tcp_finish(struct socket *socket)
{
	struct socket *peer = socket->peer;

	spin_assert_held(&socket_lock);
	socket->end_sent = true;
	if (peer->state == SOCKET_CONNECTED) {
		peer->end_received = peer->input_shut = true;
		ready_mark(&peer->source, 0);
	}
	if (socket->end_received) {
		end_connection(peer);
		end_connection(socket);
	}
}

void
socket_tcp_refuse(struct socket *socket, int error)
{
	spin_assert_held(&socket_lock);
	socket->error = error;
	socket->input_shut = socket->output_shut = true;
	socket_tcp_drop_port(socket);
	ready_mark(&socket->source, 0);
}

/* The end of a connection that a listener gets. */
static struct socket *
make_server(const struct socket *client, const struct socket *listener)
{
	struct socket *server = socket_make(listener->family, listener->type, listener->protocol);

	spin_assert_held(&socket_lock);
	if (!server)
		return NULL;
	server->name = listener->name;
	server->name.end = client->peer_end;
	server->peer_end = client->name.end;
	server->options = listener->options;
	server->time_to_live = listener->time_to_live;
	server->type_of_service = listener->type_of_service;
	server->keep_idle = listener->keep_idle;
	server->keep_interval = listener->keep_interval;
	server->keep_count = listener->keep_count;
	server->linger = listener->linger;
	server->call = SOCKET_JOINED;
	server->port_bound = listener->port_bound;
	server->address_bound = listener->address_bound;
	server->input_shut = listener->input_shut;
	server->output_shut = listener->output_shut;
	socket_inet_list(server);
	return server;
}

/* A socket that is bound and calls its own name is its own other end (RFC 9293 section 3.5). */
static void
connect_itself(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	socket->peer = socket_hold(socket);
	socket->state = SOCKET_CONNECTED;
	ready_mark(&socket->source, 0);
	if (socket->output_shut)
		socket_tcp_finish(socket);
}

int
socket_tcp_connect(struct socket *client, struct socket *listener)
{
	struct socket *server, **link = &listener->pending;

	spin_assert_held(&socket_lock);
	if (client == listener) {
		connect_itself(client);
		return 0;
	}
	server = make_server(client, listener);
	if (!server)
		return -ENOMEM;
	socket_join(client, server);
	while (*link)
		link = &(*link)->next_pending;
	*link = server;
	listener->pending_count++;
	ready_mark(&listener->source, SOCKET_INPUT_EVENTS);
	ready_mark(&client->source, SOCKET_ROOM_EVENTS);
	if (server->output_shut)
		socket_tcp_finish(server);
	return 0;
}

void
socket_tcp_reset(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (socket->state != SOCKET_CONNECTED)
		return;
	socket->error = socket->end_received ? EPIPE : ECONNRESET;
	end_connection(socket);
}
