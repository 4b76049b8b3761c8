/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A console that is not to block: it takes what there is room for, then says so, and poll() waits
 * for room, alone and by epoll.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define WRITES_MAX 1000
#define WRITTEN 4000

/* Writes lines until there is no room. */
static void
fill(char *text)
{
	struct pollfd one = {STDOUT_FILENO, POLLOUT, 0};
	unsigned writes = 0;

	while (writes < WRITES_MAX && write(STDOUT_FILENO, text, WRITTEN) > 0)
		writes++;
	CHECK(writes > 0 && writes < WRITES_MAX);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(poll(&one, 1, -1), 1);
	CHECK_EQ(one.revents, POLLOUT);
	CHECK(write(STDOUT_FILENO, text, WRITTEN) > 0);
}

int
main(void)
{
	int instance = epoll_create1(0), before = fcntl(STDOUT_FILENO, F_GETFL);
	struct epoll_event event = {.events = EPOLLOUT};
	char text[WRITTEN];

	memset(text, '.', sizeof(text));
	for (unsigned i = 79; i < sizeof(text); i += 80)
		text[i] = '\n';
	CHECK_EQ(fcntl(STDOUT_FILENO, F_SETFL, before | O_NONBLOCK), 0);
	fill(text);
	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_ADD, STDOUT_FILENO, &event), 0);
	while (write(STDOUT_FILENO, text, WRITTEN) > 0)
		;
	CHECK_EQ(epoll_wait(instance, &event, 1, -1), 1);
	CHECK_EQ(event.events, EPOLLOUT);
	close(instance);
	CHECK_EQ(fcntl(STDOUT_FILENO, F_SETFL, before), 0);
	return check_end();
}
