/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How connections come about. connect() makes the other end at once and lists it with the
 * listener; the connection may be written to before accept() takes it from there.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket.h"

#define BACKLOG_MAX 128

static int
start_listening(struct socket *socket, int32_t backlog)
{
	uint64_t flags = spin_lock(&socket_lock);
	int result = 0;

	if (!socket_connects(socket)) {
		result = -ENOTSUP;
	} else if (!socket_has_name(socket) || socket->state == SOCKET_CONNECTED) {
		result = -EINVAL;
	} else {
		socket->state = SOCKET_LISTENING;
		socket->backlog = (unsigned)MIN(MAX(backlog, 0), BACKLOG_MAX);
	}
	spin_unlock(&socket_lock, flags);
	return result;
}

int64_t
sys_listen(int descriptor, int backlog)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);

	if (!file)
		return result;
	if (socket_of(file)->name.inet)
		result = socket_inet_listen(socket_of(file));
	if (!result)
		result = start_listening(socket_of(file), backlog);
	file_put(file);
	return result;
}

/* Lists a connection with its listener as the newest. */
static void
list_pending(struct socket *listener, struct socket *pending)
{
	struct socket **link = &listener->pending;

	while (*link)
		link = &(*link)->next_pending;
	*link = pending;
	listener->pending_count++;
	ready_mark(&listener->source, SOCKET_INPUT_EVENTS);
}

/*
 * Names the end of a connection that a listener gets, which was called by a name. What was bound to
 * any address has one from now on.
 */
static void
name_ends(struct socket *client, struct socket *server, const struct socket *listener,
	  const struct socket_name *called)
{
	server->name = listener->name;
	if (!server->name.inet)
		return;
	if (!server->name.address)
		server->name.address = called->address ? called->address : SOCKET_INET_LOOPBACK;
	if (!client->name.address)
		client->name.address = SOCKET_INET_LOOPBACK;
}

/* Connects if it can be done at once: 0, -EAGAIN (too many wait for accept()) or -errno. */
static int
try_connect(struct socket *client, struct socket *listener, const struct socket_name *called)
{
	struct socket *server;

	if (client->state != SOCKET_IDLE)
		return client->state == SOCKET_CONNECTED ? -EISCONN : -EINVAL;
	if (listener->type != client->type)
		return -EPROTOTYPE;
	if (listener->closed || listener->state != SOCKET_LISTENING || listener->input_shut)
		return -ECONNREFUSED;
	if (listener->pending_count > listener->backlog)
		return -EAGAIN;
	server = socket_make(client->type);
	if (!server)
		return -ENOMEM;
	name_ends(client, server, listener, called);
	socket_join(client, server);
	list_pending(listener, server);
	return 0;
}

static int
connect_stream(struct file *file, struct socket *listener, const struct socket_name *called)
{
	struct socket *client = socket_of(file);
	uint64_t deadline = socket_deadline(client->send_timeout);

	for (;;) {
		struct ready_state state;
		uint64_t flags;
		int result;

		ready_look(&state);
		flags = spin_lock(&socket_lock);
		result = try_connect(client, listener, called);
		spin_unlock(&socket_lock, flags);
		if (!result)
			ready_changed();
		if (result == -EAGAIN) {
			result = socket_block(file, &state, deadline);
			if (!result)
				continue;
		}
		return result;
	}
}

/* Fixes whom datagrams go to. */
static int
connect_datagram(struct socket *socket, struct socket *to)
{
	uint64_t flags = spin_lock(&socket_lock);
	int result = 0;

	if (socket_connects(to)) {
		result = -EPROTOTYPE;
	} else if (to->peer && to->peer != socket) {
		result = -EPERM;
	} else {
		if (socket->peer)
			socket_release(socket->peer);
		socket->peer = socket_hold(to);
		socket->state = SOCKET_CONNECTED;
	}
	spin_unlock(&socket_lock, flags);
	return result;
}

int64_t
sys_connect(int descriptor, const void *address, int length)
{
	struct socket_name name;
	struct socket *to;
	int64_t result;
	struct file *file = socket_get(descriptor, &result);
	uint64_t flags;

	if (!file)
		return result;
	result = socket_name_load(socket_of(file), address, length, &name);
	if (!result && name.inet)
		result = socket_inet_name(socket_of(file), SOCKET_INET_LOOPBACK);
	if (!result)
		result = socket_find(&name, &to);
	if (!result) {
		result = socket_connects(socket_of(file)) ? connect_stream(file, to, &name)
							  : connect_datagram(socket_of(file), to);
		flags = spin_lock(&socket_lock);
		socket_release(to);
		spin_unlock(&socket_lock, flags);
	}
	file_put(file);
	return result;
}

/* -- accept() --------------------------------------------------------------------------------- */

/* Takes the oldest connection that waits. NULL and *error: -EAGAIN when there is none. */
static struct socket *
try_accept(struct socket *listener, int64_t *error)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *pending = listener->pending;

	if (!socket_connects(listener))
		*error = -ENOTSUP;
	else if (listener->state != SOCKET_LISTENING || (!pending && listener->input_shut))
		*error = -EINVAL;
	else
		*error = pending ? 0 : -EAGAIN;
	if (!*error) {
		listener->pending = pending->next_pending;
		listener->pending_count--;
	}
	spin_unlock(&socket_lock, flags);
	return *error ? NULL : pending;
}

static struct socket *
wait_for_connection(struct file *file, int64_t *error)
{
	struct socket *listener = socket_of(file);
	uint64_t deadline = socket_deadline(listener->receive_timeout);

	for (;;) {
		struct ready_state state;
		struct socket *socket;

		ready_look(&state);
		socket = try_accept(listener, error);
		if (*error != -EAGAIN)
			return socket;
		*error = socket_block(file, &state, deadline);
		if (*error)
			return NULL;
	}
}

static int64_t
accept_on(int descriptor, void *address, uint32_t *length, int flags)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);
	struct socket *socket;
	struct socket_name name = {0};

	if (!file)
		return result;
	if (flags & ~(ABI_O_CLOEXEC | ABI_O_NONBLOCK))
		result = -EINVAL;
	socket = result ? NULL : wait_for_connection(file, &result);
	if (socket) {
		name = socket->peer->name;
		/* Without a descriptor the connection is broken. */
		result = descriptor_add_new(socket_open(socket, flags & ABI_O_NONBLOCK), flags);
		ready_changed();
	}
	if (result >= 0)
		socket_name_store(&name, address, length);
	file_put(file);
	return result;
}

int64_t
sys_accept(int descriptor, void *address, uint32_t *length)
{
	return accept_on(descriptor, address, length, 0);
}

int64_t
sys_accept4(int descriptor, void *address, uint32_t *length, int flags)
{
	return accept_on(descriptor, address, length, flags);
}
