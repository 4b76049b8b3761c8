/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets as objects, and as what a descriptor leads to.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/pool.h"
#include "libc/files/files.h"
#include "libc/sockets/socket.h"

#define DEFAULT_KEEP_IDLE 7200
#define DEFAULT_KEEP_INTERVAL 75
#define DEFAULT_KEEP_COUNT 9

struct spinlock socket_lock = SPINLOCK_INIT;

static struct pool sockets = {.size = sizeof(struct socket)};

struct socket *
socket_make(uint16_t family, uint16_t type, uint16_t protocol)
{
	struct socket *socket = pool_take(&sockets);

	spin_assert_held(&socket_lock);
	if (!socket)
		return NULL;
	socket->references = 1;
	socket->family = socket->name.family = family;
	socket->type = type;
	socket->protocol = protocol;
	if (family == ABI_AF_INET)
		socket->name.end.address[10] = socket->name.end.address[11] = 0xff;
	socket->time_to_live = SOCKET_TIME_TO_LIVE;
	socket->keep_idle = DEFAULT_KEEP_IDLE;
	socket->keep_interval = DEFAULT_KEEP_INTERVAL;
	socket->keep_count = DEFAULT_KEEP_COUNT;
	socket->receive_least = 1;
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
socket_put(struct socket *socket)
{
	uint64_t flags = spin_lock(&socket_lock);

	socket_release(socket);
	spin_unlock(&socket_lock, flags);
}

void
socket_join(struct socket *a, struct socket *b)
{
	spin_assert_held(&socket_lock);
	a->peer = socket_hold(b);
	b->peer = socket_hold(a);
	a->state = b->state = SOCKET_CONNECTED;
}

int
socket_take_error(struct socket *socket)
{
	int error = socket->error;

	spin_assert_held(&socket_lock);
	socket->error = 0;
	return -error;
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
