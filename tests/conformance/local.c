/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AF_UNIX sockets of the three types, none of which blocks: pairs, names, connections, messages,
 * descriptors that are sent.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/slots.h"
#include "tests/conformance/socket_words.h"
#include "tests/conformance/words.h"

#define BUFFER_SIZE 3000
#define CHOSEN_LENGTH 8 /* of a name that was not asked for: five digits */

struct local_state {
	struct slots slots;
	char buffer[BUFFER_SIZE];
};

static char *
buffer_of(struct episode *episode)
{
	return ((struct local_state *)episode->state)->buffer;
}

/* A name, in the episode's directory or, with @, in the abstract name space. */
struct name {
	char shown[8];
	struct sockaddr_un address;
	socklen_t length;
};

static struct name
name_of(struct episode *episode)
{
	struct name name = {.address.sun_family = AF_UNIX};
	unsigned number = episode_below(episode, 3);
	bool is_abstract = episode_chance(episode, 40);

	snprintf(name.shown, sizeof(name.shown), "%ss%u", is_abstract ? "@" : "", number);
	snprintf(name.address.sun_path + is_abstract, sizeof(name.address.sun_path) - 1, "%s/s%u",
		 episode->folder, number);
	name.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + is_abstract +
				  strlen(name.address.sun_path + is_abstract) + !is_abstract);
	if (episode_chance(episode, 3)) {
		strcpy(name.shown, "none");
		name.length = sizeof(sa_family_t);
	} else if (episode_chance(episode, 2)) {
		strcpy(name.shown, "inet");
		name.address.sun_family = AF_INET;
	}
	return name;
}

static void
say_address(struct episode *episode, const struct sockaddr_un *address, socklen_t length)
{
	const char *path = address->sun_path;
	bool is_abstract = length > sizeof(sa_family_t) && !path[0];
	size_t outer = strlen(episode->folder) + 1;

	if (!length)
		episode_say(episode, " no address");
	else if (is_abstract && length == CHOSEN_LENGTH)
		episode_say(episode, " a name that was chosen");
	else if (length <= sizeof(sa_family_t))
		episode_say(episode, " family %d", address->sun_family);
	else
		episode_say(episode, " %s%.*s+%zu", is_abstract ? "@" : "", 2,
			    path + is_abstract + outer,
			    length - offsetof(struct sockaddr_un, sun_path) - is_abstract - outer);
}

static void
step_make(struct episode *episode)
{
	struct slots *slots = slots_of(episode);
	unsigned slot = slots_free_one(episode), other;
	int type = episode_one_of(episode, socket_words_types);
	int protocol = episode_chance(episode, 4) ? 1 + (int)episode_below(episode, 2) : 0;
	int fds[2] = {-1, -1};

	if (episode_chance(episode, 4))
		type = 1 + (int)episode_below(episode, 7);
	if (episode_chance(episode, 50)) {
		if (episode_call(episode, "socket", "%s, %d",
				 words_value(socket_words_type, type).text, protocol))
			slots_set(episode, slot, socket(AF_UNIX, type | SOCK_NONBLOCK, protocol));
		return;
	}
	do
		other = slots_free_one(episode);
	while (other == slot);
	if (!episode_call(episode, "socketpair", "f%u f%u, %s, %d", slot, other,
			  words_value(socket_words_type, type).text, protocol))
		return;
	/* (Linux writes numbers there even if it fails.) */
	if (episode_answer(episode, socketpair(AF_UNIX, type | SOCK_NONBLOCK, protocol, fds)))
		return;
	slots->fd[slot] = fds[0];
	slots->fd[other] = fds[1];
}

static void
step_name(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot];
	struct name name = name_of(episode);

	if (episode_chance(episode, 45)) {
		if (episode_call(episode, "bind", "f%u, %s", slot, name.shown))
			episode_answer(episode, bind(fd, (void *)&name.address, name.length));
	} else if (episode_call(episode, "connect", "f%u, %s", slot, name.shown)) {
		episode_answer(episode, connect(fd, (void *)&name.address, name.length));
	}
}

static void
step_listen(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int backlog = (int)episode_below(episode, 4);

	if (episode_call(episode, "listen", "f%u, %d", slot, backlog))
		episode_answer(episode, listen(slots_of(episode)->fd[slot], backlog));
}

static void
step_accept(struct episode *episode)
{
	struct slots *slots = slots_of(episode);
	unsigned from = slots_pick(episode), to = slots_free_one(episode);
	struct sockaddr_un address = {0};
	socklen_t length = sizeof(address);

	if (!episode_call(episode, "accept4", "f%u", from))
		return;
	slots_set(
		episode, to,
		accept4(slots->fd[from], (void *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
	if (slots->fd[to] >= 0)
		say_address(episode, &address, length);
}

static void
step_send(struct episode *episode)
{
	static const int flags[] = {0, 0, 0, MSG_DONTWAIT, MSG_OOB, MSG_EOR, MSG_MORE};
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot], flag = episode_one_of(episode, flags);
	size_t size = episode_chance(episode, 15) ? episode_below(episode, BUFFER_SIZE)
						  : episode_below(episode, 20);
	struct name name = name_of(episode);

	episode_letters(episode, buffer_of(episode), size);
	if (episode_chance(episode, 65)) {
		if (episode_call(episode, "send", "f%u, %zu, %s", slot, size,
				 words_flags(socket_words_message, flag).text))
			episode_answer(episode,
				       send(fd, buffer_of(episode), size, flag | MSG_NOSIGNAL));
	} else if (episode_call(episode, "sendto", "f%u, %zu, %s, %s", slot, size,
				words_flags(socket_words_message, flag).text, name.shown)) {
		episode_answer(episode, sendto(fd, buffer_of(episode), size, flag | MSG_NOSIGNAL,
					       (void *)&name.address, name.length));
	}
}

static void
step_receive(struct episode *episode)
{
	static const int flags[] = {0,
				    0,
				    0,
				    MSG_PEEK,
				    MSG_TRUNC,
				    MSG_WAITALL,
				    MSG_DONTWAIT,
				    MSG_PEEK | MSG_TRUNC,
				    MSG_OOB,
				    MSG_ERRQUEUE};
	unsigned slot = slots_pick(episode);
	int flag = episode_one_of(episode, flags);
	size_t size = episode_size(episode, BUFFER_SIZE);
	struct sockaddr_un address = {0};
	socklen_t length = sizeof(address);
	long result;

	if (!episode_call(episode, "recvfrom", "f%u, %zu, %s", slot, size,
			  words_flags(socket_words_message, flag).text))
		return;
	result = episode_answer(episode, recvfrom(slots_of(episode)->fd[slot], buffer_of(episode),
						  size, flag, (void *)&address, &length));
	if (result < 0)
		return;
	episode_say_bytes(episode, buffer_of(episode),
			  (size_t)result < size ? (size_t)result : size);
	say_address(episode, &address, length);
}

/* A message in two parts, with a descriptor in it or not. */
static void
step_message(struct episode *episode)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	char *buffer = buffer_of(episode);
	struct iovec vector[2] = {{buffer, 3}, {buffer + 3, episode_below(episode, 9)}};
	struct msghdr message = {.msg_iov = vector, .msg_iovlen = 2};
	unsigned slot = slots_pick(episode);
	unsigned passed = slots_pick(episode);
	int fd = slots_of(episode)->fd[passed];

	episode_letters(episode, buffer, 12);
	if (episode_chance(episode, 50)) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)),
						  .cmsg_level = SOL_SOCKET,
						  .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	if (episode_call(episode, "sendmsg", "f%u, 3+%zu, f%u%s", slot, vector[1].iov_len, passed,
			 message.msg_control ? "" : " kept"))
		episode_answer(episode,
			       sendmsg(slots_of(episode)->fd[slot], &message, MSG_NOSIGNAL));
}

static void
step_receive_message(struct episode *episode)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec one = {buffer_of(episode), episode_below(episode, 20)};
	struct msghdr message = {.msg_iov = &one,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	struct slots *slots = slots_of(episode);
	unsigned slot = slots_pick(episode), to = slots_free_one(episode);
	const struct cmsghdr *header;
	long result;

	if (!episode_call(episode, "recvmsg", "f%u, %zu, f%u", slot, one.iov_len, to))
		return;
	result = episode_answer(episode, recvmsg(slots->fd[slot], &message, 0));
	if (result < 0)
		return;
	episode_say_bytes(episode, buffer_of(episode), (size_t)result);
	episode_say(episode, " %s", words_flags(socket_words_message, message.msg_flags).text);
	header = CMSG_FIRSTHDR(&message);
	if (!header)
		return;
	episode_say(episode, " control %d %zu", header->cmsg_type, (size_t)header->cmsg_len);
	if (header->cmsg_type == SCM_RIGHTS && header->cmsg_len >= CMSG_LEN(sizeof(int)))
		memcpy(&slots->fd[to], CMSG_DATA(header), sizeof(int));
}

static void
step_address(struct episode *episode)
{
	struct sockaddr_un address = {0};
	socklen_t length = sizeof(address);

	if (socket_words_name(episode, &address, &length))
		say_address(episode, &address, length);
}

static void
step_option(struct episode *episode)
{
	unsigned slot = slots_pick(episode);

	socket_words_option(episode, slot, slots_of(episode)->fd[slot], false);
}

static void
step_state(struct episode *episode)
{
	unsigned slot = slots_pick(episode), which = episode_below(episode, 4);
	int fd = slots_of(episode)->fd[slot], left = -1;
	struct name name = name_of(episode);

	if (which == 0 && name.shown[0] == 's' &&
	    episode_call(episode, "unlink", "%s", name.shown)) {
		episode_answer(episode, unlink(name.address.sun_path));
	} else if (which == 1 && episode_call(episode, "ioctl_fionread", "f%u", slot)) {
		episode_answer(episode, ioctl(fd, FIONREAD, &left));
		episode_say(episode, " %d", left);
	} else if (which > 1) {
		socket_words_poll(episode, slot, fd);
	}
}

static const struct episode_step steps[] = {
	{14, step_make},   {14, step_name},    {6, step_listen},  {7, step_accept},
	{16, step_send},   {16, step_receive}, {5, step_message}, {6, step_receive_message},
	{4, step_address}, {6, step_option},   {8, step_state},	  {4, socket_words_shutdown},
	{4, slots_close},  {0, NULL},
};

const struct episode_kind local_kind = {
	.name = "local",
	.has_folder = true,
	.state_size = sizeof(struct local_state),
	.most = 70,
	.begin = slots_begin,
	.end = slots_end,
	.steps = steps,
};
