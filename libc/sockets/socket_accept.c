/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The side of a connection that waits for it: listen() and accept().
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket.h"
#include "libc/sockets/socket_far.h"

#define BACKLOG_MAX 4096

static int
listen_unix(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	return !socket->name.length || socket->state == SOCKET_CONNECTED ? -EINVAL : 0;
}

static int
listen_tcp(struct socket *socket)
{
	int result;

	spin_assert_held(&socket_lock);
	if (socket->call != SOCKET_FREE || socket->state == SOCKET_CONNECTED ||
	    socket->state == SOCKET_ASKING)
		return -EINVAL;
	result = socket_inet_take_port(socket);
	return result ? result : socket_inet_check_listen(socket);
}

static int
start_listening(struct socket *socket, int backlog)
{
	uint64_t flags = spin_lock(&socket_lock);
	int result;

	if (!socket_connects(socket))
		result = -ENOTSUP;
	else
		result = (socket_is_unix(socket) ? listen_unix : listen_tcp)(socket);
	if (!result) {
		socket->state = SOCKET_LISTENING;
		socket->backlog = MIN((unsigned)backlog, BACKLOG_MAX);
	}
	spin_unlock(&socket_lock, flags);
	ready_changed(); /* there may be room for who waits */
	return result;
}

/* That nothing comes from outside is logged once. */
static void
say_alone(const struct socket *socket)
{
	static bool logged;

	if (!__atomic_exchange_n(&logged, true, __ATOMIC_RELAXED))
		log_warning("libc: listen: TCP port %u is for this program alone: there is no "
			    "network stack",
			    __builtin_bswap16(socket->name.end.port));
}

int64_t
sys_listen(int descriptor, int backlog)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);

	if (!file)
		return result;
	result = start_listening(socket_of(file), backlog);
	if (!result && socket_is_tcp(socket_of(file)) && !socket_far)
		say_alone(socket_of(file));
	file_put(file);
	return result;
}

/* Takes the oldest connection that waits. NULL and *error: -EAGAIN when there is none. */
static struct socket *
try_accept(struct socket *listener, bool blocks, int64_t *error)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *pending = listener->pending;

	if (!socket_connects(listener))
		*error = -ENOTSUP;
	else if (listener->state != SOCKET_LISTENING ||
		 (!pending && blocks && socket_is_unix(listener) && listener->input_shut))
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
		socket = try_accept(listener, !(file->flags & ABI_O_NONBLOCK), error);
		if (*error != -EAGAIN)
			return socket;
		*error = socket_block(file, &state, deadline);
		if (*error)
			return NULL;
	}
}

/* Whom a connection is with, though it may be over. */
static struct socket_name
caller_of(const struct socket *socket)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket_name name = {.family = socket->family};

	if (!socket_is_unix(socket))
		name = socket_name_of_end(socket->family, &socket->peer_end);
	else if (socket->peer)
		name = socket->peer->name;
	spin_unlock(&socket_lock, flags);
	return name;
}

static int64_t
accept_on(int descriptor, void *address, uint32_t *length, int flags)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);
	struct socket *socket;
	struct socket_name name;

	if (!file)
		return result;
	if (flags & ~(ABI_O_CLOEXEC | ABI_O_NONBLOCK))
		result = -EINVAL;
	socket = result ? NULL : wait_for_connection(file, &result);
	if (socket) {
		name = caller_of(socket);
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
