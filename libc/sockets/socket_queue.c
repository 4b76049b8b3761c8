/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a socket has been sent: records in its ring, each with a header before its bytes. The header
 * of the oldest is taken out of the ring, so that a part of a stream may be left.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/sockets/socket.h"
#include "libc/sockets/socket_far.h"
#include "libc/sockets/socket_flight.h"
#include "libc/sockets/socket_rights.h"

/* Room for this much makes a socket writable: then a message that is not large does fit. */
#define FAIR_ROOM (SOCKET_BUFFER / 4)

/* So many wait at most for a socket of messages that not its peer has sent: max_dgram_qlen. */
#define CROWD 10

bool
socket_message_fits(size_t size)
{
	return size <= SOCKET_BUFFER - sizeof(struct socket_record);
}

/* The ring is made for the first that is put: many sockets are never sent anything. */
static int
have_ring(struct socket *to)
{
	spin_assert_held(&socket_lock);
	return to->in.bytes ? 0 : byte_ring_make(&to->in, SOCKET_BUFFER);
}

static void
put_pieces(struct byte_ring *ring, struct pieces *pieces, size_t size)
{
	size_t length;

	for (; size; size -= length) {
		const void *run = pieces_run(pieces, size, &length);

		byte_ring_put(ring, run, length);
	}
}

static void
look_pieces(const struct byte_ring *ring, size_t skip, struct pieces *pieces, size_t size)
{
	size_t length;

	for (; size; size -= length, skip += length) {
		void *run = pieces_run(pieces, size, &length);

		byte_ring_look(ring, skip, run, length);
	}
}

int64_t
socket_queue_put(struct socket *to, const struct socket_record *record, struct pieces *pieces,
		 size_t size)
{
	struct socket_record header = *record;
	size_t room;

	if (have_ring(to))
		return -ENOMEM;
	room = byte_ring_room(&to->in);
	if (room < sizeof(header) + (socket_is_stream(to) ? MIN(size, 1u) : size))
		return -EAGAIN;
	header.length = (uint32_t)MIN(size, room - sizeof(header));
	if (header.from)
		socket_hold(header.from);
	if (header.rights)
		socket_flight_begin(header.rights);
	byte_ring_put(&to->in, &header, sizeof(header));
	put_pieces(&to->in, pieces, header.length);
	to->records++;
	to->bytes += header.length;
	return header.length;
}

struct socket_record *
socket_queue_first(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (!socket->has_first && socket->records) {
		byte_ring_look(&socket->in, 0, &socket->first, sizeof(socket->first));
		byte_ring_drop(&socket->in, sizeof(socket->first));
		socket->has_first = true;
	}
	return socket->has_first ? &socket->first : NULL;
}

size_t
socket_queue_take(struct socket *socket, struct pieces *pieces, size_t size)
{
	size_t part = MIN(size, (size_t)socket->first.length);

	spin_assert_held(&socket_lock);
	look_pieces(&socket->in, 0, pieces, part);
	byte_ring_drop(&socket->in, part);
	socket->first.length -= (uint32_t)part;
	socket->bytes -= part;
	if (socket->peer && socket->peer->far)
		socket_far->taken(socket->peer);
	return part;
}

size_t
socket_queue_look(struct socket *socket, struct pieces *pieces, size_t size)
{
	struct socket_record record = socket->first;
	size_t done = 0, at = 0;

	spin_assert_held(&socket_lock);
	for (unsigned left = socket->records; left; left--) {
		size_t part = MIN(size - done, (size_t)record.length);

		look_pieces(&socket->in, at, pieces, part);
		done += part;
		at += record.length;
		if (!socket_is_stream(socket) || record.rights || done == size || left == 1)
			break;
		byte_ring_look(&socket->in, at, &record, sizeof(record));
		at += sizeof(record);
	}
	return done;
}

void
socket_queue_end(struct socket *socket)
{
	struct socket_record *first = &socket->first;

	spin_assert_held(&socket_lock);
	byte_ring_drop(&socket->in, first->length);
	socket->bytes -= first->length;
	socket->records--;
	socket->has_first = false;
	if (first->rights) {
		socket_flight_end(first->rights);
		socket_rights_discard(first->rights);
	}
	if (first->from) {
		ready_mark(&first->from->source, SOCKET_ROOM_EVENTS);
		socket_release(first->from);
	} else if (socket->peer) {
		ready_mark(&socket->peer->source, SOCKET_ROOM_EVENTS);
	}
}

void
socket_queue_empty(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	while (socket_queue_first(socket))
		socket_queue_end(socket);
}

void
socket_queue_each_rights(const struct socket *socket,
			 void (*with)(const struct socket_rights *rights))
{
	struct socket_record record = socket->first;
	unsigned left = socket->records;
	size_t at = 0;

	spin_assert_held(&socket_lock);
	if (socket->has_first) {
		if (record.rights)
			with(record.rights);
		at = record.length;
		left--;
	}
	for (; left; left--, at += sizeof(record) + record.length) {
		byte_ring_look(&socket->in, at, &record, sizeof(record));
		if (record.rights)
			with(record.rights);
	}
}

bool
socket_has_room(const struct socket *to)
{
	spin_assert_held(&socket_lock);
	return !to->in.bytes || byte_ring_room(&to->in) >= FAIR_ROOM;
}

bool
socket_is_crowded(const struct socket *to)
{
	spin_assert_held(&socket_lock);
	return to->records > CROWD;
}
