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
family_name(uint64_t family)
{
	static const char *const names[] = {
		[10] = "AF_INET6", [16] = "AF_NETLINK", [17] = "AF_PACKET"};
	const char *name = family < ARRAY_SIZE(names) ? names[family] : NULL;

	return name ? name : "this family";
}

/* Says once of each family that it is not there. */
static void
name_family(uint64_t family)
{
	static uint64_t named;
	uint64_t bit = 1ULL << MIN(family, 63ULL);

	if (!(__atomic_fetch_or(&named, bit, __ATOMIC_RELAXED) & bit))
		log_warning("libc: socket: %s (%lu) is not served: EAFNOSUPPORT",
			    family_name(family), (unsigned long)family);
}

/* AF_INET has TCP alone. Returns 0, or -errno. */
static int
check_inet(uint64_t kind, uint64_t protocol)
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
check_kind(uint64_t family, uint64_t type, uint64_t protocol)
{
	uint64_t kind = type & ABI_SOCK_TYPE;

	if (type & ~(uint64_t)(ABI_SOCK_TYPE | ABI_O_CLOEXEC | ABI_O_NONBLOCK))
		return -EINVAL;
	if (family == ABI_AF_INET)
		return check_inet(kind, protocol);
	if (family != ABI_AF_UNIX) {
		name_family(family);
		return -EAFNOSUPPORT;
	}
	if (kind != ABI_SOCK_STREAM && kind != ABI_SOCK_DGRAM && kind != ABI_SOCK_SEQPACKET)
		return -ESOCKTNOSUPPORT;
	return protocol && protocol != ABI_AF_UNIX ? -EPROTONOSUPPORT : 0;
}

static uint32_t
open_flags(uint64_t type)
{
	return (uint32_t)type & (ABI_O_CLOEXEC | ABI_O_NONBLOCK);
}

/* socket(family, type and flags, protocol) */
int64_t
sys_socket(struct app_frame *frame)
{
	uint64_t type = frame->arg[1], flags;
	int result = check_kind(frame->arg[0], type, frame->arg[2]);
	struct socket *socket;
	struct file *file;

	if (result)
		return result;
	flags = spin_lock(&socket_lock);
	socket = socket_make(type & ABI_SOCK_TYPE);
	if (socket)
		socket->name.inet = frame->arg[0] == ABI_AF_INET;
	spin_unlock(&socket_lock, flags);
	file = socket_open(socket, open_flags(type));
	if (!file)
		return -ENOMEM;
	result = descriptor_add(file, 0, type & ABI_O_CLOEXEC);
	if (result < 0)
		file_put(file);
	return result;
}

/* socketpair(family, type and flags, protocol, descriptors) */
int64_t
sys_socketpair(struct app_frame *frame)
{
	uint64_t type = frame->arg[1], flags;
	int result = check_kind(frame->arg[0], type, frame->arg[2]);
	struct socket *pair[2];
	struct file *files[2];

	if (result)
		return result;
	if (frame->arg[0] == ABI_AF_INET)
		return -ENOTSUP; /* as on Linux */
	flags = spin_lock(&socket_lock);
	pair[0] = socket_make(type & ABI_SOCK_TYPE);
	pair[1] = socket_make(type & ABI_SOCK_TYPE);
	if (pair[0] && pair[1])
		socket_join(pair[0], pair[1]);
	spin_unlock(&socket_lock, flags);
	files[0] = socket_open(pair[0], open_flags(type));
	files[1] = socket_open(pair[1], open_flags(type));
	return descriptor_add_pair(files, type & ABI_O_CLOEXEC, (int32_t *)frame->arg[3]);
}
