/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * connect() for TCP and UDP. Over loopback a connection is there at once, or refused, and to
 * another machine when that has answered; but who is not to block is answered as on Linux that it
 * is on its way, and by poll() and SO_ERROR, or another call, what has become of it.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket.h"
#include "libc/sockets/socket_connect.h"
#include "libc/sockets/socket_far.h"

/* Where an address leads to; `error` instead: 0 or -errno. */
struct target {
	struct socket_end end;
	int error;
};

static struct target
target_of(const struct socket *socket, const void *address, int length)
{
	struct socket_name name;
	int error = socket_name_load(socket, address, length, &name);

	if (!error)
		error = socket_inet_resolve(&name.end);
	return (struct target){name.end, error};
}

/* What a call says of a connection that is begun; -EAGAIN: it is to wait for that. */
static int
conclude(struct socket *socket, bool blocks)
{
	int error;

	spin_assert_held(&socket_lock);
	if (socket->state == SOCKET_ASKING)
		return blocks ? -EAGAIN : -EALREADY;
	if (socket->state == SOCKET_CONNECTED) {
		socket->call = SOCKET_JOINED;
		return 0;
	}
	error = socket_take_error(socket);
	socket_disconnect(socket);
	return error ? error : -ECONNABORTED;
}

/* Has a socket begin to connect: 0, also where nobody listens; -EAGAIN: too many wait. */
static int
begin_connect(struct socket *socket, const struct socket_end *to)
{
	struct socket *listener;
	int result = socket_inet_take_port(socket);

	spin_assert_held(&socket_lock);
	if (result)
		return result;
	socket_inet_take_address(socket, to);
	listener = socket_inet_is_far(to) ? NULL : socket_inet_find(socket, to);
	if (listener && listener->pending_count > listener->backlog)
		return -EAGAIN;
	socket->peer_end = *to;
	socket->error = 0;
	if (listener)
		result = socket_tcp_connect(socket, listener);
	else if (socket_inet_is_far(to))
		result = socket_far->connect(socket);
	else
		socket_tcp_refuse(socket, ECONNREFUSED);
	if (!result)
		socket->call = SOCKET_CONNECTING;
	return result;
}

static int
try_connect_inet(struct socket *socket, const struct target *to, bool blocks)
{
	int result;

	spin_assert_held(&socket_lock);
	switch (socket->call) {
	case SOCKET_JOINED:
		return -EISCONN;
	case SOCKET_BROKEN:
		return -EINVAL;
	case SOCKET_CONNECTING:
		return conclude(socket, blocks);
	case SOCKET_FREE:
		break;
	}
	if (socket->state != SOCKET_IDLE)
		return -EISCONN;
	result = to->error ? to->error : begin_connect(socket, &to->end);
	if (result)
		return result;
	return blocks ? conclude(socket, true) : -EINPROGRESS;
}

static int64_t
connect_tcp(struct file *file, const struct target *to)
{
	struct socket *socket = socket_of(file);
	uint64_t deadline = socket_deadline(socket->send_timeout);
	bool blocks = !(file->flags & ABI_O_NONBLOCK);

	for (;;) {
		struct ready_state state;
		uint64_t flags;
		int result;

		ready_look(&state);
		flags = spin_lock(&socket_lock);
		result = try_connect_inet(socket, to, blocks);
		spin_unlock(&socket_lock, flags);
		if (result == -EAGAIN) {
			result = socket_block(file, &state, deadline);
			if (!result)
				continue;
			if (result == -EAGAIN && socket->call == SOCKET_CONNECTING)
				result = -EINPROGRESS; /* the time to wait is over */
		}
		return result;
	}
}

/* Fixes whom messages go to, and come from. */
static int
link_to_target(struct socket *socket, const struct target *target)
{
	const struct socket_end *to = &target->end;
	int result = socket_inet_take_port(socket);

	spin_assert_held(&socket_lock);
	if (!result)
		result = target->error;
	if (result)
		return result;
	socket_inet_take_address(socket, to);
	socket->peer_end = *to;
	socket->state = SOCKET_CONNECTED;
	return 0;
}

/* Undoes it. A port and an address that were not asked for go as well. */
static void
unlink_from(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	socket->state = SOCKET_IDLE;
	socket->peer_end = (struct socket_end){.port = 0};
	socket_inet_drop_address(socket);
	if (!socket->port_bound) {
		socket_inet_unlist(socket);
		socket->name.end.port = 0;
	}
}

int64_t
socket_connect_inet(struct file *file, const void *address, int length)
{
	struct socket *socket = socket_of(file);
	struct target to = {.error = 0};
	uint64_t flags;
	int64_t result = 0;

	if (address)
		to = target_of(socket, address, length);
	if (socket_is_tcp(socket) && address)
		return connect_tcp(file, &to);
	flags = spin_lock(&socket_lock);
	if (address)
		result = link_to_target(socket, &to);
	else if (socket_is_tcp(socket))
		socket_disconnect(socket);
	else
		unlink_from(socket);
	spin_unlock(&socket_lock, flags);
	return result;
}
