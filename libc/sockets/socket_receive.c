/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Receiving. An empty queue is looked at again whenever a file has changed. A message comes alone,
 * and what of it finds no room is lost; a stream gives what it has.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket_transfer.h"

#define RECEIVE_FLAGS                                                                              \
	(ABI_MSG_PEEK | ABI_MSG_TRUNC | ABI_MSG_DONTWAIT | ABI_MSG_WAITALL | ABI_MSG_CMSG_CLOEXEC)

/* Takes the error that waits to be told. */
static int
take_error(struct socket *socket)
{
	int error = socket->error;

	spin_assert_held(&socket_lock);
	socket->error = 0;
	return -error;
}

/* What receiving gives while there is nothing in the queue. */
static int64_t
nothing_there(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (socket->error)
		return take_error(socket);
	if (socket->input_shut)
		return 0;
	if (socket_connects(socket) && socket->state != SOCKET_CONNECTED)
		return socket_is_stream(socket) ? -EINVAL : -ENOTCONN;
	return -EAGAIN;
}

/* Whoever is at the other end has sent what a stream of AF_UNIX gives; of TCP nobody is named. */
static void
find_sender(struct socket_transfer *transfer)
{
	const struct socket *socket = transfer->socket;

	spin_assert_held(&socket_lock);
	if (socket_is_stream(socket) && !socket->name.inet && socket->peer)
		transfer->from = socket->peer->name;
}

static int64_t
try_receive(struct socket_transfer *transfer)
{
	struct socket *socket = transfer->socket;
	bool peek = transfer->flags & ABI_MSG_PEEK;
	uint64_t flags = spin_lock(&socket_lock);
	int64_t result;

	if (socket_is_stream(socket))
		result = socket_take_bytes(socket, &transfer->pieces, transfer->size, peek);
	else
		result = socket_take_message(socket, &transfer->from, &transfer->pieces,
					     transfer->size, peek, &transfer->whole);
	find_sender(transfer);
	if (result >= 0 && !peek && socket->peer)
		ready_mark(&socket->peer->source, SOCKET_ROOM_EVENTS);
	if (result == -EAGAIN)
		result = nothing_there(socket);
	spin_unlock(&socket_lock, flags);
	if (result >= 0)
		ready_changed();
	return result;
}

/* Whether more of a stream is to be waited for. */
static bool
wants_more(const struct socket_transfer *transfer)
{
	return transfer->size && (transfer->flags & ABI_MSG_WAITALL) &&
	       !(transfer->flags & ABI_MSG_PEEK) && socket_is_stream(transfer->socket);
}

static int64_t
receive_some(struct socket_transfer *transfer)
{
	uint64_t deadline = socket_transfer_deadline(transfer, transfer->socket->receive_timeout);
	int64_t done = 0;

	for (;;) {
		struct ready_state state;
		int64_t result;

		ready_look(&state);
		result = try_receive(transfer);
		if (result == -EAGAIN) {
			result = socket_block(transfer->file, &state, deadline);
			if (!result)
				continue;
		}
		if (result <= 0)
			return done ? done : result;
		done += result;
		transfer->size -= (size_t)result;
		if (!wants_more(transfer))
			return done;
	}
}

int64_t
socket_receive(struct socket_transfer *transfer)
{
	int64_t result = socket_pieces_size(&transfer->pieces);

	if (result < 0)
		return result;
	if (transfer->flags & ~(uint32_t)RECEIVE_FLAGS)
		return -ENOTSUP;
	transfer->size = (size_t)result;
	if (socket_is_stream(transfer->socket) && !transfer->size)
		return 0;
	result = receive_some(transfer);
	transfer->cut = result >= 0 && transfer->whole > (size_t)result;
	return transfer->cut && (transfer->flags & ABI_MSG_TRUNC) ? (int64_t)transfer->whole
								  : result;
}

/* Tells who has sent what was received; of who has no name the length is 0, as on Linux. */
static void
tell_sender(const struct socket_transfer *transfer, void *address, uint32_t *length)
{
	if (transfer->from.path[0])
		socket_name_store(&transfer->from, address, length);
	else if (address && length)
		*length = 0;
}

int64_t
sys_recvfrom(int descriptor, void *buffer, size_t size, unsigned flags, void *address,
	     uint32_t *length)
{
	struct abi_iovec piece = {buffer, size};
	struct socket_transfer transfer;
	int64_t result = socket_transfer_begin(&transfer, descriptor, flags);

	if (result)
		return result;
	transfer.pieces = (struct socket_pieces){&piece, 1, 0};
	result = socket_receive(&transfer);
	if (result >= 0)
		tell_sender(&transfer, address, length);
	file_put(transfer.file);
	return result;
}

int64_t
sys_recvmsg(int descriptor, struct abi_msghdr *message, unsigned flags)
{
	struct socket_transfer transfer;
	int64_t result = socket_transfer_begin(&transfer, descriptor, flags);

	if (result)
		return result;
	result = socket_transfer_check(message, true);
	if (!result) {
		transfer.pieces =
			(struct socket_pieces){message->vector, message->count, 0};
		result = socket_receive(&transfer);
	}
	if (result >= 0) {
		tell_sender(&transfer, message->name, &message->name_length);
		message->control_length = 0;
		message->flags = transfer.cut ? ABI_MSG_TRUNC : 0;
	}
	file_put(transfer.file);
	return result;
}
