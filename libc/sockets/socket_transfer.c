/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What sending and receiving have in common.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/thread/thread.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/files/ready.h"
#include "libc/sockets/socket_rights.h"
#include "libc/sockets/socket_transfer.h"
#include "libc/threads/times.h"

#define SOCKET_NAME_MOST 128u /* struct sockaddr_storage */

int64_t
socket_transfer_begin(struct socket_transfer *transfer, int descriptor, unsigned flags)
{
	int64_t error;

	*transfer = (struct socket_transfer){.file = socket_get(descriptor, &error),
					     .flags = flags};
	if (transfer->file)
		transfer->socket = socket_of(transfer->file);
	return error;
}

/* A message is sent or received whole: all of it must be there. */
int64_t
socket_transfer_check(const struct abi_msghdr *message, bool receives)
{
	uint64_t count = message->count;
	size_t vector = (size_t)count * sizeof(struct abi_iovec);
	int64_t result;

	if (count > ABI_IOVECS_MAX)
		return -EMSGSIZE;
	if (!user_readable(message->vector, vector) ||
	    (message->name && user_reach(message->name, message->name_length, receives) <
				      MIN(message->name_length, SOCKET_NAME_MOST)))
		return -EFAULT;
	result = user_pieces(message->vector, &count, receives);
	return result || count == message->count ? result : -EFAULT;
}

uint64_t
socket_deadline(uint64_t timeout)
{
	return timeout ? time_from_now(timeout) : THREAD_NO_DEADLINE;
}

int
socket_block(struct file *file, const struct ready_state *state, uint64_t deadline)
{
	int result = ready_block(file, state, deadline);

	return result == -EINTR && deadline != THREAD_NO_DEADLINE ? -EINTR_FOR_GOOD : result;
}

uint64_t
socket_transfer_deadline(const struct socket_transfer *transfer, uint64_t timeout)
{
	return transfer->flags & ABI_MSG_DONTWAIT ? 0 : socket_deadline(timeout);
}

void
socket_transfer_drop(struct socket_transfer *transfer)
{
	uint64_t flags;

	if (transfer->rights) {
		flags = spin_lock(&socket_lock);
		socket_rights_discard(transfer->rights);
		spin_unlock(&socket_lock, flags);
	}
	socket_rights_collect();
}
