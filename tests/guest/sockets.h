/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the tests of sockets have in common. They are tests of Linux's behaviour: each passes there
 * as well, but for what is refused here.
 */
#ifndef TESTS_GUEST_SOCKETS_H
#define TESTS_GUEST_SOCKETS_H

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define PATH "/tmp/guest-socket"

/* The address of a path. */
static inline struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	strcpy(address.sun_path, path);
	return address;
}

/* bind() and connect() with a path. */
static inline int
bind_to(int fd, const char *path)
{
	struct sockaddr_un address = address_of(path);

	return bind(fd, (struct sockaddr *)&address, sizeof(address));
}

static inline int
connect_to(int fd, const char *path)
{
	struct sockaddr_un address = address_of(path);

	return connect(fd, (struct sockaddr *)&address, sizeof(address));
}

/* A socket that listens under PATH. */
static inline int
listener(int type, int backlog)
{
	int fd = socket(AF_UNIX, type, 0);

	unlink(PATH);
	CHECK_EQ(bind_to(fd, PATH), 0);
	CHECK_EQ(listen(fd, backlog), 0);
	return fd;
}

/* What poll() finds now of what is wanted. */
static inline short
found(int fd, short wanted)
{
	struct pollfd entry = {.fd = fd, .events = wanted};

	poll(&entry, 1, 0);
	return entry.revents;
}

#endif
