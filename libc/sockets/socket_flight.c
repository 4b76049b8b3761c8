/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A list of the sockets that are on their way, and how often each is.
 */
#include "libc/sockets/socket_flight.h"

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "libc/sockets/socket_rights.h"

static struct socket *first;
static unsigned count;

static void
begin(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (socket->in_flight++)
		return;
	socket->next_flying = first;
	first = socket;
	WRITE_ONCE(count, count + 1);
}

static void
end(struct socket *socket)
{
	struct socket **link = &first;

	assert_that(socket->in_flight > 0);
	spin_assert_held(&socket_lock);
	if (--socket->in_flight)
		return;
	while (*link != socket)
		link = &(*link)->next_flying;
	*link = socket->next_flying;
	WRITE_ONCE(count, count - 1);
}

void
socket_flight_begin(const struct socket_rights *rights)
{
	socket_rights_each_socket(rights, begin);
}

void
socket_flight_end(const struct socket_rights *rights)
{
	socket_rights_each_socket(rights, end);
}

struct socket *
socket_flight_first(void)
{
	spin_assert_held(&socket_lock);
	return first;
}

unsigned
socket_flight_count(void)
{
	return READ_ONCE(count);
}
