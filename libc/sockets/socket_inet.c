/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP over loopback, the only network interface here: AF_INET streams between the program's own
 * threads. A program that is steered through a TCP port starts, and can be steered by itself;
 * nothing comes from outside, as there is no network stack, which is said once.
 *
 * Sockets that have a port are on a list, under socket_lock. Addresses and ports are kept in
 * network order.
 */
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "libc/base/syscall.h"
#include "libc/sockets/socket.h"

#define ANY_ADDRESS 0
#define LOOPBACK_NET 127 /* first byte */

/* Ports for those that do not ask for one, RFC 6335 section 6. */
#define FIRST_DYNAMIC_PORT 49152
#define LAST_DYNAMIC_PORT 65535

struct abi_sockaddr_in {
	uint16_t family;
	uint16_t port;
	uint8_t address[4];
	uint8_t zero[8];
};
_Static_assert(sizeof(struct abi_sockaddr_in) == 16, "struct sockaddr_in");

static struct socket *bound;

static bool
is_local(const struct socket_name *name)
{
	uint8_t first = (uint8_t)name->address; /* network order */

	return name->address == ANY_ADDRESS || first == LOOPBACK_NET;
}

/* Whether two names cannot be told apart. */
static bool
collide(const struct socket_name *a, const struct socket_name *b)
{
	return a->port == b->port &&
	       (a->address == b->address || a->address == ANY_ADDRESS || b->address == ANY_ADDRESS);
}

/* The socket on the list that a name leads to; NULL when there is none. */
static struct socket *
find_bound(const struct socket_name *name)
{
	struct socket *socket = bound;

	spin_assert_held(&socket_lock);
	while (socket && !collide(&socket->name, name))
		socket = socket->next_bound;
	return socket;
}

/* Gives a name a port that no other has. Returns 0, or -EADDRINUSE when all are taken. */
static int
choose_port(struct socket_name *name)
{
	for (uint32_t port = FIRST_DYNAMIC_PORT; port <= LAST_DYNAMIC_PORT; port++) {
		name->port = __builtin_bswap16((uint16_t)port);
		if (!find_bound(name))
			return 0;
	}
	return -EADDRINUSE;
}

static int
bind_locked(struct socket *socket, struct socket_name *name)
{
	int result;

	spin_assert_held(&socket_lock);
	if (socket->name.port)
		return -EINVAL;
	if (name->port)
		result = find_bound(name) ? -EADDRINUSE : 0;
	else
		result = choose_port(name);
	if (result)
		return result;
	socket->name = *name;
	socket->next_bound = bound;
	bound = socket;
	return 0;
}

int
socket_inet_bind(struct socket *socket, const struct socket_name *name)
{
	struct socket_name taken = *name;
	uint64_t flags;
	int result;

	if (!is_local(name))
		return -EADDRNOTAVAIL;
	flags = spin_lock(&socket_lock);
	result = bind_locked(socket, &taken);
	spin_unlock(&socket_lock, flags);
	return result;
}

int
socket_inet_name(struct socket *socket, uint32_t address)
{
	struct socket_name name = {.inet = true, .address = address};
	uint64_t flags = spin_lock(&socket_lock);
	int result = socket->name.port ? 0 : bind_locked(socket, &name);

	spin_unlock(&socket_lock, flags);
	return result;
}

int
socket_inet_listen(struct socket *socket)
{
	static bool said;
	int result = socket_inet_name(socket, ANY_ADDRESS);

	if (!result && !__atomic_exchange_n(&said, true, __ATOMIC_RELAXED))
		log_warning("libc: listen: TCP port %u is for this program alone: there is no "
			    "network stack",
			    __builtin_bswap16(socket->name.port));
	return result;
}

void
socket_inet_unbind(struct socket *socket)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket **link = &bound;

	while (*link && *link != socket)
		link = &(*link)->next_bound;
	if (*link)
		*link = socket->next_bound;
	spin_unlock(&socket_lock, flags);
}

int
socket_inet_find(const struct socket_name *name, struct socket **socket)
{
	uint64_t flags;

	if (!is_local(name)) {
		log_warning("libc: connect: there is no network but loopback: ENETUNREACH");
		return -ENETUNREACH;
	}
	flags = spin_lock(&socket_lock);
	*socket = find_bound(name);
	if (*socket)
		socket_hold(*socket);
	spin_unlock(&socket_lock, flags);
	return *socket ? 0 : -ECONNREFUSED;
}

int
socket_inet_load(const void *address, int length, struct socket_name *name)
{
	const struct abi_sockaddr_in *from = address;

	if (!from || length < (int)sizeof(*from))
		return -EINVAL;
	if (from->family != ABI_AF_INET)
		return -EAFNOSUPPORT;
	memset(name, 0, sizeof(*name));
	name->inet = true;
	name->port = from->port;
	memcpy(&name->address, from->address, sizeof(name->address));
	return 0;
}

size_t
socket_inet_store(const struct socket_name *name, void *address, size_t room)
{
	struct abi_sockaddr_in whole = {.family = ABI_AF_INET, .port = name->port};

	memcpy(whole.address, &name->address, sizeof(whole.address));
	memcpy(address, &whole, room < sizeof(whole) ? room : sizeof(whole));
	return sizeof(whole);
}
