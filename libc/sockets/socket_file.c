/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A socket as an open file: reading and writing it, what it is ready for, and closing it.
 */
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket_transfer.h"

static int64_t
socket_read_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	struct socket_transfer transfer = {
		.file = file, .socket = socket_of(file), .pieces = {vector, count, 0}};

	return socket_receive(&transfer);
}

static int64_t
socket_write_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	struct socket_transfer transfer = {
		.file = file, .socket = socket_of(file), .pieces = {vector, count, 0}};

	return socket_send(&transfer);
}

static int64_t
socket_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	struct abi_iovec piece = {buffer, size};

	(void)offset;
	return socket_read_vector(file, &piece, 1);
}

static int64_t
socket_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	struct abi_iovec piece = {(void *)(uintptr_t)buffer, size}; /* is read alone */

	(void)offset;
	return socket_write_vector(file, &piece, 1);
}

static void
socket_close(struct file *file)
{
	struct socket *socket = socket_of(file);
	uint64_t flags;

	socket_unbind(socket);
	flags = spin_lock(&socket_lock);
	socket_abandon(socket);
	spin_unlock(&socket_lock, flags);
	ready_changed();
}

/* Whether a call that sends would not have to wait. */
static bool
can_send(const struct socket *socket)
{
	return !socket->peer || socket->peer->closed || socket_has_room(socket->peer);
}

static uint32_t
socket_ready(struct file *file)
{
	const struct socket *socket = socket_of(file);
	uint64_t flags = spin_lock(&socket_lock);
	uint32_t events = 0;

	if (socket->error)
		events |= ABI_POLLERR;
	if ((socket->input_shut && socket->output_shut) ||
	    (socket_connects(socket) && socket->state == SOCKET_IDLE))
		events |= ABI_POLLHUP;
	if (socket->input_shut)
		events |= ABI_POLLRDHUP;
	if (socket->input_shut || socket->pending || byte_ring_used(&socket->in))
		events |= ABI_POLLIN | ABI_POLLRDNORM;
	if (socket->state != SOCKET_LISTENING && can_send(socket))
		events |= ABI_POLLOUT | ABI_POLLWRNORM;
	spin_unlock(&socket_lock, flags);
	return events;
}

static struct ready_source *
socket_source(struct file *file)
{
	return &socket_of(file)->source;
}

static const struct file_operations socket_operations = {
	.read = socket_read,
	.write = socket_write,
	.read_vector = socket_read_vector,
	.write_vector = socket_write_vector,
	.ready = socket_ready,
	.source = socket_source,
	.close = socket_close,
	.kind = ABI_S_IFSOCK,
};

struct file *
socket_open(struct socket *socket, uint32_t flags)
{
	struct file *file = socket ? file_make(&socket_operations, ABI_O_RDWR | flags, NULL) : NULL;
	uint64_t saved;

	if (file) {
		file->state = socket;
	} else if (socket) {
		saved = spin_lock(&socket_lock);
		socket_abandon(socket);
		spin_unlock(&socket_lock, saved);
	}
	return file;
}
