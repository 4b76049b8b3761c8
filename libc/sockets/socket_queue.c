/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a socket has been sent, in its ring: plain bytes of a stream; or records, each a header,
 * the sender's path and the message.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/sockets/socket.h"

struct record {
	uint32_t length;
	uint32_t path_length;
};

/* Room for this much makes a socket writable: then a message that is not large does fit. */
#define FAIR_ROOM (SOCKET_BUFFER / 4)

int64_t
socket_pieces_size(const struct socket_pieces *pieces)
{
	uint64_t size = 0;

	if (pieces->count > ABI_IOVECS_MAX)
		return -EINVAL;
	for (uint64_t i = 0; i < pieces->count; i++)
		if (__builtin_add_overflow(size, pieces->vector[i].length, &size))
			return -EINVAL;
	return size > INT64_MAX ? -EINVAL : (int64_t)size;
}

/* The next run of at most `size` bytes in one piece; it is passed over. */
static void *
next_run(struct socket_pieces *pieces, size_t size, size_t *length)
{
	uint8_t *base;

	while (pieces->done == pieces->vector->length) {
		pieces->vector++;
		pieces->done = 0;
	}
	base = (uint8_t *)pieces->vector->base + pieces->done;
	*length = MIN(size, pieces->vector->length - pieces->done);
	pieces->done += *length;
	return base;
}

static void
put_pieces(struct byte_ring *ring, struct socket_pieces *pieces, size_t size)
{
	size_t length;

	for (; size; size -= length) {
		const void *run = next_run(pieces, size, &length);

		byte_ring_put(ring, run, length);
	}
}

static void
look_pieces(const struct byte_ring *ring, size_t skip, struct socket_pieces *pieces, size_t size)
{
	size_t length;

	for (; size; size -= length, skip += length) {
		void *run = next_run(pieces, size, &length);

		byte_ring_look(ring, skip, run, length);
	}
}

bool
socket_message_fits(size_t size)
{
	return size <= SOCKET_BUFFER - sizeof(struct record) - SOCKET_PATH_MAX;
}

/* The ring is made for the first that is put: many sockets are never sent anything. */
static int
have_ring(struct socket *to)
{
	spin_assert_held(&socket_lock);
	return to->in.bytes ? 0 : byte_ring_make(&to->in, SOCKET_BUFFER);
}

int64_t
socket_put_message(struct socket *to, const struct socket_name *from, struct socket_pieces *pieces,
		   size_t size)
{
	struct record record = {(uint32_t)size, (uint32_t)string_length(from->path)};

	if (have_ring(to))
		return -ENOMEM;
	if (sizeof(record) + record.path_length + size > byte_ring_room(&to->in))
		return -EAGAIN;
	byte_ring_put(&to->in, &record, sizeof(record));
	byte_ring_put(&to->in, from->path, record.path_length);
	put_pieces(&to->in, pieces, size);
	return (int64_t)size;
}

int64_t
socket_put_bytes(struct socket *to, struct socket_pieces *pieces, size_t size)
{
	size_t part;

	if (have_ring(to))
		return -ENOMEM;
	part = MIN(size, byte_ring_room(&to->in));
	put_pieces(&to->in, pieces, part);
	return part ? (int64_t)part : -EAGAIN;
}

int64_t
socket_take_message(struct socket *socket, struct socket_name *from, struct socket_pieces *pieces,
		    size_t size, bool peek, size_t *whole)
{
	struct record record;
	size_t part, before;

	spin_assert_held(&socket_lock);
	if (!byte_ring_used(&socket->in))
		return -EAGAIN;
	byte_ring_look(&socket->in, 0, &record, sizeof(record));
	memset(from, 0, sizeof(*from));
	byte_ring_look(&socket->in, sizeof(record), from->path, record.path_length);
	before = sizeof(record) + record.path_length;
	part = MIN(size, (size_t)record.length);
	look_pieces(&socket->in, before, pieces, part);
	if (!peek)
		byte_ring_drop(&socket->in, before + record.length);
	*whole = record.length;
	return (int64_t)part;
}

int64_t
socket_take_bytes(struct socket *socket, struct socket_pieces *pieces, size_t size, bool peek)
{
	size_t part = MIN(size, byte_ring_used(&socket->in));

	spin_assert_held(&socket_lock);
	look_pieces(&socket->in, 0, pieces, part);
	if (!peek)
		byte_ring_drop(&socket->in, part);
	return part ? (int64_t)part : -EAGAIN;
}

bool
socket_has_room(const struct socket *to)
{
	spin_assert_held(&socket_lock);
	return !to->in.bytes || byte_ring_room(&to->in) >= FAIR_ROOM;
}
