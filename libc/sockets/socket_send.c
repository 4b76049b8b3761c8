/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sending. What finds no room is tried again whenever a file has changed; a stream is sent in
 * parts as room comes, a message whole or not at all.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"
#include "libc/sockets/socket_garbage.h"
#include "libc/sockets/socket_rights.h"
#include "libc/sockets/socket_transfer.h"

static int64_t
try_send(struct socket_transfer *transfer)
{
	uint64_t flags = spin_lock(&socket_lock);
	int64_t result = socket_send_try(transfer);

	spin_unlock(&socket_lock, flags);
	if (result != -EAGAIN)
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
	bool stream = socket_is_stream(transfer->socket);
	int64_t result = pieces_size(&transfer->pieces);

	if (result < 0)
		return result;
	transfer->size = (size_t)result;
	result = socket_send_check(transfer);
	if (!result)
		result = socket_send_prepare(transfer);
	if (!result)
		result = send_all(transfer);
	if (transfer->to)
		socket_put(transfer->to);
	socket_transfer_drop(transfer);
	if (result == -EPIPE && stream && !(transfer->flags & ABI_MSG_NOSIGNAL))
		signal_send(thread_current(), ABI_SIGPIPE);
	return result;
}

int64_t
sys_sendto(int descriptor, const void *buffer, size_t size, unsigned flags, const void *address,
	   int length)
{
	struct abi_iovec piece = {(void *)(uintptr_t)buffer, size}; /* is read alone */
	struct socket_transfer transfer;
	int64_t result = socket_transfer_begin(&transfer, descriptor, flags);

	if (result)
		return result;
	transfer.pieces = (struct pieces){&piece, 1, 0};
	transfer.address = length ? address : NULL;
	transfer.address_length = length;
	result = socket_send(&transfer);
	file_put(transfer.file);
	return result;
}

int64_t
sys_sendmsg(int descriptor, const struct abi_msghdr *message, unsigned flags)
{
	struct socket_transfer transfer;
	int64_t result = socket_transfer_begin(&transfer, descriptor, flags);

	if (result)
		return result;
	if (message->control_length)
		socket_garbage_collect();
	result = socket_transfer_check(message, false);
	if (!result)
		result = socket_send_check(&transfer);
	if (!result)
		result = socket_rights_load(transfer.socket, message, &transfer.rights);
	if (!result) {
		transfer.pieces = (struct pieces){message->vector, message->count, 0};
		transfer.address = message->name_length ? message->name : NULL;
		transfer.address_length = (int)message->name_length;
		result = socket_send(&transfer);
	}
	file_put(transfer.file);
	return result;
}
