/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Options and readiness of sockets. Sizes of buffers are told only by whether they grew.
 */
#include "tests/conformance/socket_words.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "tests/conformance/slots.h"

const int socket_words_types[3] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

const struct words socket_words_type[] = {
	WORDS(SOCK_STREAM),
	WORDS(SOCK_DGRAM),
	WORDS(SOCK_SEQPACKET),
	{0, 0},
};

const struct words socket_words_message[] = {
	WORDS(MSG_OOB),	     WORDS(MSG_PEEK), WORDS(MSG_TRUNC), WORDS(MSG_WAITALL),
	WORDS(MSG_DONTWAIT), WORDS(MSG_EOR),  WORDS(MSG_MORE),	WORDS(MSG_CTRUNC),
	WORDS(MSG_ERRQUEUE), {0, 0},
};

struct option {
	int level, name;
	const char *shown;
	bool settable, inet;
};

#define OPTION(level, name, settable, inet)                                                        \
	{                                                                                          \
		level, name, #name, settable, inet                                                 \
	}

static const struct option options[] = {
	OPTION(SOL_SOCKET, SO_TYPE, false, false),
	OPTION(SOL_SOCKET, SO_ERROR, false, false),
	OPTION(SOL_SOCKET, SO_ACCEPTCONN, false, false),
	OPTION(SOL_SOCKET, SO_DOMAIN, false, false),
	OPTION(SOL_SOCKET, SO_PROTOCOL, false, false),
	OPTION(SOL_SOCKET, SO_REUSEADDR, true, false),
	OPTION(SOL_SOCKET, SO_REUSEPORT, true, true),
	OPTION(SOL_SOCKET, SO_KEEPALIVE, true, false),
	OPTION(SOL_SOCKET, SO_BROADCAST, true, false),
	OPTION(SOL_SOCKET, SO_PASSCRED, true, false),
	OPTION(SOL_SOCKET, 9999, true, false),
	OPTION(IPPROTO_TCP, TCP_NODELAY, true, true),
	OPTION(IPPROTO_TCP, TCP_KEEPIDLE, true, true),
	OPTION(IPPROTO_IP, IP_TTL, true, true),
	OPTION(IPPROTO_IP, IP_TOS, true, true),
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY, true, true),
};

void
socket_words_option(struct episode *episode, unsigned slot, int fd, bool inet)
{
	const struct option *option = &episode_one_of(episode, options);
	int value = (int)episode_below(episode, 3), got[2] = {-1, -1};
	socklen_t length =
		episode_chance(episode, 90) ? sizeof(int) : (socklen_t)episode_below(episode, 9);

	if (option->inet && !inet)
		return;
	if (option->settable && episode_chance(episode, 50)) {
		if (episode_call(episode, "setsockopt", "f%u, %s, %d, %u", slot, option->shown,
				 value, (unsigned)length))
			episode_answer(episode,
				       setsockopt(fd, option->level, option->name, &value, length));
		return;
	}
	if (episode_call(episode, "getsockopt", "f%u, %s, %u", slot, option->shown,
			 (unsigned)length) &&
	    !episode_answer(episode, getsockopt(fd, option->level, option->name, got, &length)))
		episode_say(episode, " %d %u", got[0], (unsigned)length);
}

void
socket_words_poll(struct episode *episode, unsigned slot, int fd)
{
	struct pollfd one = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};

	if (!episode_call(episode, "poll", "f%u", slot))
		return;
	episode_answer(episode, poll(&one, 1, 0));
	episode_say(episode, " %s", words_flags(words_poll, one.revents).text);
}

bool
socket_words_name(struct episode *episode, void *address, socklen_t *length)
{
	unsigned slot = slots_pick(episode);
	bool own = episode_chance(episode, 50);
	int fd = slots_of(episode)->fd[slot];

	return episode_call(episode, own ? "getsockname" : "getpeername", "f%u", slot) &&
	       !episode_answer(episode, own ? getsockname(fd, address, length)
					    : getpeername(fd, address, length));
}

void
socket_words_shutdown(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int how = (int)episode_below(episode, 4);

	if (episode_call(episode, "shutdown", "f%u, %d", slot, how))
		episode_answer(episode, shutdown(slots_of(episode)->fd[slot], how));
}
