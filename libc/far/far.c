/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How sockets come to the stack, and whom other machines ask for.
 */
#include "libc/far/far_internal.h"

#include "libc/files/ready.h"
#include "libc/sockets/socket_far.h"

static const struct socket_far_operations operations = {
	.is_own = far_is_own,
	.source_for = far_source_for,
	.connect = far_connect,
	.taken = far_taken,
	.send = far_send,
};

void
far_begin(uint32_t *word)
{
	far_set_word(word);
	socket_far = &operations;
}

void
far_publish(void)
{
	ready_changed_anywhere();
}

static struct socket *
find_listener(const struct far_end *local, const struct far_end *remote)
{
	struct socket_end to = far_to_end(local);

	return socket_inet_find(far_stranger(ABI_SOCK_STREAM, remote), &to);
}

enum far_answer
far_ask(const struct far_end *local, const struct far_end *remote)
{
	uint64_t flags = spin_lock(&socket_lock);
	const struct socket *listener = find_listener(local, remote);
	enum far_answer answer = FAR_NOBODY;

	if (listener)
		answer = listener->pending_count > listener->backlog ? FAR_CROWDED : FAR_LISTENS;
	spin_unlock(&socket_lock, flags);
	return answer;
}

struct far *
far_accept(const struct far_end *local, const struct far_end *remote)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *listener = find_listener(local, remote);
	struct far *far = listener ? far_make(listener->family, local, remote) : NULL;

	if (far && socket_tcp_connect(far_socket(far), listener)) {
		far_unmake(far);
		far = NULL;
	}
	spin_unlock(&socket_lock, flags);
	return far;
}
