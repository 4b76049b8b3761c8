/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A socket whose file is held by messages alone may be lost: if each of them is on its way to one
 * that is lost itself. First all such sockets are taken for lost; those that a message to another
 * holds are not, nor is what is on its way to them. What is left is emptied, which closes it.
 */
#include "libc/sockets/socket_garbage.h"

#include "kernel/base/compiler.h"
#include "libc/files/files.h"
#include "libc/sockets/socket_flight.h"
#include "libc/sockets/socket_rights.h"

#define FEW 64 /* are left alone: most are received soon */

static void
count_inside(struct socket *socket)
{
	socket->outside--;
}

static void
count_outside(struct socket *socket)
{
	socket->outside++;
}

static void
with_inside(const struct socket_rights *rights)
{
	socket_rights_each_socket(rights, count_inside);
}

static void
with_outside(const struct socket_rights *rights)
{
	socket_rights_each_socket(rights, count_outside);
}

/* Calls a function for all that is on its way to a socket, or to one that it has not accepted. */
static void
each_message(const struct socket *socket, void (*with)(const struct socket_rights *rights))
{
	spin_assert_held(&socket_lock);
	socket_queue_each_rights(socket, with);
	for (const struct socket *pending = socket->pending; pending;
	     pending = pending->next_pending)
		socket_queue_each_rights(pending, with);
}

static void
suspect(void)
{
	struct socket *socket;

	spin_assert_held(&socket_lock);
	for (socket = socket_flight_first(); socket; socket = socket->next_flying) {
		socket->outside = socket->in_flight;
		socket->lost = READ_ONCE(socket->file->references) == socket->in_flight;
	}
	for (socket = socket_flight_first(); socket; socket = socket->next_flying)
		if (socket->lost)
			each_message(socket, with_inside);
}

/* Finds one that is not lost, and what is on its way to it. Returns whether there was any. */
static bool
acquit_one(void)
{
	spin_assert_held(&socket_lock);
	for (struct socket *socket = socket_flight_first(); socket; socket = socket->next_flying) {
		if (!socket->lost || !socket->outside)
			continue;
		socket->lost = false;
		each_message(socket, with_outside);
		return true;
	}
	return false;
}

static struct socket *
find_lost(void)
{
	struct socket *socket = socket_flight_first();

	spin_assert_held(&socket_lock);
	while (socket && !socket->lost)
		socket = socket->next_flying;
	return socket;
}

/* Its messages go; it is closed when those are let go of in which it was. */
static void
empty(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	socket->lost = false;
	socket_queue_empty(socket);
	for (struct socket *pending = socket->pending; pending; pending = pending->next_pending)
		socket_queue_empty(pending);
}

void
socket_garbage_collect(void)
{
	struct socket *lost;
	uint64_t flags;

	if (socket_flight_count() <= FEW)
		return;
	flags = spin_lock(&socket_lock);
	suspect();
	while (acquit_one())
		;
	while ((lost = find_lost()))
		empty(lost);
	spin_unlock(&socket_lock, flags);
	socket_rights_collect();
}
