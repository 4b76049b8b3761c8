/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Options of TCP and IP. Over loopback none of them changes anything, but IPV6_V6ONLY; they are
 * kept, within the ranges that they have.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/sockets/socket_option.h"

enum { ABI_IPPROTO_IP = 0, ABI_IPPROTO_IPV6 = 41 };

enum { ABI_IP_TOS = 1, ABI_IP_TTL = 2 };
enum { ABI_IPV6_UNICAST_HOPS = 16, ABI_IPV6_V6ONLY = 26, ABI_IPV6_TCLASS = 67 };
enum {
	ABI_TCP_NODELAY = 1,
	ABI_TCP_KEEPIDLE = 4,
	ABI_TCP_KEEPINTVL = 5,
	ABI_TCP_KEEPCNT = 6,
};

#define KEEP_SECONDS_MAX 32767
#define KEEP_COUNT_MAX 127
#define BYTE_MAX 255
#define CONGESTION_BITS 3 /* of the type of service: not the program's affair with TCP */

static int64_t
set_within(int32_t *where, int32_t value, int32_t least, int32_t most)
{
	if (value < least || value > most)
		return -EINVAL;
	*where = value;
	return 0;
}

static int64_t
set_tcp(struct socket *socket, int option, const void *value, int length)
{
	int32_t number;

	if (length < (int)sizeof(number))
		return -EINVAL;
	memcpy(&number, value, sizeof(number));
	switch (option) {
	case ABI_TCP_NODELAY:
		socket_option_switch(socket, SOCKET_NODELAY, number);
		return 0;
	case ABI_TCP_KEEPIDLE:
		return set_within(&socket->keep_idle, number, 1, KEEP_SECONDS_MAX);
	case ABI_TCP_KEEPINTVL:
		return set_within(&socket->keep_interval, number, 1, KEEP_SECONDS_MAX);
	case ABI_TCP_KEEPCNT:
		return set_within(&socket->keep_count, number, 1, KEEP_COUNT_MAX);
	default:
		return socket_option_refuse(ABI_IPPROTO_TCP, option);
	}
}

/* A number may be given as a byte as well; of nothing it is 0. */
static int32_t
number_in(const void *value, int length)
{
	int32_t number = 0;

	if (length >= (int)sizeof(number))
		memcpy(&number, value, sizeof(number));
	else if (length >= 1)
		number = *(const uint8_t *)value;
	return number;
}

static int64_t
set_type_of_service(struct socket *socket, int32_t value)
{
	uint8_t kept = socket_is_tcp(socket) ? CONGESTION_BITS : 0;

	socket->type_of_service = ((uint8_t)value & ~kept) | (socket->type_of_service & kept);
	return 0;
}

static int64_t
set_ip(struct socket *socket, int option, const void *value, int length)
{
	int32_t number = number_in(value, length);

	switch (option) {
	case ABI_IP_TOS:
		return set_type_of_service(socket, number);
	case ABI_IP_TTL:
		if (length < 1)
			return -EINVAL;
		if (number == -1)
			number = SOCKET_TIME_TO_LIVE;
		return set_within(&socket->time_to_live, number, 1, BYTE_MAX);
	default:
		return socket_option_refuse(ABI_IPPROTO_IP, option);
	}
}

static int64_t
set_ipv6(struct socket *socket, int option, const void *value, int length)
{
	int32_t number;

	if (socket->family != ABI_AF_INET6)
		return -ENOPROTOOPT;
	if (length < (int)sizeof(number))
		return -EINVAL;
	memcpy(&number, value, sizeof(number));
	switch (option) {
	case ABI_IPV6_V6ONLY:
		if (socket->listed)
			return -EINVAL;
		socket_option_switch(socket, SOCKET_V6ONLY, number);
		return 0;
	case ABI_IPV6_UNICAST_HOPS:
		return set_within(&socket->time_to_live,
				  number == -1 ? SOCKET_TIME_TO_LIVE : number, 0, BYTE_MAX);
	case ABI_IPV6_TCLASS:
		return set_within(&socket->type_of_service, number == -1 ? 0 : number, 0, BYTE_MAX);
	default:
		return socket_option_refuse(ABI_IPPROTO_IPV6, option);
	}
}

int64_t
socket_option_set_inet(struct socket *socket, int level, int option, const void *value, int length)
{
	if (level == ABI_IPPROTO_TCP && socket_is_tcp(socket))
		return set_tcp(socket, option, value, length);
	if (level == ABI_IPPROTO_IP)
		return set_ip(socket, option, value, length);
	if (level == ABI_IPPROTO_IPV6)
		return set_ipv6(socket, option, value, length);
	return socket_option_refuse(level, option);
}

/* -- Asking ------------------------------------------------------------------------------------ */

static int64_t
get_tcp(const struct socket *socket, int option, int32_t *number)
{
	switch (option) {
	case ABI_TCP_NODELAY:
		*number = !!(socket->options & SOCKET_NODELAY);
		return 0;
	case ABI_TCP_KEEPIDLE:
		*number = socket->keep_idle;
		return 0;
	case ABI_TCP_KEEPINTVL:
		*number = socket->keep_interval;
		return 0;
	case ABI_TCP_KEEPCNT:
		*number = socket->keep_count;
		return 0;
	default:
		return socket_option_refuse(ABI_IPPROTO_TCP, option);
	}
}

static int64_t
get_ip(const struct socket *socket, int option, int32_t *number)
{
	switch (option) {
	case ABI_IP_TOS:
		*number = socket->type_of_service;
		return 0;
	case ABI_IP_TTL:
		*number = socket->time_to_live;
		return 0;
	default:
		return socket_option_refuse(ABI_IPPROTO_IP, option);
	}
}

static int64_t
get_ipv6(const struct socket *socket, int option, int32_t *number)
{
	if (socket->family != ABI_AF_INET6)
		return -ENOTSUP;
	switch (option) {
	case ABI_IPV6_V6ONLY:
		*number = !!(socket->options & SOCKET_V6ONLY);
		return 0;
	case ABI_IPV6_UNICAST_HOPS:
		*number = socket->time_to_live;
		return 0;
	case ABI_IPV6_TCLASS:
		*number = socket->type_of_service;
		return 0;
	default:
		return socket_option_refuse(ABI_IPPROTO_IPV6, option);
	}
}

/* Where there is no room for a number, a small one of IP is written as a byte. */
static void
write_number(int32_t number, bool of_ip, void *value, uint32_t *length)
{
	if (of_ip && *length > 0 && *length < sizeof(number) && number >= 0 && number <= BYTE_MAX)
		*length = 1;
	*length = MIN(*length, (uint32_t)sizeof(number));
	memcpy(value, &number, *length);
}

int64_t
socket_option_get_inet(struct socket *socket, int level, int option, void *value, uint32_t *length)
{
	int64_t result;
	int32_t number = 0;

	if (level == ABI_IPPROTO_TCP && socket_is_tcp(socket))
		result = get_tcp(socket, option, &number);
	else if (level == ABI_IPPROTO_IP)
		result = get_ip(socket, option, &number);
	else if (level == ABI_IPPROTO_IPV6)
		result = get_ipv6(socket, option, &number);
	else
		result = -ENOTSUP;
	if (!result)
		write_number(number, level == ABI_IPPROTO_IP, value, length);
	return result;
}
