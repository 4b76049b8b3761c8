/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Datagrams to and from other machines. Those on their way out are in one queue, each behind a
 * header; a sender waits while there is no room. What comes in is put where it would be put over
 * loopback.
 */
#include "kernel/base/errno.h"
#include "libc/far/far_internal.h"

#define QUEUE_SIZE (256 * 1024)

static struct byte_ring queue; /* under socket_lock */
static struct socket *waiting[16]; /* senders that found no room, held */
static unsigned waiting_count;

/* -- Out --------------------------------------------------------------------------------------- */

/* Notes who is to hear of room. More than there are places for hear of it in a later turn. */
static int
have_wait(struct socket *from)
{
	spin_assert_held(&socket_lock);
	if (!from->far_full && waiting_count < sizeof(waiting) / sizeof(waiting[0])) {
		from->far_full = true;
		waiting[waiting_count++] = socket_hold(from);
	}
	return -EAGAIN;
}

static void
tell_of_room(void)
{
	spin_assert_held(&socket_lock);
	while (waiting_count) {
		struct socket *from = waiting[--waiting_count];

		from->far_full = false;
		ready_mark(&from->source, SOCKET_ROOM_EVENTS);
		socket_release(from);
	}
}

int64_t
far_send(struct socket *from, const struct socket_end *source, const struct socket_end *to,
	 struct pieces *pieces, size_t size)
{
	struct far_datagram header = {
		.local = far_of_end(source),
		.remote = far_of_end(to),
		.time_to_live = (uint8_t)from->time_to_live,
		.type_of_service = (uint8_t)from->type_of_service,
		.length = (uint16_t)size,
	};
	size_t length;

	spin_assert_held(&socket_lock);
	if (!(from->options & SOCKET_BROADCAST) && far_is_broadcast(to->address))
		return -EACCES;
	if (!queue.bytes && byte_ring_make(&queue, QUEUE_SIZE))
		return -ENOMEM;
	if (byte_ring_room(&queue) < sizeof(header) + size)
		return have_wait(from);
	byte_ring_put(&queue, &header, sizeof(header));
	for (size_t left = size; left; left -= length) {
		const void *run = pieces_run(pieces, left, &length);

		byte_ring_put(&queue, run, length);
	}
	far_wake();
	return (int64_t)size;
}

bool
far_datagram_take(struct far_datagram *datagram, void *bytes)
{
	uint64_t flags = spin_lock(&socket_lock);
	bool any = queue.bytes && byte_ring_used(&queue);

	if (any) {
		byte_ring_look(&queue, 0, datagram, sizeof(*datagram));
		byte_ring_look(&queue, sizeof(*datagram), bytes, datagram->length);
		byte_ring_drop(&queue, sizeof(*datagram) + datagram->length);
		if (byte_ring_used(&queue) < QUEUE_SIZE / 2)
			tell_of_room();
	}
	spin_unlock(&socket_lock, flags);
	return any;
}

/* -- In ---------------------------------------------------------------------------------------- */

static struct socket *
find_receiver(const struct far_end *local, const struct far_end *remote)
{
	struct socket_end to = far_to_end(local);

	return socket_inet_find(far_stranger(ABI_SOCK_DGRAM, remote), &to);
}

bool
far_datagram_put(const struct far_datagram *datagram, const void *bytes)
{
	struct abi_iovec vector = {(void *)(uintptr_t)bytes, datagram->length}; /* is read alone */
	struct pieces pieces = {&vector, 1, 0};
	struct socket_record record = {.end = far_to_end(&datagram->remote)};
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *to = find_receiver(&datagram->local, &datagram->remote);

	if (to && !to->input_shut &&
	    socket_queue_put(to, &record, &pieces, datagram->length) >= 0)
		ready_mark(&to->source, SOCKET_INPUT_EVENTS);
	spin_unlock(&socket_lock, flags);
	return to;
}

void
far_datagram_fail(const struct far_end *local, const struct far_end *remote, int error)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *from = find_receiver(local, remote);

	if (from && from->state == SOCKET_CONNECTED) {
		from->error = error;
		ready_mark(&from->source, ABI_POLLERR);
	}
	spin_unlock(&socket_lock, flags);
}
