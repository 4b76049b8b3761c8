/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A socket as an open file: reading and writing it, what it is ready for, and closing it.
 */
#include "kernel/base/errno.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket_rights.h"
#include "libc/sockets/socket_transfer.h"

/* Reading nothing does nothing, other than receiving nothing. */
static int64_t
socket_read_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	struct socket_transfer transfer = {
		.file = file, .socket = socket_of(file), .pieces = {vector, count, 0}};
	int64_t size = pieces_size(&transfer.pieces);

	if (size > 0) {
		size = socket_receive(&transfer);
		socket_transfer_drop(&transfer);
	}
	return size;
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

	if (socket_is_unix(socket))
		socket_unix_unbind(socket);
	flags = spin_lock(&socket_lock);
	socket_abandon(socket);
	spin_unlock(&socket_lock, flags);
	socket_rights_collect();
	ready_changed();
}

/* -- What it is ready for --------------------------------------------------------------------- */

/* Whether a call that sends would not have to wait. */
static bool
can_send(const struct socket *socket)
{
	const struct socket *peer = socket->peer;

	spin_assert_held(&socket_lock);
	if (!peer || peer->closed)
		return !socket->far_full;
	if (socket_is_unix(socket) && !socket_is_stream(socket) && peer->peer != socket &&
	    socket_is_crowded(peer))
		return false;
	return socket_has_room(peer);
}

static uint32_t
input_ready(const struct socket *socket)
{
	uint32_t events = 0;

	spin_assert_held(&socket_lock);
	if (socket->error)
		events |= ABI_POLLERR;
	if ((socket->input_shut && socket->output_shut) ||
	    (socket_connects(socket) && socket->state == SOCKET_IDLE))
		events |= ABI_POLLHUP;
	if (socket->input_shut)
		events |= ABI_POLLRDHUP;
	if (socket->input_shut || socket->pending || socket->records)
		events |= ABI_POLLIN | ABI_POLLRDNORM;
	return events;
}

static uint32_t
output_ready(const struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (can_send(socket) || (socket_is_tcp(socket) && socket->output_shut))
		return ABI_POLLOUT | ABI_POLLWRNORM;
	return 0;
}

static uint32_t
socket_ready(struct file *file)
{
	const struct socket *socket = socket_of(file);
	uint64_t flags = spin_lock(&socket_lock);
	bool listens = socket->state == SOCKET_LISTENING;
	uint32_t events;

	if (listens && socket_is_tcp(socket))
		events = socket->pending ? ABI_POLLIN | ABI_POLLRDNORM : 0;
	else if (socket->state == SOCKET_ASKING)
		events = 0;
	else
		events = input_ready(socket) | (listens ? 0 : output_ready(socket));
	spin_unlock(&socket_lock, flags);
	return events;
}

static struct ready_source *
socket_source(struct file *file)
{
	return &socket_of(file)->source;
}

/* -- ioctl() ----------------------------------------------------------------------------------- */

/* How much can be taken: of messages of which each comes alone, the first one's length. */
static int64_t
input_length(struct socket *socket)
{
	const struct socket_record *first;
	uint64_t flags = spin_lock(&socket_lock);
	int64_t length;

	first = socket_queue_first(socket);
	if (socket->state == SOCKET_LISTENING)
		length = -EINVAL;
	else if (socket_connects(socket))
		length = (int64_t)socket->bytes;
	else
		length = first ? first->length : 0;
	spin_unlock(&socket_lock, flags);
	return length;
}

static int64_t
socket_control(struct file *file, uint64_t request, uint64_t argument)
{
	int32_t *to = (int32_t *)argument;
	int64_t length;

	if (request != ABI_FIONREAD)
		return -ENOTTY;
	length = input_length(socket_of(file));
	if (length < 0)
		return length;
	if (!user_writable(to, sizeof(*to)))
		return -EFAULT;
	*to = (int32_t)length;
	return 0;
}

static const struct file_operations socket_operations = {
	.read = socket_read,
	.write = socket_write,
	.read_vector = socket_read_vector,
	.write_vector = socket_write_vector,
	.control = socket_control,
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
		socket->file = file;
	} else if (socket) {
		saved = spin_lock(&socket_lock);
		socket_abandon(socket);
		spin_unlock(&socket_lock, saved);
	}
	return file;
}
