/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sending. What finds no room is tried again whenever a file has changed; a stream is sent in
 * parts as room comes, a message whole or not at all.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"
#include "libc/sockets/socket_transfer.h"

#define SEND_FLAGS (ABI_MSG_DONTWAIT | ABI_MSG_EOR | ABI_MSG_NOSIGNAL)

/* Whether something may be sent to a socket. */
static int
check_receiver(struct socket *from, struct socket *to)
{
	spin_assert_held(&socket_lock);
	if (from->output_shut)
		return -EPIPE;
	if (!to)
		return -ENOTCONN;
	if (socket_connects(from))
		return to->closed || to->input_shut ? -EPIPE : 0;
	if (socket_connects(to))
		return -EPROTOTYPE;
	if (to->closed) {
		if (from->peer == to) {
			from->peer = NULL;
			from->state = SOCKET_IDLE;
			socket_release(to);
		}
		return -ECONNREFUSED;
	}
	if (to->input_shut)
		return -EPIPE;
	return to->peer && to->peer != from ? -EPERM : 0;
}

static int64_t
try_send(struct socket_transfer *transfer)
{
	struct socket *from = transfer->socket;
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *to = transfer->to ? transfer->to : from->peer;
	int64_t result = check_receiver(from, to);

	if (!result && socket_is_stream(from))
		result = socket_put_bytes(to, &transfer->pieces, transfer->size);
	else if (!result)
		result = socket_put_message(to, &from->name, &transfer->pieces, transfer->size);
	if (result >= 0)
		ready_mark(&to->source, SOCKET_INPUT_EVENTS);
	spin_unlock(&socket_lock, flags);
	if (result >= 0)
		ready_changed();
	return result;
}

/* Sends all. Returns the bytes sent, which may be fewer when the wait ends, or -errno. */
static int64_t
send_all(struct socket_transfer *transfer)
{
	uint64_t deadline = socket_transfer_deadline(transfer, transfer->socket->send_timeout);
	int64_t done = 0;

	for (;;) {
		struct ready_state state;
		int64_t result;

		ready_look(&state);
		result = try_send(transfer);
		if (result == -EAGAIN) {
			result = socket_block(transfer->file, &state, deadline);
			if (!result)
				continue;
		}
		if (result < 0)
			return done ? done : result;
		done += result;
		transfer->size -= (size_t)result;
		if (!transfer->size)
			return done;
	}
}

int64_t
socket_send(struct socket_transfer *transfer)
{
	int64_t result = socket_pieces_size(&transfer->pieces);
	bool stream = socket_is_stream(transfer->socket);

	if (result < 0)
		return result;
	if (transfer->flags & ~(uint32_t)SEND_FLAGS)
		return -ENOTSUP;
	transfer->size = (size_t)result;
	if (!stream && !socket_message_fits(transfer->size))
		return -EMSGSIZE;
	if (stream && !transfer->size)
		return 0;
	result = send_all(transfer);
	if (result == -EPIPE && stream && !(transfer->flags & ABI_MSG_NOSIGNAL))
		signal_send(thread_current(), ABI_SIGPIPE);
	return result;
}

/* Finds whom an address names, for a datagram; a connection has its peer. */
static int
find_receiver(struct socket_transfer *transfer, const void *address, int length)
{
	struct socket_name name;
	int result;

	if (!address || !length)
		return 0;
	if (socket_connects(transfer->socket))
		return transfer->socket->state == SOCKET_CONNECTED ? -EISCONN : -ENOTSUP;
	result = socket_name_load(transfer->socket, address, length, &name);
	return result ? result : socket_find(&name, &transfer->to);
}

/* A whole call that sends: the file is let go of. */
static int64_t
send_to(struct socket_transfer *transfer, const void *address, int length)
{
	int64_t result = find_receiver(transfer, address, length);
	uint64_t flags;

	if (!result)
		result = socket_send(transfer);
	if (transfer->to) {
		flags = spin_lock(&socket_lock);
		socket_release(transfer->to);
		spin_unlock(&socket_lock, flags);
	}
	file_put(transfer->file);
	return result;
}

int64_t
sys_sendto(int descriptor, const void *buffer, size_t size, unsigned flags, const void *address,
	   int length)
{
	struct abi_iovec piece = {(void *)(uintptr_t)buffer, size}; /* is read alone */
	struct socket_transfer transfer;
	int64_t error = socket_transfer_begin(&transfer, descriptor, flags);

	if (error)
		return error;
	transfer.pieces = (struct socket_pieces){&piece, 1, 0};
	return send_to(&transfer, address, length);
}

int64_t
sys_sendmsg(int descriptor, const struct abi_msghdr *message, unsigned flags)
{
	struct socket_transfer transfer;
	int64_t error = socket_transfer_begin(&transfer, descriptor, flags);

	if (error)
		return error;
	if (message->control_length) {
		log_warning("libc: sendmsg: what goes beside a message (SCM_*) is not served");
		file_put(transfer.file);
		return -ENOTSUP;
	}
	error = socket_transfer_check(message, false);
	if (error) {
		file_put(transfer.file);
		return error;
	}
	transfer.pieces = (struct socket_pieces){message->vector, message->count, 0};
	return send_to(&transfer, message->name, (int)message->name_length);
}
