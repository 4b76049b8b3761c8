/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Options of sockets. The sizes of buffers are what they are: as on Linux, a wish for another is
 * no error, and what holds can be asked for.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/time/clock.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/sockets/socket.h"
#include "libc/threads/times.h"

#define ABI_SOL_SOCKET 1
#define ABI_TCP_NODELAY 1

#define TIMEOUT_SHORTEST 1 /* ns: 0 is none at all */

enum {
	ABI_SO_REUSEADDR = 2,
	ABI_SO_TYPE = 3,
	ABI_SO_ERROR = 4,
	ABI_SO_SNDBUF = 7,
	ABI_SO_RCVBUF = 8,
	ABI_SO_PEERCRED = 17,
	ABI_SO_RCVTIMEO = 20,
	ABI_SO_SNDTIMEO = 21,
	ABI_SO_ACCEPTCONN = 30,
	ABI_SO_PROTOCOL = 38,
	ABI_SO_DOMAIN = 39,
};

/* Process and users of the other end: this program. */
struct abi_ucred {
	int32_t process;
	uint32_t user, group;
};

static int64_t
refuse(int level, int option)
{
	log_warning("libc: socket option %d of level %d is not served: ENOPROTOOPT", option, level);
	return -ENOPROTOOPT;
}

static int64_t
set_timeout(uint64_t *timeout, const struct abi_timeval *time, int length)
{
	struct abi_timespec span;

	if (length < (int)sizeof(*time))
		return -EINVAL;
	if (time->microseconds < 0 || time->microseconds >= 1000000)
		return -EDOM;
	span = (struct abi_timespec){time->seconds, time->microseconds * (int64_t)NS_PER_US};
	if (time_load(&span, timeout))
		*timeout = TIMEOUT_SHORTEST; /* negative, with which Linux does not wait */
	return 0;
}

static int64_t
set_option(struct socket *socket, int option, const void *value, int length)
{
	switch (option) {
	case ABI_SO_REUSEADDR: /* says nothing of paths; a port is free when its socket is closed */
	case ABI_SO_SNDBUF:
	case ABI_SO_RCVBUF:
		return length < (int)sizeof(int32_t) ? -EINVAL : 0;
	case ABI_SO_RCVTIMEO:
		return set_timeout(&socket->receive_timeout, value, length);
	case ABI_SO_SNDTIMEO:
		return set_timeout(&socket->send_timeout, value, length);
	default:
		return refuse(ABI_SOL_SOCKET, option);
	}
}

int64_t
sys_setsockopt(int descriptor, int level, int option, const void *value, int length)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);

	if (!file)
		return result;
	if (level == ABI_SOL_SOCKET)
		result = set_option(socket_of(file), option, value, length);
	else if (level == ABI_IPPROTO_TCP && option == ABI_TCP_NODELAY &&
		 socket_of(file)->name.inet)
		result = 0; /* nothing is ever delayed */
	else
		result = refuse(level, option);
	file_put(file);
	return result;
}

static int32_t
take_error(struct socket *socket)
{
	uint64_t flags = spin_lock(&socket_lock);
	int32_t error = socket->error;

	socket->error = 0;
	spin_unlock(&socket_lock, flags);
	return error;
}

/* An option that is a number. Returns 0, or -ENOPROTOOPT. */
static int64_t
number_of(struct socket *socket, int option, int32_t *number)
{
	switch (option) {
	case ABI_SO_TYPE:
		*number = socket->type;
		return 0;
	case ABI_SO_ERROR:
		*number = take_error(socket);
		return 0;
	case ABI_SO_SNDBUF:
	case ABI_SO_RCVBUF:
		*number = SOCKET_BUFFER;
		return 0;
	case ABI_SO_ACCEPTCONN:
		*number = socket->state == SOCKET_LISTENING;
		return 0;
	case ABI_SO_DOMAIN:
		*number = socket->name.inet ? ABI_AF_INET : ABI_AF_UNIX;
		return 0;
	case ABI_SO_PROTOCOL:
		*number = socket->name.inet ? ABI_IPPROTO_TCP : 0;
		return 0;
	case ABI_SO_REUSEADDR:
		*number = 0;
		return 0;
	default:
		return refuse(ABI_SOL_SOCKET, option);
	}
}

/* Writes the value of an option, cut to *length. */
static void
tell(const void *from, size_t size, void *value, uint32_t *length)
{
	*length = (uint32_t)MIN((size_t)*length, size);
	memcpy(value, from, *length);
}

static int64_t
get_option(struct socket *socket, int option, void *value, uint32_t *length)
{
	uint64_t timeout =
		option == ABI_SO_RCVTIMEO ? socket->receive_timeout : socket->send_timeout;
	struct abi_timeval time = {(int64_t)(timeout / NS_PER_SECOND),
				   (int64_t)(timeout % NS_PER_SECOND / NS_PER_US)};
	struct abi_ucred credentials = {.process = 1};
	int32_t number;
	int64_t result = 0;

	if (option == ABI_SO_PEERCRED) {
		tell(&credentials, sizeof(credentials), value, length);
	} else if (option == ABI_SO_RCVTIMEO || option == ABI_SO_SNDTIMEO) {
		tell(&time, sizeof(time), value, length);
	} else {
		result = number_of(socket, option, &number);
		if (!result)
			tell(&number, sizeof(number), value, length);
	}
	return result;
}

int64_t
sys_getsockopt(int descriptor, int level, int option, void *value, uint32_t *length)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);

	if (!file)
		return result;
	if (level == ABI_SOL_SOCKET)
		result = get_option(socket_of(file), option, value, length);
	else
		result = refuse(level, option);
	file_put(file);
	return result;
}
