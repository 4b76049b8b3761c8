/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which sockets there are, and making one or a pair. A family that is refused is named once.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/sockets/socket.h"

#define ABI_SOCK_TYPE 0xf
#define ABI_IPPROTO_ICMP 1
#define IPPROTO_END 263 /* numbers of protocols, and of types, are below */
#define TYPES_END 11

static const char *
family_name(unsigned family)
{
	static const char *const names[] = {
		[ABI_AF_NETLINK] = "AF_NETLINK", [17] = "AF_PACKET"};
	const char *name = family < ARRAY_SIZE(names) ? names[family] : NULL;

	return name ? name : "this family";
}

/* Says once of each family that it is not there. */
static void
name_family(unsigned family)
{
	static uint64_t named;
	uint64_t bit = 1ULL << MIN(family, 63u);

	if (!(__atomic_fetch_or(&named, bit, __ATOMIC_RELAXED) & bit))
		log_warning("libc: socket: %s (%u) is not served: EAFNOSUPPORT",
			    family_name(family), family);
}

/* Whether there is a protocol of a type. Returns the one that is meant, or -errno. */
static int
check_inet(int kind, int protocol)
{
	int usual = kind == ABI_SOCK_STREAM ? ABI_IPPROTO_TCP : ABI_IPPROTO_UDP;

	if (protocol < 0 || protocol >= IPPROTO_END)
		return -EINVAL;
	if (kind == ABI_SOCK_RAW)
		log_warning("libc: socket: raw sockets are not served: ESOCKTNOSUPPORT");
	if (kind != ABI_SOCK_STREAM && kind != ABI_SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (kind == ABI_SOCK_DGRAM && protocol == ABI_IPPROTO_ICMP)
		return -EACCES; /* nobody is in the group that may ping */
	return protocol && protocol != usual ? -EPROTONOSUPPORT : usual;
}

static int
check_unix(int kind, int protocol)
{
	if (protocol && protocol != ABI_AF_UNIX)
		return -EPROTONOSUPPORT;
	if (kind != ABI_SOCK_STREAM && kind != ABI_SOCK_DGRAM && kind != ABI_SOCK_SEQPACKET &&
	    kind != ABI_SOCK_RAW)
		return -ESOCKTNOSUPPORT;
	return 0;
}

/* The protocol is NETLINK_ROUTE's, which C libraries take for being told. */
static int
check_netlink(int kind, int protocol)
{
	if (kind != ABI_SOCK_RAW && kind != ABI_SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (!protocol)
		return 0;
	name_family(ABI_AF_NETLINK);
	return -EPROTONOSUPPORT;
}

/* Whether what is asked for is served. Returns what SO_PROTOCOL says, or -errno. */
static int
check_family(int family, int type, int protocol)
{
	int kind = type & ABI_SOCK_TYPE;

	if ((type & ~(ABI_SOCK_TYPE | ABI_O_CLOEXEC | ABI_O_NONBLOCK)) || kind >= TYPES_END)
		return -EINVAL;
	switch (family) {
	case ABI_AF_UNIX:
		return check_unix(kind, protocol);
	case ABI_AF_NETLINK:
		return check_netlink(kind, protocol);
	case ABI_AF_INET:
	case ABI_AF_INET6:
		return check_inet(kind, protocol);
	default:
		name_family((unsigned)family);
		return -EAFNOSUPPORT;
	}
}

static uint32_t
open_flags(int type)
{
	return (uint32_t)type & (ABI_O_CLOEXEC | ABI_O_NONBLOCK);
}

/* A raw socket of AF_UNIX is one of messages. */
static struct socket *
make_socket(int family, int type, int protocol)
{
	int kind = type & ABI_SOCK_TYPE;

	spin_assert_held(&socket_lock);
	if (kind == ABI_SOCK_RAW)
		kind = ABI_SOCK_DGRAM;
	return socket_make((uint16_t)family, (uint16_t)kind, (uint16_t)protocol);
}

/* The type has flags beside it. */
int64_t
sys_socket(int family, int type, int protocol)
{
	int meant = check_family(family, type, protocol);
	struct socket *socket;
	uint64_t flags;

	if (meant < 0)
		return meant;
	flags = spin_lock(&socket_lock);
	socket = make_socket(family, type, meant);
	spin_unlock(&socket_lock, flags);
	return descriptor_add_new(socket_open(socket, open_flags(type)), type);
}

int64_t
sys_socketpair(int family, int type, int protocol, int32_t *descriptors)
{
	int meant = check_family(family, type, protocol);
	struct socket *pair[2];
	struct file *files[2];
	uint64_t flags;

	if (meant < 0)
		return meant;
	if (family != ABI_AF_UNIX)
		return -ENOTSUP; /* as on Linux */
	flags = spin_lock(&socket_lock);
	pair[0] = make_socket(family, type, meant);
	pair[1] = make_socket(family, type, meant);
	if (pair[0] && pair[1])
		socket_join(pair[0], pair[1]);
	spin_unlock(&socket_lock, flags);
	files[0] = socket_open(pair[0], open_flags(type));
	files[1] = socket_open(pair[1], open_flags(type));
	return descriptor_add_pair(files, type & ABI_O_CLOEXEC, descriptors);
}
