/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A list of the sockets that are on their way, and how often each is.
 */
#include "libc/sockets/socket_flight.h"

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "libc/sockets/socket_rights.h"

static struct socket *first_in_flight;
static unsigned flight_count;

static void
flight_begin(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (socket->in_flight++)
		return;
	socket->next_flying = first_in_flight;
	first_in_flight = socket;
	WRITE_ONCE(flight_count, flight_count + 1);
}

static void
flight_end(struct socket *socket)
{
	struct socket **link = &first_in_flight;

	assert_that(socket->in_flight > 0);
	spin_assert_held(&socket_lock);
	if (--socket->in_flight)
		return;
	while (*link != socket)
		link = &(*link)->next_flying;
	*link = socket->next_flying;
	WRITE_ONCE(flight_count, flight_count - 1);
}

void
socket_flight_begin(const struct socket_rights *rights)
{
	socket_rights_each_socket(rights, flight_begin);
}

void
socket_flight_end(const struct socket_rights *rights)
{
	socket_rights_each_socket(rights, flight_end);
}

struct socket *
socket_flight_first(void)
{
	spin_assert_held(&socket_lock);
	return first_in_flight;
}

unsigned
socket_flight_count(void)
{
	return READ_ONCE(flight_count);
}
