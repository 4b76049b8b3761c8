/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP and UDP over 127.0.0.1. The kernel chooses the ports; they are said by the descriptors that
 * have them. A connection or a message may take a moment: who expects one waits for it, at most
 * PATIENCE_MS.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/slots.h"
#include "tests/conformance/socket_words.h"
#include "tests/conformance/words.h"

#define BUFFER_SIZE 3000
#define PORTS_MAX 64
#define PATIENCE_MS 2

struct inet_state {
	struct slots slots;
	unsigned ports[PORTS_MAX]; /* those that were seen: p0, p1, ... */
	unsigned ports_count;
	char buffer[BUFFER_SIZE];
};

static struct inet_state *
state_of(struct episode *episode)
{
	return episode->state;
}

static struct sockaddr_in
loopback(unsigned port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void
say_address(struct episode *episode, const struct sockaddr_in *address, socklen_t length)
{
	struct inet_state *state = state_of(episode);
	unsigned port = ntohs(address->sin_port), at = 0;

	if (length < sizeof(*address)) {
		episode_say(episode, " %u bytes", (unsigned)length);
		return;
	}
	episode_say(episode, " %d %#x", address->sin_family, ntohl(address->sin_addr.s_addr));
	if (!port) {
		episode_say(episode, " no port");
		return;
	}
	while (at < state->ports_count && state->ports[at] != port)
		at++;
	if (at == state->ports_count && at < PORTS_MAX)
		state->ports[state->ports_count++] = port;
	episode_say(episode, " p%u", at);
}

/* The port of a descriptor's own end; 0: none. */
static unsigned
port_of(int fd)
{
	struct sockaddr_in address = {0};
	socklen_t length = sizeof(address);

	return getsockname(fd, (void *)&address, &length) ? 0 : ntohs(address.sin_port);
}

/* Waits a moment for what may be on its way. */
static void
settle(int fd, short events)
{
	struct pollfd one = {fd, events, 0};
	int error = errno;

	if (fd >= 0)
		poll(&one, 1, PATIENCE_MS);
	errno = error;
}

/* What is sent leaves at once: else on Linux up to 40 ms later, if nothing is acknowledged yet. */
static int
make(int type, int protocol)
{
	int fd = socket(AF_INET, type | SOCK_NONBLOCK, protocol), on = 1;

	if (fd >= 0 && type == SOCK_STREAM)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void
step_make(struct episode *episode)
{
	unsigned slot = slots_free_one(episode);
	int type = episode_chance(episode, 60) ? SOCK_STREAM : SOCK_DGRAM;
	int protocol = episode_chance(episode, 6) ? (int)episode_below(episode, 20) : 0;

	if (episode_chance(episode, 3))
		type = SOCK_SEQPACKET;
	if (episode_call(episode, "socket", "%s, %d", words_value(socket_words_type, type).text,
			 protocol))
		slots_set(episode, slot, make(type, protocol));
}

static void
step_bind(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	unsigned other = slots_pick(episode);
	bool same = episode_chance(episode, 20);
	struct sockaddr_in address = loopback(same ? port_of(slots_of(episode)->fd[other]) : 0);
	socklen_t length = episode_chance(episode, 4) ? 8 : sizeof(address);

	if (episode_chance(episode, 4))
		address.sin_addr.s_addr = htonl(0x08080808);
	if (episode_chance(episode, 3))
		address.sin_family = AF_UNIX;
	if (episode_call(episode, "bind", "f%u, %d %#x %s%u, %u", slot, address.sin_family,
			 ntohl(address.sin_addr.s_addr), same ? "port of f" : "any",
			 same ? other : 0, (unsigned)length))
		episode_answer(episode,
			       bind(slots_of(episode)->fd[slot], (void *)&address, length));
}

static void
step_listen(struct episode *episode)
{
	unsigned slot = slots_pick(episode);

	if (episode_call(episode, "listen", "f%u", slot))
		episode_answer(episode, listen(slots_of(episode)->fd[slot], 10));
}

/*
 * (A port that nobody has is 1: nothing listens there on a machine for tests. Nobody calls itself:
 * when such a one hears of what it has done is by chance.)
 */
static void
step_connect(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	unsigned other = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot];
	unsigned port = slot == other ? 0 : port_of(slots_of(episode)->fd[other]);
	struct sockaddr_in address = loopback(port ? port : 1);

	if (episode_chance(episode, 5))
		address.sin_family = AF_UNSPEC;
	if (!episode_call(episode, "connect", "f%u, %d f%u%s", slot, address.sin_family, other,
			  port ? "" : " nobody"))
		return;
	if (episode_answer(episode, connect(fd, (void *)&address, sizeof(address))) < 0 &&
	    errno == EINPROGRESS)
		settle(fd, POLLOUT);
}

static void
step_accept(struct episode *episode)
{
	struct slots *slots = slots_of(episode);
	unsigned from = slots_pick(episode), to = slots_free_one(episode);
	struct sockaddr_in address = {0};
	socklen_t length = sizeof(address);

	settle(slots->fd[from], POLLIN);
	if (!episode_call(episode, "accept4", "f%u", from))
		return;
	slots_set(episode, to, accept4(slots->fd[from], (void *)&address, &length, SOCK_NONBLOCK));
	if (slots->fd[to] >= 0)
		say_address(episode, &address, length);
}

static void
step_send(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	unsigned other = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot];
	unsigned port = port_of(slots_of(episode)->fd[other]);
	struct sockaddr_in address = loopback(port ? port : 1);
	size_t size = episode_chance(episode, 15) ? episode_below(episode, BUFFER_SIZE)
						  : episode_below(episode, 20);
	char *buffer = state_of(episode)->buffer;

	episode_letters(episode, buffer, size);
	if (episode_chance(episode, 60)) {
		if (episode_call(episode, "send", "f%u, %zu", slot, size))
			episode_answer(episode, send(fd, buffer, size, MSG_NOSIGNAL));
	} else if (episode_call(episode, "sendto", "f%u, %zu, f%u%s", slot, size, other,
				port ? "" : " nobody")) {
		episode_answer(episode, sendto(fd, buffer, size, MSG_NOSIGNAL, (void *)&address,
					       sizeof(address)));
	}
}

static void
step_receive(struct episode *episode)
{
	static const int flags[] = {
		0, 0, 0, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, MSG_PEEK | MSG_TRUNC};
	unsigned slot = slots_pick(episode);
	int flag = episode_one_of(episode, flags), fd = slots_of(episode)->fd[slot];
	size_t size = episode_size(episode, BUFFER_SIZE);
	char *buffer = state_of(episode)->buffer;
	struct sockaddr_in address = {0};
	socklen_t length = sizeof(address);
	long result;

	settle(fd, POLLIN);
	memset(buffer, 0, size);
	if (!episode_call(episode, "recvfrom", "f%u, %zu, %s", slot, size,
			  words_flags(socket_words_message, flag).text))
		return;
	result = episode_answer(episode,
				recvfrom(fd, buffer, size, flag, (void *)&address, &length));
	if (result < 0)
		return;
	/* (TCP with MSG_TRUNC throws away, and leaves the buffer as it was.) */
	episode_say_bytes(episode, buffer, (size_t)result < size ? (size_t)result : size);
	say_address(episode, &address, length);
}

static void
step_address(struct episode *episode)
{
	struct sockaddr_in address = {0};
	socklen_t length = sizeof(address);

	if (socket_words_name(episode, &address, &length))
		say_address(episode, &address, length);
}

static void
step_option(struct episode *episode)
{
	unsigned slot = slots_pick(episode);

	socket_words_option(episode, slot, slots_of(episode)->fd[slot], true);
}

static void
step_state(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot], left = -1;

	settle(fd, POLLIN);
	if (episode_chance(episode, 70)) {
		socket_words_poll(episode, slot, fd);
	} else if (episode_call(episode, "ioctl_fionread", "f%u", slot)) {
		episode_answer(episode, ioctl(fd, FIONREAD, &left));
		episode_say(episode, " %d", left);
	}
}

static const struct episode_step steps[] = {
	{14, step_make},  {10, step_bind}, {8, step_listen},	       {12, step_connect},
	{8, step_accept}, {16, step_send}, {14, step_receive},	       {5, step_address},
	{8, step_option}, {8, step_state}, {4, socket_words_shutdown}, {4, slots_close},
	{0, NULL},
};

const struct episode_kind inet_kind = {
	.name = "inet",
	.state_size = sizeof(struct inet_state),
	.most = 60,
	.begin = slots_begin,
	.end = slots_end,
	.steps = steps,
};
