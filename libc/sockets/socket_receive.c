/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Receiving. An empty queue is looked at again whenever a file has changed. A message comes alone,
 * and what of it finds no room is lost; a stream gives what it has, up to a record with files.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket_far.h"
#include "libc/sockets/socket_flight.h"
#include "libc/sockets/socket_rights.h"
#include "libc/sockets/socket_transfer.h"

/* What receiving gives while there is nothing in the queue: 0 at the end. */
static int64_t
nothing_there(struct socket *socket, bool blocks)
{
	int error;

	spin_assert_held(&socket_lock);
	if (socket->end_received)
		return 0;
	error = socket_take_error(socket);
	if (error)
		return error;
	if (socket_connects(socket) ? socket->input_shut : socket->input_shut && blocks)
		return 0;
	if (socket_is_tcp(socket) && socket->state == SOCKET_IDLE)
		return -ENOTCONN;
	return -EAGAIN;
}

/* Whether a socket is one that something comes to. Returns 0, or -errno. */
static int64_t
check_receiver(const struct socket_transfer *transfer)
{
	const struct socket *socket = transfer->socket;

	spin_assert_held(&socket_lock);
	if (socket_is_tcp(socket) && socket->state == SOCKET_LISTENING)
		return -ENOTCONN;
	if (socket_is_unix(socket) && socket_connects(socket) && socket->state != SOCKET_CONNECTED)
		return socket_is_stream(socket) ? -EINVAL : -ENOTCONN;
	if (!(transfer->flags & ABI_MSG_OOB))
		return 0;
	return socket_is_unix(socket) && !socket_is_stream(socket) ? -ENOTSUP : -EINVAL;
}

/* Notes who has sent the oldest record. */
static void
note_sender(struct socket_transfer *transfer, const struct socket_record *record)
{
	const struct socket *socket = transfer->socket;

	spin_assert_held(&socket_lock);
	transfer->any = true;
	if (transfer->named || socket_is_tcp(socket))
		return;
	if (socket_is_netlink(socket))
		return; /* nobody */
	transfer->from = record->from ? record->from->name
				      : socket_name_of_end(socket->family, &record->end);
	transfer->named = !record->from || transfer->from.length;
}

/* Takes the files of the oldest record along, or copies of them. */
static void
note_rights(struct socket_transfer *transfer, struct socket_record *record)
{
	spin_assert_held(&socket_lock);
	if (!record->rights)
		return;
	if (transfer->flags & ABI_MSG_PEEK) {
		transfer->rights = socket_rights_copy(record->rights);
	} else {
		transfer->rights = record->rights;
		record->rights = NULL;
		socket_flight_end(transfer->rights);
	}
}

static int64_t
take_message(struct socket_transfer *transfer)
{
	struct socket *socket = transfer->socket;
	struct socket_record *record = socket_queue_first(socket);
	size_t part;

	spin_assert_held(&socket_lock);
	if (!record)
		return -EAGAIN;
	transfer->whole = record->length;
	note_sender(transfer, record);
	note_rights(transfer, record);
	if (transfer->flags & ABI_MSG_PEEK) {
		part = socket_queue_look(socket, &transfer->pieces, transfer->size);
	} else {
		part = socket_queue_take(socket, &transfer->pieces, transfer->size);
		socket_queue_end(socket);
	}
	return (int64_t)part;
}

/* Throws up to `size` bytes of the oldest record away. */
static size_t
skip(struct socket *socket, size_t size)
{
	size_t part = MIN(size, (size_t)socket->first.length);

	spin_assert_held(&socket_lock);
	byte_ring_drop(&socket->in, part);
	socket->first.length -= (uint32_t)part;
	socket->bytes -= part;
	if (socket->peer && socket->peer->far)
		socket_far->taken(socket->peer);
	return part;
}

static int64_t
take_stream(struct socket_transfer *transfer)
{
	struct socket *socket = transfer->socket;
	struct socket_record *record = socket_queue_first(socket);
	bool throws = socket_is_tcp(socket) && (transfer->flags & ABI_MSG_TRUNC);
	size_t done = 0;

	spin_assert_held(&socket_lock);
	if (!record)
		return -EAGAIN;
	note_sender(transfer, record);
	if (transfer->flags & ABI_MSG_PEEK) {
		note_rights(transfer, record);
		if (throws)
			return (int64_t)MIN(transfer->size, socket->bytes);
		return (int64_t)socket_queue_look(socket, &transfer->pieces, transfer->size);
	}
	for (; record && !transfer->rights; record = socket_queue_first(socket)) {
		note_rights(transfer, record);
		done += throws ? skip(socket, transfer->size - done)
			       : socket_queue_take(socket, &transfer->pieces,
						   transfer->size - done);
		if (record->length)
			break;
		socket_queue_end(socket);
		if (done == transfer->size)
			break;
	}
	return (int64_t)done;
}

static int64_t
try_receive(struct socket_transfer *transfer, bool blocks)
{
	struct socket *socket = transfer->socket;
	bool stream = socket_is_stream(socket);
	uint64_t flags = spin_lock(&socket_lock);
	int64_t result = check_receiver(transfer);

	if (!result && !stream)
		result = socket_take_error(socket);
	if (!result)
		result = stream ? take_stream(transfer) : take_message(transfer);
	if (result == -EAGAIN)
		result = nothing_there(socket, blocks);
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
	       !(transfer->flags & ABI_MSG_PEEK) && socket_is_stream(transfer->socket) &&
	       !transfer->rights;
}

static int64_t
receive_some(struct socket_transfer *transfer)
{
	uint64_t deadline = socket_transfer_deadline(transfer, transfer->socket->receive_timeout);
	bool blocks = !(transfer->file->flags & ABI_O_NONBLOCK) && deadline;
	int64_t done = 0;

	for (;;) {
		struct ready_state state;
		int64_t result;

		ready_look(&state);
		result = try_receive(transfer, blocks);
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
	int64_t result = pieces_size(&transfer->pieces);

	if (result < 0)
		return result;
	if ((transfer->flags & ABI_MSG_ERRQUEUE) && !socket_is_unix(transfer->socket))
		return -EAGAIN; /* nothing ever waits there */
	transfer->size = (size_t)result;
	result = receive_some(transfer);
	transfer->cut = result >= 0 && transfer->whole > (size_t)result;
	return transfer->cut && (transfer->flags & ABI_MSG_TRUNC) ? (int64_t)transfer->whole
								  : result;
}

/* Writes who has sent what was received; of who has no name the length is 0, as on Linux. */
static void
store_sender(const struct socket_transfer *transfer, void *address, uint32_t *length)
{
	if (transfer->named)
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
	transfer.pieces = (struct pieces){&piece, 1, 0};
	result = socket_receive(&transfer);
	if (result >= 0)
		store_sender(&transfer, address, length);
	socket_transfer_drop(&transfer);
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
		transfer.pieces = (struct pieces){message->vector, message->count, 0};
		result = socket_receive(&transfer);
	}
	if (result >= 0) {
		store_sender(&transfer, message->name, &message->name_length);
		message->flags = transfer.cut ? ABI_MSG_TRUNC : 0;
		socket_rights_store(transfer.socket,
				    transfer.any || socket_is_stream(transfer.socket),
				    transfer.rights, flags & ABI_MSG_CMSG_CLOEXEC, message);
		transfer.rights = NULL;
	}
	socket_transfer_drop(&transfer);
	file_put(transfer.file);
	return result;
}
