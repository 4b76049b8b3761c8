/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The side of a connection that asks for it. connect() makes the other end at once and lists it
 * with the listener; the connection may be written to before accept() takes it from there.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket.h"
#include "libc/sockets/socket_connect.h"

/* -- Connections of AF_UNIX -------------------------------------------------------------------- */

/* Lists a connection with its listener as the newest. */
static void
list_pending(struct socket *listener, struct socket *pending)
{
	struct socket **link = &listener->pending;

	spin_assert_held(&socket_lock);
	while (*link)
		link = &(*link)->next_pending;
	*link = pending;
	listener->pending_count++;
	ready_mark(&listener->source, SOCKET_INPUT_EVENTS);
}

/* Connects if it can be done at once: 0, -EAGAIN (too many wait for accept()) or -errno. */
static int
try_connect(struct socket *client, struct socket *listener)
{
	struct socket *server;

	spin_assert_held(&socket_lock);
	if (listener->closed || listener->state != SOCKET_LISTENING || listener->input_shut)
		return -ECONNREFUSED;
	if (listener->pending_count > listener->backlog)
		return -EAGAIN;
	if (client->state != SOCKET_IDLE)
		return client->state == SOCKET_CONNECTED ? -EISCONN : -EINVAL;
	server = socket_make(client->family, client->type, client->protocol);
	if (!server)
		return -ENOMEM;
	server->name = listener->name;
	server->options = listener->options & SOCKET_PASS_CREDENTIALS;
	socket_join(client, server);
	list_pending(listener, server);
	ready_mark(&client->source, 0);
	return 0;
}

/* Who waits looks for the listener again, which may be another. */
static int
connect_unix(struct file *file, const struct socket_name *name)
{
	struct socket *client = socket_of(file), *listener;
	uint64_t deadline = socket_deadline(client->send_timeout);

	for (;;) {
		struct ready_state state;
		uint64_t flags;
		int result;

		ready_look(&state);
		result = socket_unix_find(name, client->type, &listener);
		if (result)
			return result;
		flags = spin_lock(&socket_lock);
		result = try_connect(client, listener);
		socket_release(listener);
		spin_unlock(&socket_lock, flags);
		if (result == -EAGAIN) {
			result = socket_block(file, &state, deadline);
			if (!result)
				continue;
		}
		return result;
	}
}

/* -- Whom messages of AF_UNIX go to ------------------------------------------------------------ */

/* What has come from somebody is lost with the link to them, who are notified. */
static void
leave_peer(struct socket *socket, struct socket *other)
{
	spin_assert_held(&socket_lock);
	if (socket->records) {
		socket_queue_empty(socket);
		if (!other->closed && other->peer == socket) {
			other->error = ECONNRESET;
			ready_mark(&other->source, ABI_POLLERR);
		}
	}
	other->state = SOCKET_IDLE;
}

/* Fixes whom messages go to; NULL: nobody. */
static int
link_to(struct socket *socket, struct socket *to)
{
	struct socket *before = socket->peer;

	spin_assert_held(&socket_lock);
	if (to && to->peer && to->peer != socket)
		return -EPERM;
	socket->peer = to ? socket_hold(to) : NULL;
	if (before && before != to)
		leave_peer(socket, before);
	if (before)
		socket_release(before);
	socket->state = to ? SOCKET_CONNECTED : SOCKET_IDLE;
	if (to)
		to->state = SOCKET_CONNECTED;
	return 0;
}

static int
connect_messages(struct socket *socket, const struct socket_name *name)
{
	struct socket *to = NULL;
	uint64_t flags;
	int result = name ? socket_unix_find(name, socket->type, &to) : 0;

	if (result)
		return result;
	flags = spin_lock(&socket_lock);
	result = link_to(socket, to);
	if (to)
		socket_release(to);
	spin_unlock(&socket_lock, flags);
	return result;
}

/* -- The call ---------------------------------------------------------------------------------- */

static int64_t
connect_to(struct file *file, const void *address, int length)
{
	struct socket *socket = socket_of(file);
	const uint16_t *family = address;
	bool nobody = length >= (int)SOCKET_FAMILY_SIZE && *family == ABI_AF_UNSPEC;
	struct socket_name name;
	int result;

	if (!address || length < (int)SOCKET_FAMILY_SIZE)
		return -EINVAL;
	if (!socket_is_unix(socket))
		return socket_connect_inet(file, nobody ? NULL : address, length);
	if (nobody && !socket_connects(socket))
		return connect_messages(socket, NULL);
	result = socket_name_load(socket, address, length, &name);
	if (!result && !name.length)
		result = -EINVAL;
	if (!result && (socket->options & SOCKET_PASS_CREDENTIALS) && !socket->name.length)
		result = socket_unix_bind(socket, &(struct socket_name){.family = ABI_AF_UNIX});
	if (result)
		return result;
	return socket_connects(socket) ? connect_unix(file, &name)
				       : connect_messages(socket, &name);
}

int64_t
sys_connect(int descriptor, const void *address, int length)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);

	if (!file)
		return result;
	result = connect_to(file, address, length);
	file_put(file);
	ready_changed();
	return result;
}
