/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AF_UNIX beyond bytes: descriptors and credentials that go with messages, abstract names, who has
 * sent what, and what is answered in odd states.
 */
#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>

#include "tests/guest/sockets.h"

#define FILES 2
#define CROWD 10 /* messages that wait for a socket at most: max_dgram_qlen */

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(FILES * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
};

/* Sends a byte with descriptors. */
static ssize_t
send_files(int fd, const int *files, unsigned count)
{
	union control control = {0};
	struct iovec byte = {"x", 1};
	struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = CMSG_SPACE(count * sizeof(int))};

	control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(count * sizeof(int)),
					  .cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(&control.header), files, count * sizeof(int));
	return sendmsg(fd, &message, MSG_NOSIGNAL);
}

/* Receives up to `size` bytes and descriptors for which there is `room`; the flags. */
static int
receive_files(int fd, size_t size, int flags, size_t room, int *files, unsigned *count)
{
	union control control = {0};
	char text[16];
	struct iovec bytes = {text, size};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = room};
	struct cmsghdr *header;

	*count = 0;
	if (recvmsg(fd, &message, flags) < 0)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS) {
		*count = (unsigned)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(files, CMSG_DATA(header), *count * sizeof(int));
	}
	return message.msg_flags & ~MSG_CMSG_CLOEXEC;
}

static void
descriptors(int type)
{
	int pair[2], ends[2], got[FILES], wrong[FILES] = {0, 999};
	unsigned count;
	char text[4];

	CHECK_EQ(socketpair(AF_UNIX, type, 0, pair), 0);
	CHECK_EQ(pipe(ends), 0);
	CHECK_EQ(send_files(pair[0], wrong, FILES), -1);
	CHECK_EQ(errno, EBADF);
	CHECK_EQ(send_files(pair[0], ends, FILES), 1);
	close(ends[0]);
	close(ends[1]);
	CHECK_EQ(receive_files(pair[1], 4, MSG_CMSG_CLOEXEC, sizeof(union control), got, &count),
		 0);
	CHECK_EQ(count, FILES);
	CHECK_EQ(fcntl(got[0], F_GETFD), FD_CLOEXEC);
	CHECK_EQ(write(got[1], "pipe", 4), 4);
	CHECK_EQ(read(got[0], text, 4), 4);

	/* What there is no room for is closed. */
	CHECK_EQ(send_files(pair[0], got, FILES), 1);
	close(got[1]);
	CHECK_EQ(receive_files(pair[1], 4, 0, CMSG_LEN(sizeof(int)), wrong, &count), MSG_CTRUNC);
	CHECK_EQ(count, 1);
	CHECK_EQ(read(got[0], text, 4), 0);
	close(wrong[0]);
	close(got[0]);

	/* What nobody receives is closed with the socket that it is on its way to. */
	CHECK_EQ(pipe(ends), 0);
	CHECK_EQ(send_files(pair[0], &ends[1], 1), 1);
	close(ends[1]);
	close(pair[1]);
	CHECK_EQ(read(ends[0], text, 4), 0);
	close(ends[0]);
	close(pair[0]);
}

/* A part of a stream with descriptors ends what is received at once. */
static void
descriptors_in_stream(void)
{
	int pair[2], got[FILES];
	unsigned count;
	char text[8];

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_EQ(send(pair[0], "ab", 2, 0), 2);
	CHECK_EQ(send_files(pair[0], pair, 1), 1);
	CHECK_EQ(send(pair[0], "cd", 2, 0), 2);
	CHECK_EQ(receive_files(pair[1], 16, MSG_PEEK, sizeof(union control), got, &count), 0);
	CHECK_EQ(receive_files(pair[1], 16, 0, sizeof(union control), got, &count), 0);
	CHECK_EQ(count, 1);
	close(got[0]);
	CHECK_EQ(recv(pair[1], text, sizeof(text), MSG_DONTWAIT), 2);
	CHECK(!memcmp(text, "cd", 2));
	close(pair[0]);
	close(pair[1]);
}

/* Sockets that are on their way to each other go all the same, before memory is used up. */
static void
circles(void)
{
	int pair[2];

	for (unsigned i = 0; i < 2000; i++) {
		CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		CHECK_EQ(send_files(pair[0], &pair[1], 1), 1);
		CHECK_EQ(send_files(pair[1], &pair[0], 1), 1);
		close(pair[0]);
		close(pair[1]);
	}
}

static void
credentials(void)
{
	union control control = {0};
	char text[4];
	struct iovec bytes = {text, sizeof(text)};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	struct ucred who;
	socklen_t length = sizeof(who);
	int pair[2], one = 1;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	CHECK_EQ(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)), 0);
	CHECK_EQ(send(pair[0], "x", 1, 0), 1);
	CHECK_EQ(recvmsg(pair[1], &message, 0), 1);
	CHECK_EQ(control.header.cmsg_type, SCM_CREDENTIALS);
	CHECK_EQ(control.header.cmsg_len, CMSG_LEN(sizeof(who)));
	memcpy(&who, CMSG_DATA(&control.header), sizeof(who));
	CHECK_EQ(who.pid, getpid());
	CHECK_EQ(who.uid, getuid());
	CHECK_EQ(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &who, &length), 0);
	CHECK_EQ(who.pid, getpid());
	close(pair[0]);
	close(pair[1]);
}

/* An abstract name is its bytes, NULs and all. */
static struct sockaddr_un
abstract(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path + 1, name, strlen(name));
	return address;
}

static void
abstract_names(void)
{
	struct sockaddr_un name = abstract("guest"), got;
	socklen_t length = offsetof(struct sockaddr_un, sun_path) + 6, told = sizeof(got);
	int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	int other = socket(AF_UNIX, SOCK_DGRAM, 0);

	CHECK_EQ(bind(server, (struct sockaddr *)&name, length), 0);
	CHECK_EQ(bind(client, (struct sockaddr *)&name, length), -1);
	CHECK_EQ(errno, EADDRINUSE);
	CHECK_EQ(bind(other, (struct sockaddr *)&name, length), 0); /* each type has its own */
	CHECK_EQ(connect(client, (struct sockaddr *)&name, length), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(listen(server, 1), 0);
	CHECK_EQ(connect(client, (struct sockaddr *)&name, length + 1), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(connect(client, (struct sockaddr *)&name, length), 0);
	CHECK_EQ(getpeername(client, (struct sockaddr *)&got, &told), 0);
	CHECK_EQ(told, length);
	CHECK(!memcmp(&got, &name, length));
	close(server);
	close(client);
	close(other);

	client = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK_EQ(connect(client, (struct sockaddr *)&name, length), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(bind(client, (struct sockaddr *)&name, sizeof(sa_family_t)), 0);
	told = sizeof(got);
	CHECK_EQ(getsockname(client, (struct sockaddr *)&got, &told), 0);
	CHECK_EQ(told, sizeof(sa_family_t) + 6); /* one was chosen */
	close(client);
}

static void
odd_states(void)
{
	int pair[2], fd = socket(AF_UNIX, SOCK_STREAM, 0), left;
	char text[8];

	CHECK_EQ(send(fd, "", 0, 0), -1);
	CHECK_EQ(errno, ENOTCONN);
	CHECK_EQ(recv(fd, text, 0, 0), -1);
	CHECK_EQ(errno, EINVAL);
	close(fd);

	CHECK_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	CHECK_EQ(send(pair[0], "abc", 3, MSG_MORE), 3);
	CHECK_EQ(send(pair[0], "de", 2, MSG_EOR), 2);
	CHECK_EQ(ioctl(pair[1], FIONREAD, &left), 0);
	CHECK_EQ(left, 5);
	close(pair[1]);
	CHECK_EQ(send(pair[0], "x", 1, MSG_NOSIGNAL), -1);
	CHECK_EQ(errno, ECONNRESET);
	CHECK_EQ(send(pair[0], "x", 1, MSG_NOSIGNAL), -1);
	CHECK_EQ(errno, EPIPE);
	close(pair[0]);

	CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	CHECK_EQ(send(pair[0], "abc", 3, 0), 3);
	CHECK_EQ(send(pair[0], "de", 2, 0), 2);
	CHECK_EQ(ioctl(pair[1], FIONREAD, &left), 0);
	CHECK_EQ(left, 3); /* of the first alone */
	CHECK_EQ(shutdown(pair[0], SHUT_RD), 0);
	CHECK_EQ(recv(pair[0], text, sizeof(text), MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(recv(pair[0], text, sizeof(text), 0), 0);
	close(pair[0]);
	close(pair[1]);
}

/* Messages of many senders: so many wait, and each knows who has sent it, as it is called now. */
static void
crowd(void)
{
	struct sockaddr_un to = abstract("crowd"), name = abstract("me"), from;
	socklen_t length = offsetof(struct sockaddr_un, sun_path) + 6, told = sizeof(from);
	int server = socket(AF_UNIX, SOCK_DGRAM, 0), fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	int sent = 0;
	char text[4];

	CHECK_EQ(bind(server, (struct sockaddr *)&to, length), 0);
	CHECK_EQ(connect(fd, (struct sockaddr *)&to, length), 0);
	while (sent < 1000 && send(fd, "x", 1, MSG_DONTWAIT) == 1)
		sent++;
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(sent, CROWD + 1);
	CHECK_EQ(found(fd, POLLOUT), 0);
	length = offsetof(struct sockaddr_un, sun_path) + 3;
	CHECK_EQ(bind(fd, (struct sockaddr *)&name, length), 0);
	CHECK_EQ(recvfrom(server, text, 4, 0, (struct sockaddr *)&from, &told), 1);
	CHECK_EQ(told, length);
	CHECK(!memcmp(&from, &name, length));
	CHECK_EQ(found(fd, POLLOUT), POLLOUT);
	close(server);
	close(fd);
}

int
main(void)
{
	descriptors(SOCK_STREAM);
	descriptors(SOCK_DGRAM);
	descriptors(SOCK_SEQPACKET);
	descriptors_in_stream();
	credentials();
	abstract_names();
	odd_states();
	crowd();
	circles();
	return check_end();
}
