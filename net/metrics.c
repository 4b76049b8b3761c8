/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A server of HTTP (RFC 9112) with one page. It serves one request after another, each in a bounded
 * time whoever asks, and closes the connection behind the answer.
 */
#include "net/metrics.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "eal_bare/eal_net.h"
#include "libc/far/far.h"

#define REQUEST_MAX 4096
#define PATIENCE_SECONDS 3 /* for a request to come, and for its answer to go */
#define BACKLOG 16
#define PORT_MAX 65535

static uint16_t port;

static time_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* Reads a request's head. Returns whether all of it has come, in time. */
static bool
read_head(int fd, char head[REQUEST_MAX + 1])
{
	time_t end = now() + PATIENCE_SECONDS;
	size_t length = 0;

	while (length < REQUEST_MAX && now() < end) {
		ssize_t got = recv(fd, head + length, REQUEST_MAX - length, 0);

		if (got <= 0)
			return false;
		length += (size_t)got;
		head[length] = '\0';
		if (strstr(head, "\r\n\r\n") != NULL)
			return true;
	}
	return false;
}

/* Sends all, if that goes in time. */
static void
send_all(int fd, const char *bytes, size_t length)
{
	time_t end = now() + PATIENCE_SECONDS;

	while (length > 0 && now() < end) {
		ssize_t put = send(fd, bytes, length, MSG_NOSIGNAL);

		if (put <= 0)
			return;
		bytes += put;
		length -= (size_t)put;
	}
}

static void
answer(int fd, const char *status, const char *body, size_t length)
{
	char head[256];
	int size = snprintf(head, sizeof(head),
			    "HTTP/1.1 %s\r\n"
			    "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
			    "Content-Length: %zu\r\nConnection: close\r\n\r\n",
			    status, length);

	send_all(fd, head, (size_t)size);
	send_all(fd, body, length);
}

static void
answer_metrics(int fd)
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	if (to == NULL) {
		answer(fd, "503 Service Unavailable", "", 0);
		return;
	}
	metrics_write(to);
	if (fclose(to) == 0)
		answer(fd, "200 OK", text, length);
	free(text);
}

static void
serve(int fd)
{
	static const char nothing[] = "There is /metrics.\n";
	struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
	char head[REQUEST_MAX + 1];

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (!read_head(fd, head))
		return;
	if (strncmp(head, "GET /metrics ", 13) == 0)
		answer_metrics(fd);
	else
		answer(fd, "404 Not Found", nothing, sizeof(nothing) - 1);
}

static int
listen_at(void)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void
run(void)
{
	int listener = listen_at();

	if (listener < 0) {
		printf("net: metrics: port %u is not to be had\n", port);
		return;
	}
	printf("net: metrics at port %u\n", port);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		serve(fd);
		close(fd);
	}
}

void
metrics_start(void)
{
	const char *text = far_setting("metrics");
	char *end;
	unsigned long number;

	if (text == NULL)
		return;
	number = strtoul(text, &end, 10);
	if (*text == '\0' || *end != '\0' || number == 0 || number > PORT_MAX) {
		printf("net: bare.metrics=%s: it is a TCP port, such as 9100\n", text);
		return;
	}
	port = (uint16_t)number;
	if (eal_net_thread("metrics", run) != 0)
		printf("net: metrics: no thread for it\n");
}
