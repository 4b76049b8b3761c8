/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses as calls have them. All of TCP and UDP is kept as an address of IPv6.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/sockets/socket.h"

struct abi_sockaddr_un {
	uint16_t family;
	char path[SOCKET_PATH_MAX]; /* ends with a NUL or with the structure */
};
_Static_assert(sizeof(struct abi_sockaddr_un) == 110, "struct sockaddr_un");

struct abi_sockaddr_in {
	uint16_t family;
	uint16_t port;
	uint8_t address[4];
	uint8_t zero[8];
};
_Static_assert(sizeof(struct abi_sockaddr_in) == 16, "struct sockaddr_in");

struct abi_sockaddr_in6 {
	uint16_t family;
	uint16_t port;
	uint32_t flow;
	uint8_t address[16];
	uint32_t scope;
};
_Static_assert(sizeof(struct abi_sockaddr_in6) == 28, "struct sockaddr_in6");
#define IN6_SHORTEST 24 /* RFC 2133's, which had no scope */

static int
load_unix(const struct abi_sockaddr_un *from, int length, struct socket_name *name)
{
	size_t room = (size_t)length - SOCKET_FAMILY_SIZE;

	if (length < (int)SOCKET_FAMILY_SIZE || length > (int)sizeof(*from) ||
	    from->family != ABI_AF_UNIX)
		return -EINVAL;
	memcpy(name->path, from->path, room);
	if (room && !from->path[0])
		name->length = (uint16_t)room;
	else if (room)
		name->length = (uint16_t)(string_length(name->path) + 1);
	return 0;
}

static int
load_inet(const struct abi_sockaddr_in *from, int length, struct socket_name *name)
{
	static const uint8_t mapped[SOCKET_MAPPED_AT] = {[10] = 0xff, [11] = 0xff};

	if (length < (int)sizeof(*from))
		return -EINVAL;
	if (from->family != ABI_AF_INET)
		return -EAFNOSUPPORT;
	name->end.port = from->port;
	memcpy(name->end.address, mapped, sizeof(mapped));
	memcpy(name->end.address + SOCKET_MAPPED_AT, from->address, sizeof(from->address));
	return 0;
}

static int
load_inet6(const struct abi_sockaddr_in6 *from, int length, struct socket_name *name)
{
	if (length < IN6_SHORTEST)
		return -EINVAL;
	if (from->family != ABI_AF_INET6)
		return -EAFNOSUPPORT;
	name->end.port = from->port;
	memcpy(name->end.address, from->address, sizeof(from->address));
	return 0;
}

int
socket_name_load(const struct socket *socket, const void *address, int length,
		 struct socket_name *name)
{
	*name = (struct socket_name){.family = socket->family};
	if (!address || length < (int)SOCKET_FAMILY_SIZE)
		return -EINVAL;
	switch (socket->family) {
	case ABI_AF_UNIX:
		return load_unix(address, length, name);
	case ABI_AF_NETLINK:
		return -ENOTSUP;
	case ABI_AF_INET:
		return load_inet(address, length, name);
	default:
		return load_inet6(address, length, name);
	}
}

struct socket_name
socket_name_of_end(uint16_t family, const struct socket_end *end)
{
	return (struct socket_name){.family = family, .end = *end};
}

/* Any address that can be returned. */
union address {
	struct abi_sockaddr_un local;
	struct abi_sockaddr_in inet;
	struct abi_sockaddr_in6 inet6;
	char bytes[SOCKET_FAMILY_SIZE + SOCKET_PATH_MAX + 1];
};

static size_t
make_address(const struct socket_name *name, union address *to)
{
	const struct socket_end *end = &name->end;

	switch (name->family) {
	case ABI_AF_UNIX:
		to->local.family = ABI_AF_UNIX;
		memcpy(to->bytes + SOCKET_FAMILY_SIZE, name->path, name->length);
		return SOCKET_FAMILY_SIZE + name->length;
	case ABI_AF_INET:
		to->inet = (struct abi_sockaddr_in){.family = ABI_AF_INET, .port = end->port};
		memcpy(to->inet.address, end->address + SOCKET_MAPPED_AT, sizeof(to->inet.address));
		return sizeof(to->inet);
	default:
		to->inet6 = (struct abi_sockaddr_in6){.family = ABI_AF_INET6, .port = end->port};
		memcpy(to->inet6.address, end->address, sizeof(to->inet6.address));
		return sizeof(to->inet6);
	}
}

void
socket_name_store(const struct socket_name *name, void *address, uint32_t *length)
{
	union address whole;
	size_t size;

	if (!address || !length)
		return;
	size = make_address(name, &whole);
	memcpy(address, &whole, MIN(*length, size));
	*length = (uint32_t)size;
}
