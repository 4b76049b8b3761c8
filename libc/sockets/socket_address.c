/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of sockets. A bound socket has a node in the tree, which leads to it while it is open and
 * stays behind when it is closed, until somebody removes it.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/lookup.h"
#include "libc/sockets/socket.h"

#define FAMILY_SIZE sizeof(uint16_t)

int
socket_name_load(const struct socket *socket, const void *address, int length,
		 struct socket_name *name)
{
	const struct abi_sockaddr_un *from = address;
	size_t room;

	if (socket->name.inet)
		return socket_inet_load(address, length, name);
	if (!from || length < (int)FAMILY_SIZE || length > (int)sizeof(*from) ||
	    from->family != ABI_AF_UNIX)
		return -EINVAL;
	room = (size_t)length - FAMILY_SIZE;
	if (!room || !from->path[0]) {
		log_warning("libc: a socket's name must be a path: abstract names are not served");
		return -ENOTSUP;
	}
	memset(name, 0, sizeof(*name));
	memcpy(name->path, from->path, string_length_within(from->path, room));
	return 0;
}

void
socket_name_store(const struct socket_name *name, void *address, uint32_t *length)
{
	struct abi_sockaddr_un whole = {.family = ABI_AF_UNIX};
	size_t path = string_length(name->path), size = FAMILY_SIZE;

	if (!address || !length)
		return;
	if (name->inet) {
		*length = (uint32_t)socket_inet_store(name, address, *length);
		return;
	}
	memcpy(whole.path, name->path, path);
	if (path)
		size += MIN(path + 1, sizeof(whole.path));
	memcpy(address, &whole, MIN(*length, size));
	*length = (uint32_t)size;
}

int
socket_find(const struct socket_name *name, struct socket **socket)
{
	struct ramfs_node *node;
	uint64_t flags;
	int error;

	if (name->inet)
		return socket_inet_find(name, socket);
	node = lookup_find(ABI_AT_FDCWD, name->path, true, &error);
	if (!node)
		return error;
	flags = spin_lock(&files_lock);
	error = -ECONNREFUSED;
	if (node->type == RAMFS_SOCKET && node->argument) {
		spin_lock(&socket_lock);
		*socket = socket_hold((struct socket *)node->argument);
		spin_unlock(&socket_lock, 0);
		error = 0;
	}
	ramfs_release(node);
	spin_unlock(&files_lock, flags);
	return error;
}

/* Gives a socket that has none a name. Returns whether it had none. */
static bool
take_name(struct socket *socket, const struct socket_name *name)
{
	uint64_t flags = spin_lock(&socket_lock);
	bool first = !socket->name.path[0];

	if (first)
		socket->name = *name;
	spin_unlock(&socket_lock, flags);
	return first;
}

static int
bind_to(struct socket *socket, const struct socket_name *name)
{
	int error;
	struct ramfs_node *node;
	uint64_t flags;

	if (name->inet)
		return socket_inet_bind(socket, name);
	if (!take_name(socket, name))
		return -EINVAL;
	node = lookup_make(ABI_AT_FDCWD, name->path, RAMFS_SOCKET, 0777, &error);
	if (!node) {
		socket->name.path[0] = '\0';
		return error == -EEXIST ? -EADDRINUSE : error;
	}
	flags = spin_lock(&files_lock);
	node->argument = (uint64_t)socket;
	socket->node = node;
	spin_unlock(&files_lock, flags);
	return 0;
}

void
socket_unbind(struct socket *socket)
{
	uint64_t flags;

	if (socket->name.inet)
		socket_inet_unbind(socket);
	flags = spin_lock(&files_lock);
	if (socket->node) {
		socket->node->argument = 0;
		ramfs_release(socket->node);
		socket->node = NULL;
	}
	spin_unlock(&files_lock, flags);
}

int64_t
sys_bind(int descriptor, const void *address, int length)
{
	struct socket_name name;
	int64_t result;
	struct file *file = socket_get(descriptor, &result);

	if (!file)
		return result;
	result = socket_name_load(socket_of(file), address, length, &name);
	if (!result)
		result = bind_to(socket_of(file), &name);
	file_put(file);
	return result;
}

/* Tells the name of a socket or of the other end of its connection. */
static int64_t
tell_name(int descriptor, void *address, uint32_t *length, bool of_peer)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);
	struct socket *socket;
	struct socket_name name = {0};
	uint64_t flags;

	if (!file)
		return result;
	flags = spin_lock(&socket_lock);
	socket = of_peer ? socket_of(file)->peer : socket_of(file);
	if (socket)
		name = socket->name;
	else
		result = -ENOTCONN;
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
	return tell_name(descriptor, address, length, false);
}

int64_t
sys_getpeername(int descriptor, void *address, uint32_t *length)
{
	return tell_name(descriptor, address, length, true);
}
