/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What sending and receiving have in common.
 */
#include "kernel/thread/thread.h"
#include "libc/files/files.h"
#include "libc/sockets/socket_transfer.h"
#include "libc/threads/times.h"

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

uint64_t
socket_deadline(uint64_t timeout)
{
	return timeout ? time_from_now(timeout) : THREAD_NO_DEADLINE;
}

uint64_t
socket_transfer_deadline(const struct socket_transfer *transfer, uint64_t timeout)
{
	return transfer->flags & ABI_MSG_DONTWAIT ? 0 : socket_deadline(timeout);
}
