/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * shutdown(). Of AF_UNIX both ends of a connection are shut at once; of TCP the other end hears of
 * it only when nothing more is sent.
 */
#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/sockets/socket.h"

#define ABI_SHUT_RD 0
#define ABI_SHUT_WR 1
#define ABI_SHUT_RDWR 2

static int64_t
shut_unix(struct socket *socket, bool input, bool output)
{
	struct socket *peer = socket_connects(socket) ? socket->peer : NULL;

	spin_assert_held(&socket_lock);
	socket->input_shut |= input;
	socket->output_shut |= output;
	ready_mark(&socket->source, 0);
	if (peer) {
		peer->output_shut |= input;
		peer->input_shut |= output;
		ready_mark(&peer->source, 0);
	}
	return 0;
}

/* The flags are set even where there is no connection. A listener ends listening. */
static int64_t
shut_inet(struct socket *socket, bool input, bool output)
{
	enum socket_state before = socket->state;

	spin_assert_held(&socket_lock);
	if (socket->call == SOCKET_CONNECTING)
		socket->call = before == SOCKET_CONNECTED ? SOCKET_JOINED : SOCKET_BROKEN;
	if (before == SOCKET_ASKING) {
		socket_disconnect(socket);
		return 0;
	}
	if (before == SOCKET_LISTENING) {
		if (input)
			socket_disconnect(socket);
		return 0;
	}
	socket->input_shut |= input;
	socket->output_shut |= output;
	if (socket_is_tcp(socket) && before == SOCKET_CONNECTED && output && !socket->end_sent)
		socket_tcp_finish(socket);
	ready_mark(&socket->source, 0);
	return before == SOCKET_IDLE ? -ENOTCONN : 0;
}

int64_t
sys_shutdown(int descriptor, int how)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);
	struct socket *socket;
	uint64_t flags;

	if (!file)
		return result;
	if (how < ABI_SHUT_RD || how > ABI_SHUT_RDWR) {
		file_put(file);
		return -EINVAL;
	}
	socket = socket_of(file);
	flags = spin_lock(&socket_lock);
	result = (socket_is_unix(socket) ? shut_unix : shut_inet)(socket, how != ABI_SHUT_WR,
								  how != ABI_SHUT_RD);
	spin_unlock(&socket_lock, flags);
	ready_changed();
	file_put(file);
	return result;
}
