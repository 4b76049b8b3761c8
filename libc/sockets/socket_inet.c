/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of TCP and UDP. The loopback is the only network interface here, between the program's own
 * threads; where there is a network stack (socket_far.h), its addresses are own as well, and all
 * others lead to it.
 *
 * Sockets that have a port are on a list, under socket_lock. Ports are kept in network order.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "libc/sockets/socket.h"
#include "libc/sockets/socket_far.h"

#define LOOPBACK_NET 127 /* the first of that part */

/* Ports for those that do not ask for one, RFC 6335 section 6. */
#define FIRST_DYNAMIC_PORT 49152
#define LAST_DYNAMIC_PORT 65535

static const uint8_t any4[16] = {[10] = 0xff, [11] = 0xff};
static const uint8_t any6[16];
static const uint8_t loopback4[16] = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1};
static const uint8_t loopback6[16] = {[15] = 1};

const struct socket_far_operations *socket_far;

static struct socket *inet_bound;

static bool
is_same(const uint8_t *a, const uint8_t *b)
{
	return !memcmp(a, b, sizeof(any6));
}

static bool
is_mapped(const uint8_t *address)
{
	return !memcmp(address, any4, SOCKET_MAPPED_AT);
}

static bool
is_any(const uint8_t *address)
{
	return is_same(address, any4) || is_same(address, any6);
}

static bool
is_loopback(const uint8_t *address)
{
	return is_any(address) || is_same(address, loopback6) ||
	       (is_mapped(address) && address[SOCKET_MAPPED_AT] == LOOPBACK_NET);
}

static bool
is_local(const uint8_t *address)
{
	return is_loopback(address) || (socket_far && socket_far->is_own(address));
}

/* Whether what is sent to an address comes to a socket, by its own. */
static bool
takes(const struct socket *socket, const uint8_t *address)
{
	const uint8_t *own = socket->name.end.address;

	if (is_same(own, any6))
		return !is_mapped(address) || !(socket->options & SOCKET_V6ONLY);
	return is_same(own, address) || (is_same(own, any4) && is_mapped(address));
}

/* Whether two sockets may have the same name, as both have allowed. */
static bool
may_share(const struct socket *a, const struct socket *b)
{
	uint32_t both = a->options & b->options;

	if (both & SOCKET_REUSE_PORT)
		return true;
	return (both & SOCKET_REUSE_ADDRESS) &&
	       (socket_is_udp(a) || (a->state != SOCKET_LISTENING && b->state != SOCKET_LISTENING));
}

/* Whether a socket with a name would be in the way of another. */
static bool
collides(const struct socket *socket, const struct socket *other)
{
	if (socket == other || socket->type != other->type ||
	    socket->name.end.port != other->name.end.port)
		return false;
	return (takes(socket, other->name.end.address) || takes(other, socket->name.end.address)) &&
	       !may_share(socket, other);
}

static bool
is_taken(const struct socket *socket)
{
	const struct socket *other = inet_bound;

	spin_assert_held(&socket_lock);
	while (other && !collides(socket, other))
		other = other->next_bound;
	return other;
}

void
socket_inet_list(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	socket->next_bound = inet_bound;
	inet_bound = socket;
	socket->listed = true;
}

void
socket_inet_unlist(struct socket *socket)
{
	struct socket **link = &inet_bound;

	spin_assert_held(&socket_lock);
	while (*link && *link != socket)
		link = &(*link)->next_bound;
	if (*link)
		*link = socket->next_bound;
	socket->listed = false;
}

/* Gives a socket a port that no other has. Returns 0, or -EADDRINUSE when all are taken. */
static int
choose_port(struct socket *socket)
{
	static unsigned last = LAST_DYNAMIC_PORT;
	uint32_t options = socket->options;

	spin_assert_held(&socket_lock);
	socket->options &= ~(uint32_t)(SOCKET_REUSE_ADDRESS | SOCKET_REUSE_PORT);
	for (unsigned i = FIRST_DYNAMIC_PORT; i <= LAST_DYNAMIC_PORT; i++) {
		last = last == LAST_DYNAMIC_PORT ? FIRST_DYNAMIC_PORT : last + 1;
		socket->name.end.port = __builtin_bswap16((uint16_t)last);
		if (!is_taken(socket)) {
			socket->options = options;
			return 0;
		}
	}
	socket->options = options;
	socket->name.end.port = 0;
	return -EADDRINUSE;
}

int
socket_inet_take_port(struct socket *socket)
{
	int result = 0;

	spin_assert_held(&socket_lock);
	if (!socket->listed) {
		result = choose_port(socket);
		if (!result)
			socket_inet_list(socket);
	}
	return result;
}

void
socket_inet_drop_address(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (!socket->address_bound)
		memcpy(socket->name.end.address, socket->family == ABI_AF_INET ? any4 : any6,
		       sizeof(socket->name.end.address));
}

static int
bind_locked(struct socket *socket, const struct socket_end *end)
{
	uint16_t port = socket->name.end.port;
	int result;

	spin_assert_held(&socket_lock);
	if (socket->listed || socket->state != SOCKET_IDLE)
		return -EINVAL;
	socket->name.end = *end;
	if (end->port)
		result = is_taken(socket) ? -EADDRINUSE : 0;
	else
		result = choose_port(socket);
	if (result) { /* (Linux takes the address away, too.) */
		socket->address_bound = false;
		socket_inet_drop_address(socket);
		socket->name.end.port = port;
		return result;
	}
	socket->port_bound = end->port;
	socket->address_bound = !is_any(end->address);
	socket_inet_list(socket);
	return 0;
}

int
socket_inet_bind(struct socket *socket, const struct socket_name *name)
{
	uint64_t flags;
	int result;

	if (!is_local(name->end.address))
		return -EADDRNOTAVAIL;
	flags = spin_lock(&socket_lock);
	result = bind_locked(socket, &name->end);
	spin_unlock(&socket_lock, flags);
	return result;
}

void
socket_inet_take_address(struct socket *socket, const struct socket_end *to)
{
	uint8_t *own = socket->name.end.address;

	spin_assert_held(&socket_lock);
	if (!is_any(own) || (socket_far && !is_loopback(to->address) &&
			     socket_far->source_for(to->address, own)))
		return;
	memcpy(own, is_mapped(to->address) ? loopback4 : loopback6, sizeof(to->address));
}

int
socket_inet_check_listen(const struct socket *socket)
{
	spin_assert_held(&socket_lock);
	for (const struct socket *other = inet_bound; other; other = other->next_bound)
		if (other->state == SOCKET_LISTENING && collides(socket, other))
			return -EADDRINUSE;
	return 0;
}

int
socket_inet_resolve(struct socket_end *to)
{
	uint8_t own[sizeof(to->address)];

	if (!is_local(to->address) && !socket_far)
		log_warning("libc: connect: there is no network but loopback: ENETUNREACH");
	if (!is_local(to->address) &&
	    (!socket_far || !socket_far->source_for(to->address, own)))
		return -ENETUNREACH;
	if (is_any(to->address))
		memcpy(to->address, is_mapped(to->address) ? loopback4 : loopback6,
		       sizeof(to->address));
	return 0;
}

bool
socket_inet_is_far(const struct socket_end *to)
{
	return socket_far && !is_local(to->address);
}

void
socket_far_look(struct socket *socket)
{
	spin_assert_held(&socket_lock);
	if (socket->peer && socket->peer->far)
		ready_mark(&socket->peer->source, 0);
}

bool
socket_inet_is_same(const struct socket_end *a, const struct socket_end *b)
{
	return a->port == b->port && is_same(a->address, b->address);
}

/* Whether a socket is one to which something from another may come. */
static bool
may_get(const struct socket *socket, const struct socket *from)
{
	if (socket_is_tcp(socket))
		return socket->state == SOCKET_LISTENING || socket == from;
	return socket->state != SOCKET_CONNECTED ||
	       socket_inet_is_same(&socket->peer_end, &from->name.end);
}

struct socket *
socket_inet_find(const struct socket *from, const struct socket_end *to)
{
	struct socket *found = NULL;

	spin_assert_held(&socket_lock);
	for (struct socket *socket = inet_bound; socket; socket = socket->next_bound) {
		if (socket->type != from->type || socket->name.end.port != to->port ||
		    !takes(socket, to->address) || !may_get(socket, from))
			continue;
		/* The more it has in common, the better. */
		if (!found || (found->state != SOCKET_CONNECTED &&
			       socket->state == SOCKET_CONNECTED))
			found = socket;
	}
	return found;
}
