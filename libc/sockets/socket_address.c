/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Giving sockets names, and telling them.
 */
#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/sockets/socket.h"

int64_t
sys_bind(int descriptor, const void *address, int length)
{
	struct socket_name name;
	int64_t result;
	struct file *file = socket_get(descriptor, &result);
	struct socket *socket;

	if (!file)
		return result;
	socket = socket_of(file);
	result = socket_name_load(socket, address, length, &name);
	if (!result)
		result = socket_is_unix(socket) ? socket_unix_bind(socket, &name)
						: socket_inet_bind(socket, &name);
	file_put(file);
	return result;
}

/* The name of the other end of a connection. Returns 0, or -ENOTCONN. */
static int
peer_name(const struct socket *socket, struct socket_name *name)
{
	spin_assert_held(&socket_lock);
	if (socket_is_unix(socket)) {
		if (!socket->peer)
			return -ENOTCONN;
		*name = socket->peer->name;
		return 0;
	}
	if (socket->state != SOCKET_CONNECTED)
		return -ENOTCONN;
	*name = socket_name_of_end(socket->family, &socket->peer_end);
	return 0;
}

static int64_t
store_name(int descriptor, void *address, uint32_t *length, bool of_peer)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);
	struct socket_name name;
	uint64_t flags;

	if (!file)
		return result;
	if ((int32_t)*length < 0) {
		file_put(file);
		return -EINVAL;
	}
	flags = spin_lock(&socket_lock);
	name = socket_of(file)->name;
	if (socket_is_netlink(socket_of(file)))
		result = -ENOTSUP;
	else if (of_peer)
		result = peer_name(socket_of(file), &name);
	spin_unlock(&socket_lock, flags);
	if (!result)
		socket_name_store(&name, address, length);
	file_put(file);
	return result;
}

/* getsockname(descriptor, address, length) */
int64_t
sys_getsockname(int descriptor, void *address, uint32_t *length)
{
	return store_name(descriptor, address, length, false);
}

int64_t
sys_getpeername(int descriptor, void *address, uint32_t *length)
{
	return store_name(descriptor, address, length, true);
}
