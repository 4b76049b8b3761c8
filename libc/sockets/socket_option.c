/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Options of sockets. Those that change nothing here are kept all the same, as are wishes for what
 * there is no network for. The sizes of buffers are what they are: as on Linux, a wish for another
 * is no error, and what holds can be asked for.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/time/clock.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/sockets/socket_far.h"
#include "libc/sockets/socket_option.h"
#include "libc/sockets/socket_rights.h"
#include "libc/threads/times.h"

#define TIMEOUT_SHORTEST 1 /* ns: 0 is none at all */

enum {
	ABI_SO_REUSEADDR = 2,
	ABI_SO_TYPE = 3,
	ABI_SO_ERROR = 4,
	ABI_SO_BROADCAST = 6,
	ABI_SO_SNDBUF = 7,
	ABI_SO_RCVBUF = 8,
	ABI_SO_KEEPALIVE = 9,
	ABI_SO_OOBINLINE = 10,
	ABI_SO_PRIORITY = 12,
	ABI_SO_LINGER = 13,
	ABI_SO_REUSEPORT = 15,
	ABI_SO_PASSCRED = 16,
	ABI_SO_PEERCRED = 17,
	ABI_SO_RCVLOWAT = 18,
	ABI_SO_SNDLOWAT = 19,
	ABI_SO_RCVTIMEO = 20,
	ABI_SO_SNDTIMEO = 21,
	ABI_SO_ACCEPTCONN = 30,
	ABI_SO_SNDBUFFORCE = 32,
	ABI_SO_RCVBUFFORCE = 33,
	ABI_SO_PROTOCOL = 38,
	ABI_SO_DOMAIN = 39,
};

/* The bit of an option that is on or off; 0: another one. */
static uint32_t
bit_of(int option)
{
	switch (option) {
	case ABI_SO_REUSEADDR:
		return SOCKET_REUSE_ADDRESS;
	case ABI_SO_REUSEPORT:
		return SOCKET_REUSE_PORT;
	case ABI_SO_KEEPALIVE:
		return SOCKET_KEEPALIVE;
	case ABI_SO_BROADCAST:
		return SOCKET_BROADCAST;
	case ABI_SO_OOBINLINE:
		return SOCKET_OOB_INLINE;
	case ABI_SO_PASSCRED:
		return SOCKET_PASS_CREDENTIALS;
	default:
		return 0;
	}
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
set_bit(struct socket *socket, int option, int32_t value)
{
	if (option == ABI_SO_PASSCRED && !socket_is_unix(socket))
		return -ENOTSUP;
	if (option == ABI_SO_REUSEPORT && value && socket_is_unix(socket))
		return -ENOTSUP;
	socket_option_switch(socket, bit_of(option), value);
	return 0;
}

static int64_t
set_linger(struct socket *socket, const void *value, int length)
{
	if (length < (int)sizeof(socket->linger))
		return -EINVAL;
	memcpy(&socket->linger, value, sizeof(socket->linger));
	socket->linger.on = !!socket->linger.on;
	return 0;
}

static int64_t
set_option(struct socket *socket, int option, const void *value, int length)
{
	int32_t number;

	if (length < (int)sizeof(number))
		return -EINVAL;
	memcpy(&number, value, sizeof(number));
	if (bit_of(option))
		return set_bit(socket, option, number);
	switch (option) {
	case ABI_SO_SNDBUF:
	case ABI_SO_RCVBUF:
	case ABI_SO_SNDBUFFORCE:
	case ABI_SO_RCVBUFFORCE:
		return 0;
	case ABI_SO_PRIORITY:
		socket->priority = number;
		return 0;
	case ABI_SO_RCVLOWAT:
		socket->receive_least = number > 0 ? number : number < 0 ? INT32_MAX : 1;
		return 0;
	case ABI_SO_LINGER:
		return set_linger(socket, value, length);
	case ABI_SO_RCVTIMEO:
		return set_timeout(&socket->receive_timeout, value, length);
	case ABI_SO_SNDTIMEO:
		return set_timeout(&socket->send_timeout, value, length);
	default:
		return socket_option_refuse(ABI_SOL_SOCKET, option);
	}
}

/* Options of a connection to another machine are the stack's to follow. */
static void
tell_far(struct socket *socket)
{
	uint64_t flags;

	if (!socket_far)
		return;
	flags = spin_lock(&socket_lock);
	socket_far_look(socket);
	spin_unlock(&socket_lock, flags);
}

int64_t
sys_setsockopt(int descriptor, int level, int option, const void *value, int length)
{
	int64_t result;
	struct file *file = socket_get(descriptor, &result);

	if (!file)
		return result;
	if (length < 0)
		result = -EINVAL;
	else if (level == ABI_SOL_SOCKET)
		result = set_option(socket_of(file), option, value, length);
	else if (socket_is_unix(socket_of(file)))
		result = -ENOTSUP;
	else
		result = socket_option_set_inet(socket_of(file), level, option, value, length);
	tell_far(socket_of(file));
	file_put(file);
	return result;
}

/* -- Asking ------------------------------------------------------------------------------------ */

static int32_t
take_error(struct socket *socket)
{
	uint64_t flags = spin_lock(&socket_lock);
	int error = socket_take_error(socket);

	spin_unlock(&socket_lock, flags);
	return -error;
}

/* An option that is a number. Returns 0, or -errno. */
static int64_t
number_of(struct socket *socket, int option, int32_t *number)
{
	uint32_t bit = bit_of(option);

	if (option == ABI_SO_PASSCRED && !socket_is_unix(socket))
		return -ENOTSUP;
	*number = bit && (socket->options & bit);
	if (bit)
		return 0;
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
	case ABI_SO_PRIORITY:
		*number = socket->priority;
		return 0;
	case ABI_SO_RCVLOWAT:
		*number = socket->receive_least;
		return 0;
	case ABI_SO_SNDLOWAT:
		*number = 1;
		return 0;
	case ABI_SO_ACCEPTCONN:
		*number = socket->state == SOCKET_LISTENING;
		return 0;
	case ABI_SO_DOMAIN:
		*number = socket->family;
		return 0;
	case ABI_SO_PROTOCOL:
		*number = socket->protocol;
		return 0;
	default:
		return socket_option_refuse(ABI_SOL_SOCKET, option);
	}
}

/* Writes the value of an option, cut to *length. */
static void
write_value(const void *from, size_t size, void *value, uint32_t *length)
{
	*length = (uint32_t)MIN((size_t)*length, size);
	memcpy(value, from, *length);
}

/* Who is at the other end: this program, or nobody known. */
static struct abi_ucred
peer_of(const struct socket *socket)
{
	bool known = socket_is_unix(socket) && (socket->peer || socket->state != SOCKET_IDLE);

	return known ? (struct abi_ucred){.process = PROCESS_ID}
		     : (struct abi_ucred){0, UINT32_MAX, UINT32_MAX};
}

static int64_t
get_option(struct socket *socket, int option, void *value, uint32_t *length)
{
	uint64_t timeout =
		option == ABI_SO_RCVTIMEO ? socket->receive_timeout : socket->send_timeout;
	struct abi_timeval time = {(int64_t)(timeout / NS_PER_SECOND),
				   (int64_t)(timeout % NS_PER_SECOND / NS_PER_US)};
	struct abi_ucred credentials = peer_of(socket);
	int32_t number;
	int64_t result = 0;

	if (option == ABI_SO_PEERCRED) {
		write_value(&credentials, sizeof(credentials), value, length);
	} else if (option == ABI_SO_RCVTIMEO || option == ABI_SO_SNDTIMEO) {
		write_value(&time, sizeof(time), value, length);
	} else if (option == ABI_SO_LINGER) {
		write_value(&socket->linger, sizeof(socket->linger), value, length);
	} else {
		result = number_of(socket, option, &number);
		if (!result)
			write_value(&number, sizeof(number), value, length);
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
	if ((int32_t)*length < 0)
		result = -EINVAL;
	else if (level == ABI_SOL_SOCKET)
		result = get_option(socket_of(file), option, value, length);
	else if (socket_is_unix(socket_of(file)))
		result = -ENOTSUP;
	else
		result = socket_option_get_inet(socket_of(file), level, option, value, length);
	file_put(file);
	return result;
}
