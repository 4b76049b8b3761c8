/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A program that knows nothing of DPDK, and talks TCP and UDP: what the tests of net/ talk to, and,
 * on Linux, what they compare with. Its arguments are what it does, one after another:
 *
 *	serve PORT		echoes TCP and UDP of both families, for ever
 *	sink PORT		takes TCP and throws it away, slowly: a reader that lags
 *	echo HOST PORT BYTES	sends bytes, checks them when they come back, half-closes
 *	ask HOST PORT		sends a datagram and waits for it to come back
 *	refused HOST PORT	what connect() and a datagram to a closed port come to
 *	resolve NAME		what getaddrinfo() says
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PIECE 4096
#define WAIT_MS 10000
#define LAG_US 200

static void
fail(const char *what)
{
	printf("netcheck: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* The numeric form of an address, with its port. */
static const char *
show(const struct sockaddr_storage *address, socklen_t length)
{
	static _Thread_local char text[NI_MAXHOST + NI_MAXSERV];
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (getnameinfo((const void *)address, length, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return "?";
	snprintf(text, sizeof(text), "%s %s", host, port);
	return text;
}

static void
show_ends(int fd)
{
	struct sockaddr_storage here = {0}, there = {0};
	socklen_t here_length = sizeof(here), there_length = sizeof(there);
	char first[NI_MAXHOST + NI_MAXSERV];

	getsockname(fd, (void *)&here, &here_length);
	getpeername(fd, (void *)&there, &there_length);
	snprintf(first, sizeof(first), "%s", show(&here, here_length));
	printf("netcheck: connection %s from %s\n", first, show(&there, there_length));
}

/* -- Serving ----------------------------------------------------------------------------------- */

static void *
echo_stream(void *argument)
{
	int fd = (int)(intptr_t)argument;
	char bytes[PIECE];
	ssize_t got;

	show_ends(fd);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t done = 0; done < got;) {
			ssize_t put = send(fd, bytes + done, (size_t)(got - done), MSG_NOSIGNAL);

			if (put < 0) {
				got = -1;
				break;
			}
			done += put;
		}
	if (got < 0)
		printf("netcheck: a connection ends: %s\n", strerror(errno));
	close(fd);
	return NULL;
}

static void *
sink_stream(void *argument)
{
	int fd = (int)(intptr_t)argument;
	char bytes[PIECE];

	while (read(fd, bytes, sizeof(bytes)) > 0)
		usleep(LAG_US);
	close(fd);
	return NULL;
}

static void *
echo_datagrams(void *argument)
{
	int fd = (int)(intptr_t)argument;
	static char bytes[65536];

	for (;;) {
		struct sockaddr_storage from;
		socklen_t length = sizeof(from);
		ssize_t got = recvfrom(fd, bytes, sizeof(bytes), 0, (void *)&from, &length);

		if (got >= 0)
			sendto(fd, bytes, (size_t)got, 0, (void *)&from, length);
	}
	return NULL;
}

static int
open_at(int type, const char *port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6,
				   .sin6_port = htons((uint16_t)atoi(port))};
	int fd = socket(AF_INET6, type, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (void *)&any, sizeof(any)))
		fail("bind");
	return fd;
}

static void
start_thread(void *(*run)(void *), int fd)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, (void *)(intptr_t)fd))
		close(fd);
	else
		pthread_detach(thread);
}

static void
serve(const char *port, void *(*run)(void *))
{
	int fd = open_at(SOCK_STREAM, port);

	if (listen(fd, 128))
		fail("listen");
	if (run == echo_stream)
		start_thread(echo_datagrams, open_at(SOCK_DGRAM, port));
	printf("netcheck: serves port %s\n", port);
	for (;;) {
		int connection = accept(fd, NULL, NULL);

		if (connection >= 0)
			start_thread(run, connection);
	}
}

/* -- Asking ------------------------------------------------------------------------------------ */

static int
connect_to(int type, const char *host, const char *port)
{
	struct addrinfo hints = {.ai_socktype = type}, *found;
	int error = getaddrinfo(host, port, &hints, &found), fd;

	if (error) {
		printf("netcheck: %s: %s\n", host, gai_strerror(error));
		exit(1);
	}
	fd = socket(found->ai_family, type, 0);
	if (connect(fd, found->ai_addr, found->ai_addrlen)) {
		int saved = errno;

		close(fd);
		errno = saved;
		fd = -1;
	}
	freeaddrinfo(found);
	return fd;
}

static char
byte_at(size_t place)
{
	return (char)(place * 7 + place / 251);
}

static bool
send_some(int fd, size_t *sent, size_t size)
{
	char bytes[PIECE];
	size_t part = size - *sent < sizeof(bytes) ? size - *sent : sizeof(bytes);
	ssize_t put;

	for (size_t i = 0; i < part; i++)
		bytes[i] = byte_at(*sent + i);
	put = send(fd, bytes, part, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (put > 0)
		*sent += (size_t)put;
	return put >= 0 || errno == EAGAIN;
}

static void
check_some(int fd, size_t *received)
{
	char bytes[PIECE];
	ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (got < 0)
		fail("recv");
	if (got == 0) {
		printf("netcheck: it ends after %zu bytes\n", *received);
		exit(1);
	}
	for (ssize_t i = 0; i < got; i++, ++*received)
		if (bytes[i] != byte_at(*received)) {
			printf("netcheck: byte %zu is another\n", *received);
			exit(1);
		}
}

static void
echo(const char *host, const char *port, size_t size)
{
	int fd = connect_to(SOCK_STREAM, host, port);
	size_t sent = 0, received = 0, shut = 0;
	char end;

	if (fd < 0)
		fail("connect");
	show_ends(fd);
	while (received < size) {
		struct pollfd poll_for = {fd, POLLIN | (sent < size ? POLLOUT : 0), 0};

		if (poll(&poll_for, 1, WAIT_MS) <= 0)
			fail("poll");
		if ((poll_for.revents & POLLOUT) && sent < size && !send_some(fd, &sent, size))
			fail("send");
		if (sent == size && !shut++ && shutdown(fd, SHUT_WR))
			fail("shutdown");
		if (poll_for.revents & POLLIN)
			check_some(fd, &received);
	}
	if (read(fd, &end, 1) != 0)
		fail("no end");
	close(fd);
	printf("netcheck: echoed %zu bytes\n", received);
}

static void
ask(const char *host, const char *port)
{
	int fd = connect_to(SOCK_DGRAM, host, port);
	struct pollfd answer = {fd, POLLIN, 0};
	char bytes[16];

	if (fd < 0 || send(fd, "question", 8, 0) != 8)
		fail("send");
	if (poll(&answer, 1, WAIT_MS) != 1 || recv(fd, bytes, sizeof(bytes), 0) != 8 ||
	    memcmp(bytes, "question", 8))
		fail("no answer");
	show_ends(fd);
	close(fd);
	printf("netcheck: answered\n");
}

static void
refused(const char *host, const char *port)
{
	int fd = connect_to(SOCK_STREAM, host, port), error = 0;
	socklen_t length = sizeof(error);
	struct pollfd failure = {-1, 0, 0};

	printf("netcheck: connect: %s\n", fd < 0 ? strerror(errno) : "done");
	fd = failure.fd = connect_to(SOCK_DGRAM, host, port);
	if (fd < 0) {
		printf("netcheck: datagram: %s\n", strerror(errno));
		return;
	}
	if (send(fd, "x", 1, 0) == 1)
		poll(&failure, 1, WAIT_MS);
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
	printf("netcheck: datagram: %s\n", strerror(error));
}

static void
resolve(const char *name)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	int error = getaddrinfo(name, NULL, &hints, &found);

	if (error)
		printf("netcheck: %s: %s\n", name, gai_strerror(error));
	for (struct addrinfo *each = found; each; each = each->ai_next) {
		char text[NI_MAXHOST];

		getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof(text), NULL, 0,
			    NI_NUMERICHOST);
		printf("netcheck: %s is %s\n", name, text);
	}
}

int
main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (char **at = argv + 1; at < argv + argc;) {
		const char *word = *at++;

		if (!strcmp(word, "serve"))
			serve(*at++, echo_stream);
		else if (!strcmp(word, "sink"))
			serve(*at++, sink_stream);
		else if (!strcmp(word, "echo"))
			echo(at[0], at[1], strtoul(at[2], NULL, 10)), at += 3;
		else if (!strcmp(word, "ask"))
			ask(at[0], at[1]), at += 2;
		else if (!strcmp(word, "refused"))
			refused(at[0], at[1]), at += 2;
		else if (!strcmp(word, "resolve"))
			resolve(*at++);
		else
			return 2;
	}
	return 0;
}
