/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UDP over loopback, and IPv6: messages with true addresses, whom they are taken from, who is told
 * that nobody is there.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include "tests/guest/sockets.h"

#define UDP_LONGEST 65507

static struct sockaddr_in
loopback(uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons(port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* The port of a socket of either family. */
static uint16_t
port_of(int fd)
{
	struct sockaddr_in6 name;
	socklen_t length = sizeof(name);

	CHECK_EQ(getsockname(fd, (struct sockaddr *)&name, &length), 0);
	return ntohs(name.sin6_port);
}

static int
bound(void)
{
	struct sockaddr_in name = loopback(0);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	CHECK_EQ(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	return fd;
}

static ssize_t
send_to(int fd, const char *text, uint16_t port)
{
	struct sockaddr_in to = loopback(port);

	return sendto(fd, text, strlen(text), 0, (struct sockaddr *)&to, sizeof(to));
}

static int
connect_port(int fd, uint16_t port)
{
	struct sockaddr_in to = loopback(port);

	return connect(fd, (struct sockaddr *)&to, sizeof(to));
}

static void
messages(void)
{
	int a = bound(), b = socket(AF_INET, SOCK_DGRAM, 0), left;
	struct sockaddr_in from;
	socklen_t length = sizeof(from);
	char text[8];

	CHECK_EQ(recv(a, text, sizeof(text), 0), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(send(b, "x", 1, 0), -1);
	CHECK_EQ(errno, EDESTADDRREQ);
	CHECK_EQ(send_to(b, "first", port_of(a)), 5);
	CHECK_EQ(send_to(b, "", port_of(a)), 0);
	CHECK_EQ(ioctl(a, FIONREAD, &left), 0);
	CHECK_EQ(left, 5);
	CHECK_EQ(recvfrom(a, text, 3, MSG_PEEK | MSG_TRUNC, (struct sockaddr *)&from, &length), 5);
	CHECK_EQ(length, sizeof(from));
	CHECK_EQ(ntohl(from.sin_addr.s_addr), INADDR_LOOPBACK);
	CHECK_EQ(ntohs(from.sin_port), port_of(b));
	CHECK_EQ(recv(a, text, 3, 0), 3);
	CHECK(!memcmp(text, "fir", 3));
	CHECK_EQ(found(a, POLLIN), POLLIN);
	CHECK_EQ(recv(a, text, 3, 0), 0);
	CHECK_EQ(found(a, POLLIN), 0);
	CHECK_EQ(send_to(b, "x", 0), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(listen(a, 1), -1);
	CHECK_EQ(errno, EOPNOTSUPP);
	close(a);
	close(b);
}

/* A socket that is connected takes messages of its peer alone, and hears that it is gone. */
static void
connected(void)
{
	int a = bound(), b = bound(), stranger = bound(), error;
	struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	socklen_t length = sizeof(error);
	char text[8];

	CHECK_EQ(connect_port(a, port_of(b)), 0);
	CHECK_EQ(send_to(stranger, "no", port_of(a)), 2);
	CHECK_EQ(send_to(b, "yes", port_of(a)), 3);
	CHECK_EQ(recv(a, text, sizeof(text), 0), 3);
	CHECK_EQ(recv(a, text, sizeof(text), 0), -1);
	CHECK_EQ(errno, EAGAIN);
	close(b);
	CHECK_EQ(send(a, "x", 1, 0), 1);
	CHECK_EQ(found(a, POLLOUT), POLLOUT | POLLERR);
	CHECK_EQ(recv(a, text, sizeof(text), 0), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(send(a, "x", 1, 0), 1);
	CHECK_EQ(getsockopt(a, SOL_SOCKET, SO_ERROR, &error, &length), 0);
	CHECK_EQ(error, ECONNREFUSED);
	CHECK_EQ(connect(a, &nobody, sizeof(nobody)), 0);
	CHECK_EQ(send(a, "x", 1, 0), -1);
	CHECK_EQ(errno, EDESTADDRREQ);
	close(a);
	close(stranger);
}

static void
sizes(void)
{
	static char large[UDP_LONGEST + 1];
	int a = bound(), b = bound();

	CHECK_EQ(connect_port(b, port_of(a)), 0);
	CHECK_EQ(send(b, large, sizeof(large), 0), -1);
	CHECK_EQ(errno, EMSGSIZE);
	CHECK_EQ(send(b, large, UDP_LONGEST, 0), UDP_LONGEST);
	CHECK_EQ(recv(a, large, sizeof(large), 0), UDP_LONGEST);
	/* What finds no room is lost. */
	for (int i = 0; i < 1000; i++)
		CHECK_EQ(send(b, large, 1000, MSG_DONTWAIT), 1000);
	close(a);
	close(b);
}

/* An IPv6 socket serves both, unless it is told not to. */
static void
both_families(int type, int only)
{
	struct sockaddr_in6 name = {.sin6_family = AF_INET6}, peer;
	struct sockaddr_in to;
	socklen_t length = sizeof(peer);
	int server = socket(AF_INET6, type, 0), client = socket(AF_INET, type, 0), fd = server;
	char text[8];

	CHECK_EQ(setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)), 0);
	CHECK_EQ(bind(server, (struct sockaddr *)&name, sizeof(name)), 0);
	if (type == SOCK_STREAM)
		CHECK_EQ(listen(server, 1), 0);
	to = loopback(port_of(server));
	if (only && type == SOCK_STREAM) {
		CHECK_EQ(connect(client, (struct sockaddr *)&to, sizeof(to)), -1);
		CHECK_EQ(errno, ECONNREFUSED);
	} else if (!only) {
		CHECK_EQ(connect(client, (struct sockaddr *)&to, sizeof(to)), 0);
		if (type == SOCK_STREAM)
			fd = accept(server, (struct sockaddr *)&peer, &length);
		CHECK_EQ(send(client, "x", 1, 0), 1);
		if (type == SOCK_DGRAM)
			CHECK_EQ(recvfrom(fd, text, 8, 0, (struct sockaddr *)&peer, &length), 1);
		CHECK_EQ(length, sizeof(peer));
		CHECK_EQ(peer.sin6_family, AF_INET6);
		CHECK_EQ(ntohs(peer.sin6_port), port_of(client));
		CHECK(IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr));
	}
	if (fd != server)
		close(fd);
	close(client);

	client = socket(AF_INET6, type, 0);
	name.sin6_addr = in6addr_loopback;
	name.sin6_port = htons(port_of(server));
	CHECK_EQ(connect(client, (struct sockaddr *)&name, sizeof(name)), 0);
	CHECK_EQ(getsockname(client, (struct sockaddr *)&peer, &length), 0);
	CHECK(IN6_IS_ADDR_LOOPBACK(&peer.sin6_addr));
	CHECK_EQ(getpeername(client, (struct sockaddr *)&peer, &length), 0);
	CHECK_EQ(ntohs(peer.sin6_port), port_of(server));
	close(client);
	close(server);
}

int
main(void)
{
	messages();
	connected();
	sizes();
	both_families(SOCK_DGRAM, 0);
	both_families(SOCK_STREAM, 0);
	both_families(SOCK_DGRAM, 1);
	both_families(SOCK_STREAM, 1);
	return check_end();
}
