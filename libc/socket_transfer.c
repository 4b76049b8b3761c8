/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What sending and receiving have in common, and both as read() and write() do it.
 */
#include "kernel/thread.h"
#include "libc/files.h"
#include "libc/socket_transfer.h"
#include "libc/times.h"

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

int64_t
socket_read_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	struct socket_transfer transfer = {
		.file = file, .socket = socket_of(file), .pieces = {vector, count, 0}};

	return socket_receive(&transfer);
}

int64_t
socket_write_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	struct socket_transfer transfer = {
		.file = file, .socket = socket_of(file), .pieces = {vector, count, 0}};

	return socket_send(&transfer);
}

int64_t
socket_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	struct abi_iovec piece = {buffer, size};

	(void)offset;
	return socket_read_vector(file, &piece, 1);
}

int64_t
socket_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	struct abi_iovec piece = {(void *)buffer, size};

	(void)offset;
	return socket_write_vector(file, &piece, 1);
}
