/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets that keep messages apart: SOCK_SEQPACKET and SOCK_DGRAM, and datagrams to a path.
 */
#include <sys/uio.h>

#include "tests/guest/sockets.h"

static void
messages(int type)
{
	struct iovec pieces[3] = {{"one", 3}, {"", 0}, {"two", 3}};
	char buffer[16], rest[8];
	struct iovec room[2] = {{buffer, 2}, {rest, 2}};
	struct msghdr message = {.msg_iov = room, .msg_iovlen = 2};
	static char large[1 << 20];
	int pair[2];
	unsigned count = 0;

	CHECK_EQ(socketpair(AF_UNIX, type, 0, pair), 0);
	CHECK_EQ(writev(pair[0], pieces, 3), 6);
	CHECK_EQ(send(pair[0], "next", 4, 0), 4);
	CHECK_EQ(recv(pair[1], buffer, sizeof(buffer), MSG_PEEK), 6);
	CHECK_EQ(read(pair[1], buffer, sizeof(buffer)), 6); /* one message, not both */
	CHECK(!memcmp(buffer, "onetwo", 6));
	CHECK_EQ(read(pair[1], buffer, 2), 2); /* the rest of it is lost */
	CHECK_EQ(recv(pair[1], buffer, 2, MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(send(pair[0], "longer", 6, 0), 6);
	CHECK_EQ(recvmsg(pair[1], &message, 0), 4);
	CHECK(!memcmp(buffer, "lo", 2) && !memcmp(rest, "ng", 2));
	CHECK_EQ(message.msg_flags & MSG_TRUNC, MSG_TRUNC);
	CHECK_EQ(send(pair[0], "longer", 6, 0), 6);
	CHECK_EQ(recv(pair[1], buffer, 2, MSG_TRUNC), 6);
	CHECK_EQ(send(pair[0], "", 0, 0), 0);
	CHECK_EQ(recv(pair[1], buffer, sizeof(buffer), 0), 0); /* an empty one is one */

	CHECK_EQ(send(pair[0], large, sizeof(large), 0), -1);
	CHECK_EQ(errno, EMSGSIZE);
	while (send(pair[0], large, 4096, MSG_DONTWAIT) == 4096)
		count++;
	CHECK_EQ(errno, EAGAIN);
	CHECK(count >= 10);
	while (recv(pair[1], large, sizeof(large), MSG_DONTWAIT) == 4096)
		count--;
	CHECK_EQ(count, 0);
	close(pair[0]);
	close(pair[1]);
}

static void
datagrams(void)
{
	int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_DGRAM, 0), accepted;
	struct sockaddr_un to = address_of(PATH), from;
	socklen_t length = sizeof(from);
	char buffer[8];

	unlink(PATH);
	unlink(PATH "2");
	CHECK_EQ(bind_to(a, PATH), 0);
	CHECK_EQ(bind_to(b, PATH), -1);
	CHECK_EQ(errno, EADDRINUSE);
	CHECK_EQ(bind_to(b, PATH "2"), 0);
	CHECK_EQ(bind_to(b, PATH "3"), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(send(b, "x", 1, 0), -1);
	CHECK_EQ(errno, ENOTCONN);
	CHECK_EQ(sendto(b, "hi", 2, 0, (struct sockaddr *)&to, sizeof(to)), 2);
	CHECK_EQ(recvfrom(a, buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &length), 2);
	CHECK_STRING(from.sun_path, PATH "2");
	CHECK_EQ(length, sizeof(from.sun_family) + sizeof(PATH "2"));
	CHECK_EQ(listen(a, 1), -1);
	CHECK_EQ(errno, EOPNOTSUPP);
	accepted = accept(a, NULL, NULL);
	CHECK_EQ(accepted, -1);
	CHECK_EQ(connect_to(b, PATH), 0);
	CHECK_EQ(write(b, "hello", 5), 5);
	CHECK_EQ(read(a, buffer, sizeof(buffer)), 5);
	close(a);
	CHECK_EQ(write(b, "x", 1), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(write(b, "x", 1), -1);
	CHECK_EQ(errno, ENOTCONN);
	close(b);
	unlink(PATH "2");
}

int
main(void)
{
	messages(SOCK_SEQPACKET);
	messages(SOCK_DGRAM);
	datagrams();
	return check_end();
}
