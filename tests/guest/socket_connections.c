/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Connections under a path: listening, accepting, who waits when, and what is refused.
 */
/* QEMU: -smp 2 */
/* EXPECT: AF_PACKET \(17\) is not served */
#include <pthread.h>
#include <sys/stat.h>

#include "tests/guest/sockets.h"

static void *
serve(void *argument)
{
	int fd = accept((int)(intptr_t)argument, NULL, NULL);
	char buffer[16];
	ssize_t size = read(fd, buffer, sizeof(buffer));

	CHECK_EQ(write(fd, buffer, (size_t)size), size);
	close(fd);
	return NULL;
}

static void
connections(int type)
{
	int server = listener(type, 1), client = socket(AF_UNIX, type, 0);
	struct sockaddr_un name;
	socklen_t length = sizeof(name);
	struct stat stat_;
	char buffer[16];
	pthread_t thread;

	CHECK_EQ(stat(PATH, &stat_), 0);
	CHECK(S_ISSOCK(stat_.st_mode));
	CHECK_EQ(fstat(client, &stat_), 0);
	CHECK(S_ISSOCK(stat_.st_mode));
	CHECK_EQ(found(server, POLLIN), 0);
	CHECK_EQ(pthread_create(&thread, NULL, serve, (void *)(intptr_t)server), 0);
	usleep(10000); /* it waits in accept() */
	CHECK_EQ(connect_to(client, PATH), 0);
	CHECK_EQ(connect_to(client, PATH), -1);
	CHECK_EQ(errno, EISCONN);
	CHECK_EQ(getpeername(client, (struct sockaddr *)&name, &length), 0);
	CHECK_STRING(name.sun_path, PATH);
	length = sizeof(name);
	CHECK_EQ(getsockname(client, (struct sockaddr *)&name, &length), 0);
	CHECK_EQ(length, sizeof(name.sun_family));
	CHECK_EQ(write(client, "request", 7), 7);
	memset(&name, 0, sizeof(name));
	length = sizeof(name);
	CHECK_EQ(recvfrom(client, buffer, sizeof(buffer), 0, (struct sockaddr *)&name, &length), 7);
	CHECK_EQ(length, sizeof(name.sun_family) + sizeof(PATH));
	CHECK_STRING(name.sun_path, PATH);
	CHECK(!memcmp(buffer, "request", 7));
	CHECK_EQ(read(client, buffer, sizeof(buffer)), 0);
	pthread_join(thread, NULL);
	close(client);
	close(server);

	client = socket(AF_UNIX, type, 0);
	CHECK_EQ(connect_to(client, PATH), -1); /* the name is there, its socket is not */
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(unlink(PATH), 0);
	CHECK_EQ(connect_to(client, PATH), -1);
	CHECK_EQ(errno, ENOENT);
	CHECK_EQ(write(client, "x", 1), -1);
	CHECK_EQ(errno, ENOTCONN);
	CHECK_EQ(getpeername(client, (struct sockaddr *)&name, &length), -1);
	CHECK_EQ(errno, ENOTCONN);
	close(client);
}

static void *
connect_later(void *argument)
{
	CHECK_EQ(connect_to((int)(intptr_t)argument, PATH), 0);
	return NULL;
}

/* A listener with a backlog of n lets n + 1 wait; the next waits in connect(). */
static void
backlog(void)
{
	int server = listener(SOCK_STREAM | SOCK_NONBLOCK, 1), client[4], accepted[3], got;
	pthread_t thread;
	char byte;

	CHECK_EQ(accept(server, NULL, NULL), -1);
	CHECK_EQ(errno, EAGAIN);
	for (int i = 0; i < 4; i++)
		client[i] = socket(AF_UNIX, SOCK_STREAM | (i == 2 ? SOCK_NONBLOCK : 0), 0);
	CHECK_EQ(connect_to(client[0], PATH), 0);
	CHECK_EQ(write(client[0], "0", 1), 1); /* before it is accepted */
	CHECK_EQ(connect_to(client[1], PATH), 0);
	CHECK_EQ(connect_to(client[2], PATH), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(pthread_create(&thread, NULL, connect_later, (void *)(intptr_t)client[3]), 0);
	usleep(10000);
	CHECK_EQ(found(server, POLLIN), POLLIN);
	accepted[0] = accept4(server, NULL, NULL, SOCK_NONBLOCK);
	CHECK_EQ(read(accepted[0], &byte, 1), 1);
	CHECK_EQ(byte, '0');
	CHECK_EQ(read(accepted[0], &byte, 1), -1);
	CHECK_EQ(errno, EAGAIN);
	pthread_join(thread, NULL);
	accepted[1] = accept(server, NULL, NULL);
	CHECK(accepted[1] >= 0);
	close(server); /* with the connection of client[3] still waiting */
	got = (int)read(client[3], &byte, 1);
	CHECK_EQ(got, -1);
	CHECK_EQ(errno, ECONNRESET);
	for (int i = 0; i < 4; i++)
		close(client[i]);
	close(accepted[0]);
	close(accepted[1]);
	unlink(PATH);
}

static void
refusals(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), pair[2], number = 0;
	socklen_t length = sizeof(number);
	char buffer[4];

	CHECK_EQ(read(fd, buffer, sizeof(buffer)), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(listen(fd, 1), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_TYPE, &number, &length), 0);
	CHECK_EQ(number, SOCK_STREAM);
	CHECK_EQ(socket(AF_UNIX, SOCK_RDM, 0), -1);
	CHECK_EQ(errno, ESOCKTNOSUPPORT);
	CHECK_EQ(shutdown(fd, 5), -1);
	CHECK_EQ(errno, EINVAL);
	close(fd);
	CHECK_EQ(pipe(pair), 0);
	CHECK_EQ(send(pair[1], "x", 1, 0), -1);
	CHECK_EQ(errno, ENOTSOCK);
	CHECK_EQ(send(999, "x", 1, 0), -1);
	CHECK_EQ(errno, EBADF);
	close(pair[0]);
	close(pair[1]);
	CHECK_EQ(socket(AF_PACKET, SOCK_RAW, 0), -1);
	CHECK_EQ(errno, EAFNOSUPPORT);
}

int
main(void)
{
	connections(SOCK_STREAM);
	connections(SOCK_SEQPACKET);
	backlog();
	refusals();
	return check_end();
}
