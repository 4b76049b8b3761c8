/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP over loopback, between threads of the program.
 */
/* QEMU: -smp 2 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "tests/guest/sockets.h"

#define PORT 8086

static struct sockaddr_in
inet_address(const char *address, uint16_t port)
{
	struct sockaddr_in whole = {.sin_family = AF_INET, .sin_port = htons(port)};

	CHECK_EQ(inet_aton(address, &whole.sin_addr), 1);
	return whole;
}

static int
inet_bind(int fd, const char *address, uint16_t port)
{
	struct sockaddr_in whole = inet_address(address, port);

	return bind(fd, (struct sockaddr *)&whole, sizeof(whole));
}

static int
inet_connect(int fd, const char *address, uint16_t port)
{
	struct sockaddr_in whole = inet_address(address, port);

	return connect(fd, (struct sockaddr *)&whole, sizeof(whole));
}

/* The name of a socket must be 127.0.0.1 with a port, which is given. */
static uint16_t
local_port(int fd)
{
	struct sockaddr_in name;
	socklen_t length = sizeof(name);

	CHECK_EQ(getsockname(fd, (struct sockaddr *)&name, &length), 0);
	CHECK_EQ(length, sizeof(name));
	CHECK_EQ(name.sin_family, AF_INET);
	CHECK_EQ(ntohl(name.sin_addr.s_addr), INADDR_LOOPBACK);
	return ntohs(name.sin_port);
}

/* A server at a port, as ip_pipeline is one: it listens, and is asked whether somebody came. */
static void
connection(void)
{
	int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), one = 1, accepted;
	struct sockaddr_in from;
	socklen_t length = sizeof(from);
	char text[8];

	CHECK_EQ(inet_connect(client, "127.0.0.1", PORT), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(inet_bind(server, "0.0.0.0", PORT), 0);
	CHECK_EQ(listen(server, 16), 0);
	CHECK_EQ(accept(server, NULL, NULL), -1);
	CHECK_EQ(errno, EAGAIN);

	CHECK_EQ(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)), 0);
	CHECK_EQ(inet_connect(client, "127.0.0.1", PORT), 0);
	accepted = accept4(server, (struct sockaddr *)&from, &length, SOCK_NONBLOCK);
	CHECK(accepted >= 0);
	CHECK_EQ(length, sizeof(from));
	CHECK_EQ(ntohs(from.sin_port), local_port(client));
	CHECK_EQ(local_port(accepted), PORT);
	CHECK_EQ(write(accepted, "hello", 5), 5);
	CHECK_EQ(read(client, text, sizeof(text)), 5);
	CHECK(memcmp(text, "hello", 5) == 0);
	CHECK_EQ(close(client), 0);
	CHECK_EQ(read(accepted, text, sizeof(text)), 0);
	CHECK_EQ(close(accepted), 0);
	CHECK_EQ(close(server), 0);
}

/* The name of one end must be AF_INET, with an address and the port. */
static void
check_name(const struct sockaddr_in *name, socklen_t length, const char *address, uint16_t port)
{
	CHECK_EQ(length, sizeof(*name));
	CHECK_EQ(name->sin_family, AF_INET);
	CHECK_STRING(inet_ntoa(name->sin_addr), address);
	CHECK_EQ(ntohs(name->sin_port), port);
}

/* All that tells an address, of ends that were bound to none in particular. */
static void
names(void)
{
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in name;
	socklen_t length = sizeof(name);
	struct iovec room;
	char text[8];
	struct msghdr message = {.msg_iov = &room, .msg_iovlen = 1};
	int accepted;

	room = (struct iovec){text, sizeof(text)};
	CHECK_EQ(inet_bind(server, "0.0.0.0", PORT), 0);
	CHECK_EQ(listen(server, 1), 0);
	CHECK_EQ(inet_bind(client, "0.0.0.0", PORT + 1), 0);
	CHECK_EQ(inet_connect(client, "127.0.0.5", PORT), 0);
	accepted = accept(server, (struct sockaddr *)&name, &length);
	check_name(&name, length, "127.0.0.1", PORT + 1);
	CHECK_EQ(getsockname(accepted, (struct sockaddr *)&name, &length), 0);
	check_name(&name, length, "127.0.0.5", PORT);
	CHECK_EQ(getpeername(client, (struct sockaddr *)&name, &length), 0);
	check_name(&name, length, "127.0.0.5", PORT);
	CHECK_EQ(getpeername(accepted, (struct sockaddr *)&name, &length), 0);
	check_name(&name, length, "127.0.0.1", PORT + 1);

	/* Of who has sent a part of a stream nothing is told, on Linux neither. */
	CHECK_EQ(write(client, "twice", 5), 5);
	memset(&name, 0x55, sizeof(name));
	CHECK_EQ(recvfrom(accepted, text, 2, 0, (struct sockaddr *)&name, &length), 2);
	CHECK_EQ(length, 0);
	CHECK_EQ(name.sin_family, 0x5555);
	message.msg_name = &name;
	message.msg_namelen = sizeof(name);
	CHECK_EQ(recvmsg(accepted, &message, 0), 3);
	CHECK_EQ(message.msg_namelen, 0);
	CHECK_EQ(close(client), 0);
	length = sizeof(name);
	CHECK_EQ(getpeername(accepted, (struct sockaddr *)&name, &length), 0);
	check_name(&name, length, "127.0.0.1", PORT + 1);
	CHECK_EQ(close(accepted), 0);
	CHECK_EQ(close(server), 0);
}

static void
ports(void)
{
	int first = socket(AF_INET, SOCK_STREAM, 0), second = socket(AF_INET, SOCK_STREAM, 0);

	CHECK_EQ(inet_bind(first, "127.0.0.1", PORT), 0); /* free again */
	CHECK_EQ(inet_bind(first, "127.0.0.1", PORT + 1), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(inet_bind(second, "0.0.0.0", PORT), -1);
	CHECK_EQ(errno, EADDRINUSE);
	CHECK_EQ(inet_bind(second, "127.0.0.1", 0), 0);
	CHECK(local_port(second) >= 1024);
	CHECK_EQ(close(first), 0);
	CHECK_EQ(close(second), 0);
}

/* What only a network would have. */
static void
refused(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), pair[2];

	CHECK_EQ(inet_bind(fd, "10.0.0.1", PORT), -1);
	CHECK_EQ(errno, EADDRNOTAVAIL);
	CHECK_EQ(inet_connect(fd, "10.0.0.1", PORT), -1);
	CHECK_EQ(errno, ENETUNREACH);
	CHECK_EQ(bind_to(fd, PATH), -1);
	CHECK_EQ(errno, EAFNOSUPPORT);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(socket(AF_INET, SOCK_SEQPACKET, 0), -1);
	CHECK_EQ(errno, ESOCKTNOSUPPORT);
	CHECK_EQ(socketpair(AF_INET, SOCK_STREAM, 0, pair), -1);
	CHECK_EQ(errno, EOPNOTSUPP);
}

int
main(void)
{
	connection();
	names();
	ports();
	refused();
	return check_end();
}
