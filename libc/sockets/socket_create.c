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

static const char *
family_name(unsigned family)
{
	static const char *const names[] = {
		[10] = "AF_INET6", [16] = "AF_NETLINK", [17] = "AF_PACKET"};
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

/* AF_INET has TCP alone. Returns 0, or -errno. */
static int
check_inet(int kind, int protocol)
{
	if (kind != ABI_SOCK_STREAM) {
		log_warning("libc: socket: of AF_INET only streams over loopback are served: "
			    "ESOCKTNOSUPPORT");
		return -ESOCKTNOSUPPORT;
	}
	return protocol && protocol != ABI_IPPROTO_TCP ? -EPROTONOSUPPORT : 0;
}

/* Whether socket() and socketpair() serve what is asked for. Returns 0, or -errno. */
static int
check_kind(int family, int type, int protocol)
{
	int kind = type & ABI_SOCK_TYPE;

	if (type & ~(ABI_SOCK_TYPE | ABI_O_CLOEXEC | ABI_O_NONBLOCK))
		return -EINVAL;
	if (family == ABI_AF_INET)
		return check_inet(kind, protocol);
	if (family != ABI_AF_UNIX) {
		name_family((unsigned)family);
		return -EAFNOSUPPORT;
	}
	if (kind != ABI_SOCK_STREAM && kind != ABI_SOCK_DGRAM && kind != ABI_SOCK_SEQPACKET)
		return -ESOCKTNOSUPPORT;
	return protocol && protocol != ABI_AF_UNIX ? -EPROTONOSUPPORT : 0;
}

static uint32_t
open_flags(int type)
{
	return (uint32_t)type & (ABI_O_CLOEXEC | ABI_O_NONBLOCK);
}

/* The type has flags beside it. */
int64_t
sys_socket(int family, int type, int protocol)
{
	uint64_t flags;
	int result = check_kind(family, type, protocol);
	struct socket *socket;

	if (result)
		return result;
	flags = spin_lock(&socket_lock);
	socket = socket_make(type & ABI_SOCK_TYPE);
	if (socket)
		socket->name.inet = family == ABI_AF_INET;
	spin_unlock(&socket_lock, flags);
	return descriptor_add_new(socket_open(socket, open_flags(type)), type);
}

int64_t
sys_socketpair(int family, int type, int protocol, int32_t *descriptors)
{
	uint64_t flags;
	int result = check_kind(family, type, protocol);
	struct socket *pair[2];
	struct file *files[2];

	if (result)
		return result;
	if (family == ABI_AF_INET)
		return -ENOTSUP; /* as on Linux */
	flags = spin_lock(&socket_lock);
	pair[0] = socket_make(type & ABI_SOCK_TYPE);
	pair[1] = socket_make(type & ABI_SOCK_TYPE);
	if (pair[0] && pair[1])
		socket_join(pair[0], pair[1]);
	spin_unlock(&socket_lock, flags);
	files[0] = socket_open(pair[0], open_flags(type));
	files[1] = socket_open(pair[1], open_flags(type));
	return descriptor_add_pair(files, type & ABI_O_CLOEXEC, descriptors);
}
