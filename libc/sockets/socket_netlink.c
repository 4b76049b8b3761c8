/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets of AF_NETLINK, which only the kernel sends something to.
 */
#include "kernel/base/errno.h"
#include "libc/files/files.h"
#include "libc/sockets/socket.h"

struct file *
socket_netlink_get(int descriptor, int64_t *error)
{
	struct file *file = socket_get(descriptor, error);

	if (!file || socket_is_netlink(socket_of(file)))
		return file;
	file_put(file);
	*error = -EINVAL;
	return NULL;
}

void
socket_netlink_send(struct file *file, const void *bytes, size_t size)
{
	static const struct socket_record record; /* from nobody */
	struct abi_iovec piece = {(void *)(uintptr_t)bytes, size};
	struct pieces pieces = {&piece, 1, 0};
	struct socket *socket = socket_of(file);
	uint64_t flags = spin_lock(&socket_lock);

	if (socket_queue_put(socket, &record, &pieces, size) >= 0)
		ready_mark(&socket->source, SOCKET_INPUT_EVENTS);
	spin_unlock(&socket_lock, flags);
	ready_changed();
}
