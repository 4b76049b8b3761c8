/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets as streams: pairs of them, what waits and what does not, ends that are gone.
 */
/* QEMU: -smp 2 */
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include "tests/guest/sockets.h"
#include "tests/guest/stream.h"

static volatile unsigned broken_pipes;

static void
count_broken(int signal_)
{
	broken_pipes += signal_ == SIGPIPE;
}

static void *
send_many(void *argument)
{
	stream_write((int)(intptr_t)argument);
	CHECK_EQ(shutdown((int)(intptr_t)argument, SHUT_WR), 0);
	return NULL;
}

/* More than a socket holds goes through, in order, to the end. */
static void
streams(void)
{
	char buffer[8];
	int pair[2];
	pthread_t thread;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_EQ(pthread_create(&thread, NULL, send_many, (void *)(intptr_t)pair[1]), 0);
	stream_check(pair[0]);
	pthread_join(thread, NULL);

	CHECK_EQ(write(pair[0], "back", 4), 4); /* the other direction is open still */
	CHECK_EQ(recv(pair[1], buffer, 2, MSG_PEEK), 2);
	CHECK_EQ(read(pair[1], buffer, sizeof(buffer)), 4);
	CHECK(!memcmp(buffer, "back", 4));
	CHECK_EQ(send(pair[1], "x", 1, MSG_NOSIGNAL), -1);
	CHECK_EQ(errno, EPIPE);
	close(pair[0]);
	close(pair[1]);
}

static void *
send_slowly(void *argument)
{
	for (int i = 0; i < 4; i++) {
		usleep(5000);
		CHECK_EQ(write((int)(intptr_t)argument, "ab", 2), 2);
	}
	return NULL;
}

static void
partial_transfers(void)
{
	struct timeval time = {0, 20000};
	char buffer[4096] = "";
	int pair[2];
	size_t sent = 0, got = 0;
	ssize_t part;
	pthread_t thread;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	CHECK_EQ(found(pair[0], POLLIN | POLLOUT), POLLOUT);
	CHECK_EQ(read(pair[0], buffer, 1), -1);
	CHECK_EQ(errno, EAGAIN);
	while ((part = write(pair[0], buffer, sizeof(buffer))) > 0)
		sent += (size_t)part;
	CHECK_EQ(errno, EAGAIN);
	CHECK(sent > 65536);
	CHECK_EQ(found(pair[0], POLLIN | POLLOUT), 0);
	CHECK_EQ(found(pair[1], POLLIN), POLLIN);
	while ((part = read(pair[1], buffer, sizeof(buffer))) > 0)
		got += (size_t)part;
	CHECK_EQ(got, sent);
	CHECK_EQ(found(pair[0], POLLOUT), POLLOUT);
	close(pair[0]);
	close(pair[1]);

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_EQ(pthread_create(&thread, NULL, send_slowly, (void *)(intptr_t)pair[0]), 0);
	CHECK_EQ(recv(pair[1], buffer, 8, MSG_WAITALL), 8);
	CHECK(!memcmp(buffer, "abababab", 8));
	pthread_join(thread, NULL);
	CHECK_EQ(recv(pair[1], buffer, 8, MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)), 0);
	CHECK_EQ(read(pair[1], buffer, 8), -1); /* ends by the timeout */
	CHECK_EQ(errno, EAGAIN);
	close(pair[0]);
	close(pair[1]);
}

/* Timeouts that are more nanoseconds than the clock counts, and one that is less than none. */
static void
odd_timeouts(void)
{
	const struct timeval odd[] = {{1LL << 55, 1}, {INT64_MAX, 999999}, {-1, 0}};
	struct timeval told;
	socklen_t length = sizeof(told);
	char buffer[8];
	int pair[2];
	pthread_t thread;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_EQ(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &odd[i], sizeof(odd[i])), 0);
		CHECK_EQ(getsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &told, &length), 0);
		CHECK(told.tv_sec > 1000000000);
		CHECK_EQ(pthread_create(&thread, NULL, send_slowly, (void *)(intptr_t)pair[0]), 0);
		CHECK_EQ(recv(pair[1], buffer, 8, MSG_WAITALL), 8);
		pthread_join(thread, NULL);
	}
	CHECK_EQ(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &odd[2], sizeof(odd[2])), 0);
	CHECK_EQ(read(pair[1], buffer, 8), -1);
	CHECK_EQ(errno, EAGAIN);
	close(pair[0]);
	close(pair[1]);
}

/* -- Ends that are gone ----------------------------------------------------------------------- */

static void *
close_later(void *argument)
{
	usleep(20000);
	close((int)(intptr_t)argument);
	return NULL;
}

static void
gone(void)
{
	char buffer[8];
	int pair[2];
	pthread_t thread;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_EQ(write(pair[0], "left", 4), 4);
	close(pair[0]);
	CHECK_EQ(found(pair[1], POLLIN | POLLOUT | POLLRDHUP),
		 POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
	CHECK_EQ(read(pair[1], buffer, sizeof(buffer)), 4); /* what it has left comes first */
	CHECK_EQ(read(pair[1], buffer, sizeof(buffer)), 0);
	broken_pipes = 0;
	CHECK_EQ(write(pair[1], "x", 1), -1);
	CHECK_EQ(errno, EPIPE);
	CHECK_EQ(broken_pipes, 1);
	close(pair[1]);

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_EQ(write(pair[0], "unread", 6), 6);
	close(pair[1]); /* without having read */
	CHECK_EQ(read(pair[0], buffer, sizeof(buffer)), -1);
	CHECK_EQ(errno, ECONNRESET);
	CHECK_EQ(read(pair[0], buffer, sizeof(buffer)), 0);
	close(pair[0]);

	CHECK_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	CHECK_EQ(pthread_create(&thread, NULL, close_later, (void *)(intptr_t)pair[0]), 0);
	CHECK_EQ(read(pair[1], buffer, sizeof(buffer)), 0); /* waited, and is told */
	pthread_join(thread, NULL);
	broken_pipes = 0;
	CHECK_EQ(write(pair[1], "x", 1), -1);
	CHECK_EQ(errno, EPIPE);
	CHECK_EQ(broken_pipes, 0); /* a signal is for streams alone */
	close(pair[1]);
}

int
main(void)
{
	signal(SIGPIPE, count_broken);
	streams();
	partial_transfers();
	odd_timeouts();
	gone();
	return check_end();
}
