/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets as objects: joined, shut down, and gone. An end that goes shuts both directions of the
 * other, as Linux does it; the other keeps it, so that it is known to be gone.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket.h"

#define ABI_SHUT_RD 0
#define ABI_SHUT_WR 1
#define ABI_SHUT_RDWR 2

struct spinlock socket_lock = SPINLOCK_INIT;

static struct pool sockets = {.size = sizeof(struct socket)};

struct socket *
socket_make(uint16_t type)
{
	struct socket *socket = pool_take(&sockets);

	spin_assert_held(&socket_lock);
	if (socket) {
		socket->references = 1;
		socket->type = type;
	}
	return socket;
}

struct socket *
socket_hold(struct socket *socket)
{
	assert_that(socket->references > 0 && socket->references < POOL_REFERENCES_MAX);
	spin_assert_held(&socket_lock);
	socket->references++;
	return socket;
}

void
socket_release(struct socket *socket)
{
	assert_that(socket->references > 0 && socket->references < POOL_REFERENCES_MAX);
	spin_assert_held(&socket_lock);
	if (--socket->references)
		return;
	byte_ring_free(&socket->in);
	pool_give(&sockets, socket);
}

void
socket_join(struct socket *a, struct socket *b)
{
	spin_assert_held(&socket_lock);
	a->peer = socket_hold(b);
	b->peer = socket_hold(a);
	a->state = b->state = SOCKET_CONNECTED;
}

/* Tells the other end of a connection that this one is gone. */
static void
leave_peer(struct socket *socket)
{
	struct socket *peer = socket->peer;

	spin_assert_held(&socket_lock);
	socket->peer = NULL;
	if (!peer)
		return;
	if (socket_connects(socket)) {
		peer->input_shut = peer->output_shut = true;
		if (byte_ring_used(&socket->in))
			peer->error = ECONNRESET;
		ready_mark(&peer->source, 0);
	}
	socket_release(peer);
}

void
socket_abandon(struct socket *socket)
{
	struct socket *pending = socket->pending;

	spin_assert_held(&socket_lock);
	socket->closed = true;
	socket->pending = NULL;
	leave_peer(socket);
	while (pending) {
		struct socket *next = pending->next_pending;

		if (pending->peer)
			pending->peer->error = ECONNRESET;
		socket_abandon(pending);
		pending = next;
	}
	socket_release(socket);
}

/* -- Open files ------------------------------------------------------------------------------- */

struct socket *
socket_of(const struct file *file)
{
	return file->state;
}

struct file *
socket_get(int descriptor, int64_t *error)
{
	struct file *file = file_get(descriptor);

	*error = file ? 0 : -EBADF;
	if (!file || file->operations->kind == ABI_S_IFSOCK)
		return file;
	file_put(file);
	*error = -ENOTSOCK;
	return NULL;
}

/* -- shutdown() -------------------------------------------------------------------------------- */

/* Shuts directions of a socket; of a connection at both ends. */
static void
shut(struct socket *socket, bool input, bool output)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *peer = socket_connects(socket) ? socket->peer : NULL;

	socket->input_shut |= input;
	socket->output_shut |= output;
	ready_mark(&socket->source, 0);
	if (peer) {
		peer->output_shut |= input;
		peer->input_shut |= output;
		ready_mark(&peer->source, 0);
	}
	spin_unlock(&socket_lock, flags);
	ready_changed();
}

int64_t
sys_shutdown(int descriptor, int how)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);

	if (!file)
		return result;
	if (how >= ABI_SHUT_RD && how <= ABI_SHUT_RDWR)
		shut(socket_of(file), how != ABI_SHUT_WR, how != ABI_SHUT_RD);
	else
		result = -EINVAL;
	file_put(file);
	return result;
}
