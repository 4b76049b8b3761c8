/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How connections of TCP begin and end: without blocking, refused, shut in one direction, broken
 * off; and options that are kept.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "tests/guest/sockets.h"

#define PATIENCE_MS 1000

/* A listener at a port of its own, which is given. */
static int
server(struct sockaddr_in *name)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	socklen_t length = sizeof(*name);

	*name = (struct sockaddr_in){.sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	CHECK_EQ(bind(fd, (struct sockaddr *)name, sizeof(*name)), 0);
	CHECK_EQ(listen(fd, 4), 0);
	CHECK_EQ(getsockname(fd, (struct sockaddr *)name, &length), 0);
	return fd;
}

static int
call(int fd, const struct sockaddr_in *name)
{
	return connect(fd, (const struct sockaddr *)name, sizeof(*name));
}

/* Waits for what is on its way; what poll() finds then. */
static short
soon(int fd, short wanted)
{
	struct pollfd entry = {fd, wanted, 0};

	poll(&entry, 1, PATIENCE_MS);
	return entry.revents;
}

static int
error_of(int fd)
{
	int error = -1;
	socklen_t length = sizeof(error);

	CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length), 0);
	return error;
}

static void
without_blocking(void)
{
	struct sockaddr_in name;
	int listening = server(&name), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	CHECK_EQ(found(fd, POLLIN | POLLOUT), POLLOUT | POLLHUP);
	CHECK_EQ(send(fd, "x", 1, MSG_NOSIGNAL), -1);
	CHECK_EQ(errno, EPIPE);
	CHECK_EQ(recv(fd, &name, 1, 0), -1);
	CHECK_EQ(errno, ENOTCONN);
	CHECK_EQ(shutdown(listening, SHUT_WR), 0);
	CHECK_EQ(call(fd, &name), -1);
	CHECK_EQ(errno, EINPROGRESS);
	CHECK_EQ(soon(fd, POLLOUT), POLLOUT);
	CHECK_EQ(error_of(fd), 0);
	CHECK_EQ(call(fd, &name), 0);
	CHECK_EQ(call(fd, &name), -1);
	CHECK_EQ(errno, EISCONN);
	CHECK_EQ(call(listening, &name), -1);
	CHECK_EQ(errno, EISCONN);
	close(fd);
	close(listening);

	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CHECK_EQ(call(fd, &name), -1);
	CHECK_EQ(errno, EINPROGRESS);
	CHECK_EQ(soon(fd, POLLOUT), POLLOUT | POLLERR | POLLHUP);
	CHECK_EQ(error_of(fd), ECONNREFUSED);
	CHECK_EQ(call(fd, &name), -1);
	CHECK_EQ(errno, ECONNABORTED);
	close(fd);
}

/* A connection: fds[0] has called, fds[1] was accepted. */
static void
connection(int fds[2])
{
	struct sockaddr_in name;
	int listening = server(&name);

	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(call(fds[0], &name), 0);
	CHECK_EQ(soon(listening, POLLIN), POLLIN);
	fds[1] = accept(listening, NULL, NULL);
	CHECK(fds[1] >= 0);
	close(listening);
}

/* One direction ends; the other goes on until it is known that nobody reads. */
static void
ending(void)
{
	struct sockaddr_in name;
	socklen_t length = sizeof(name);
	int fds[2];
	char text[8];

	connection(fds);
	CHECK_EQ(shutdown(fds[0], SHUT_WR), 0);
	CHECK_EQ(soon(fds[1], POLLIN | POLLRDHUP), POLLIN | POLLRDHUP);
	CHECK_EQ(recv(fds[1], text, sizeof(text), 0), 0);
	CHECK_EQ(send(fds[1], "still", 5, 0), 5);
	CHECK_EQ(recv(fds[0], text, sizeof(text), 0), 5);
	close(fds[0]);
	CHECK_EQ(send(fds[1], "lost", 4, 0), 4);
	CHECK_EQ(soon(fds[1], POLLERR) & POLLHUP, POLLHUP);
	CHECK_EQ(send(fds[1], "x", 1, MSG_NOSIGNAL), -1);
	CHECK_EQ(errno, EPIPE);
	CHECK_EQ(getpeername(fds[1], (struct sockaddr *)&name, &length), -1);
	CHECK_EQ(errno, ENOTCONN);
	close(fds[1]);

	connection(fds);
	CHECK_EQ(send(fds[0], "unread", 6, 0), 6);
	CHECK_EQ(soon(fds[1], POLLIN), POLLIN);
	close(fds[1]);
	CHECK_EQ(soon(fds[0], 0), POLLERR | POLLHUP);
	CHECK_EQ(recv(fds[0], text, sizeof(text), 0), -1);
	CHECK_EQ(errno, ECONNRESET);
	CHECK_EQ(recv(fds[0], text, sizeof(text), 0), 0);
	close(fds[0]);
}

static void
receiving(void)
{
	int fds[2], left = -1;
	char text[16] = "";

	connection(fds);
	CHECK_EQ(send(fds[0], "ab", 2, MSG_MORE), 2);
	CHECK_EQ(send(fds[0], "cdef", 4, 0), 4);
	CHECK_EQ(recv(fds[1], text, 6, MSG_WAITALL | MSG_PEEK), 6);
	CHECK(!memcmp(text, "abcdef", 6));
	CHECK_EQ(ioctl(fds[1], FIONREAD, &left), 0);
	CHECK_EQ(left, 6);
	CHECK_EQ(recv(fds[1], text, 3, MSG_TRUNC), 3); /* thrown away */
	CHECK_EQ(recv(fds[1], text, sizeof(text), MSG_DONTWAIT), 3);
	CHECK(!memcmp(text, "def", 3));
	CHECK_EQ(recv(fds[1], text, 0, MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);
	close(fds[0]);
	close(fds[1]);
}

static void
check_option(int fd, int level, int option, int value, int kept)
{
	int got = -1;
	socklen_t length = sizeof(got);

	CHECK_EQ(setsockopt(fd, level, option, &value, sizeof(value)), 0);
	CHECK_EQ(getsockopt(fd, level, option, &got, &length), 0);
	CHECK_EQ(got, kept);
	CHECK_EQ(length, sizeof(got));
}

static void
options(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), value = 0;
	struct linger linger = {1, 5}, got = {0};
	socklen_t length = sizeof(got);

	check_option(fd, SOL_SOCKET, SO_KEEPALIVE, 7, 1);
	check_option(fd, SOL_SOCKET, SO_BROADCAST, 1, 1);
	check_option(fd, SOL_SOCKET, SO_REUSEADDR, 1, 1);
	check_option(fd, SOL_SOCKET, SO_REUSEPORT, 1, 1);
	check_option(fd, SOL_SOCKET, SO_PRIORITY, 3, 3);
	check_option(fd, IPPROTO_TCP, TCP_NODELAY, 1, 1);
	check_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 100, 100);
	check_option(fd, IPPROTO_IP, IP_TTL, 9, 9);
	check_option(fd, IPPROTO_IP, IP_TOS, 0x13, 0x10);
	CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
	CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_LINGER, &got, &length), 0);
	CHECK_EQ(got.l_linger, 5);
	CHECK_EQ(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, sizeof(value)), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, 2), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &value, sizeof(value)), -1);
	CHECK_EQ(errno, EOPNOTSUPP);
	close(fd);
}

/* A listener that is shut for reading is a new socket. */
static void
listening_no_more(void)
{
	struct sockaddr_in name;
	int fd = server(&name), other = socket(AF_INET, SOCK_STREAM, 0);

	CHECK_EQ(shutdown(fd, SHUT_RD), 0);
	CHECK_EQ(accept(fd, NULL, NULL), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(found(fd, POLLIN | POLLOUT), POLLOUT | POLLHUP);
	CHECK_EQ(call(other, &name), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(listen(fd, 1), 0);
	close(fd);
	close(other);
}

/* Who calls its own name is its own other end (RFC 9293 section 3.5). */
static void
calling_itself(void)
{
	struct sockaddr_in name = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t length = sizeof(name);
	char text[8];

	CHECK_EQ(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	CHECK_EQ(getsockname(fd, (struct sockaddr *)&name, &length), 0);
	CHECK_EQ(call(fd, &name), 0);
	CHECK_EQ(send(fd, "echo", 4, 0), 4);
	CHECK_EQ(recv(fd, text, sizeof(text), 0), 4);
	close(fd);
}

int
main(void)
{
	without_blocking();
	calling_itself();
	ending();
	receiving();
	options();
	listening_no_more();
	return check_end();
}
