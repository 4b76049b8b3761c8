/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether something may be sent, and where to: each kind of socket has its own errors, in its own
 * order.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "libc/sockets/socket_far.h"
#include "libc/sockets/socket_transfer.h"

#define UDP_LONGEST 65507

/* -- Before a call ---------------------------------------------------------------------------- */

/* A pending error is returned, then that nothing may be sent any more. */
static int64_t
take_trouble(struct socket *socket)
{
	uint64_t flags = spin_lock(&socket_lock);
	int64_t result = socket_take_error(socket);

	if (!result && socket->output_shut)
		result = -EPIPE;
	spin_unlock(&socket_lock, flags);
	return result;
}

/* The sender has a name, if those who receive are to have it. */
static int64_t
have_name(struct socket *socket)
{
	static const struct socket_name any = {.family = ABI_AF_UNIX};

	if (!(socket->options & SOCKET_PASS_CREDENTIALS) || socket->name.length)
		return 0;
	return socket_unix_bind(socket, &any);
}

static int64_t
prepare_unix_stream(struct socket_transfer *transfer)
{
	struct socket *socket = transfer->socket;

	if (transfer->flags & ABI_MSG_OOB)
		return -ENOTSUP;
	if (transfer->address)
		return socket->state == SOCKET_CONNECTED ? -EISCONN : -ENOTSUP;
	return 0;
}

int64_t
socket_send_check(const struct socket_transfer *transfer)
{
	struct socket *socket = transfer->socket;
	uint64_t flags;
	int64_t result;

	if (!socket_is_unix(socket) || !socket_connects(socket) || socket_is_stream(socket))
		return 0;
	flags = spin_lock(&socket_lock);
	result = socket_take_error(socket);
	if (!result && socket->state != SOCKET_CONNECTED)
		result = -ENOTCONN;
	spin_unlock(&socket_lock, flags);
	return result;
}

/* Messages with an address, or of a socket with a peer; those of SEQPACKET ignore the address. */
static int64_t
prepare_unix_message(struct socket_transfer *transfer)
{
	struct socket *socket = transfer->socket;
	bool named = transfer->address && !socket_connects(socket);
	struct socket_name name;
	int64_t result = 0;

	if (socket_is_netlink(socket))
		log_warning("libc: nobody answers what is asked by AF_NETLINK: EOPNOTSUPP");
	if ((transfer->flags & ABI_MSG_OOB) || socket_is_netlink(socket))
		return -ENOTSUP;
	if (named) {
		result = socket_name_load(socket, transfer->address, transfer->address_length,
					  &name);
		if (!result && !name.length)
			result = -EINVAL;
	}
	if (!result)
		result = have_name(socket);
	if (!result && !socket_message_fits(transfer->size))
		result = -EMSGSIZE;
	if (!result)
		result = take_trouble(socket);
	if (!result && named)
		result = socket_unix_find(&name, socket->type, &transfer->to);
	return result;
}

static int64_t
prepare_udp(struct socket_transfer *transfer)
{
	struct socket *socket = transfer->socket;
	struct socket_name name;
	uint64_t flags = spin_lock(&socket_lock);
	int64_t result = socket_inet_take_port(socket);

	spin_unlock(&socket_lock, flags);
	if (!result && transfer->size > UINT16_MAX)
		result = -EMSGSIZE;
	if (!result && (transfer->flags & ABI_MSG_OOB))
		result = -ENOTSUP;
	if (!result && !transfer->address && socket->state != SOCKET_CONNECTED)
		result = -EDESTADDRREQ;
	if (!result && transfer->address) {
		result = socket_name_load(socket, transfer->address, transfer->address_length,
					  &name);
		if (!result && !name.end.port)
			result = -EINVAL;
		if (!result)
			result = socket_inet_resolve(&name.end);
		transfer->end = name.end;
	}
	if (!result && transfer->size > UDP_LONGEST)
		result = -EMSGSIZE;
	return result ? result : take_trouble(socket);
}

int64_t
socket_send_prepare(struct socket_transfer *transfer)
{
	const struct socket *socket = transfer->socket;

	if (socket_is_tcp(socket))
		return transfer->flags & ABI_MSG_OOB ? -ENOTSUP : 0;
	if (socket_is_udp(socket))
		return prepare_udp(transfer);
	return socket_is_stream(socket) ? prepare_unix_stream(transfer)
					: prepare_unix_message(transfer);
}

/* -- One try ---------------------------------------------------------------------------------- */

/* Puts what is sent into a socket's queue. */
static int64_t
put_record(struct socket_transfer *transfer, struct socket *to, const struct socket_record *record)
{
	int64_t result = socket_queue_put(to, record, &transfer->pieces, transfer->size);

	spin_assert_held(&socket_lock);
	if (result < 0)
		return result;
	if (record->rights)
		transfer->rights = NULL; /* they are the queue's */
	ready_mark(&to->source, SOCKET_INPUT_EVENTS);
	return result;
}

static int64_t
put_unix(struct socket_transfer *transfer, struct socket *to)
{
	struct socket_record record = {.from = transfer->socket, .rights = transfer->rights};

	return put_record(transfer, to, &record);
}

static int64_t
try_unix_stream(struct socket_transfer *transfer)
{
	struct socket *from = transfer->socket, *to = from->peer;
	int error;

	spin_assert_held(&socket_lock);
	if (!to)
		return -ENOTCONN;
	if (from->output_shut)
		return -EPIPE;
	if (!transfer->size)
		return 0;
	error = socket_take_error(from);
	if (error)
		return error;
	return to->closed || to->input_shut ? -EPIPE : put_unix(transfer, to);
}

/* The one that messages went to is gone. */
static int64_t
lose_peer(struct socket *from, struct socket *to)
{
	spin_assert_held(&socket_lock);
	if (from->peer == to) {
		from->peer = NULL;
		from->state = SOCKET_IDLE;
		socket_queue_empty(from);
		socket_release(to);
	}
	return -ECONNREFUSED;
}

static int64_t
try_unix_message(struct socket_transfer *transfer)
{
	struct socket *from = transfer->socket;
	struct socket *to = transfer->to ? transfer->to : from->peer;

	spin_assert_held(&socket_lock);
	if (!to)
		return -ENOTCONN;
	if (socket_connects(from) && (to->closed || from->output_shut))
		return -EPIPE;
	if (to->peer && to->peer != from)
		return -EPERM;
	if (to->closed)
		return lose_peer(from, to);
	if (to->input_shut)
		return -EPIPE;
	if (to != from && to->peer != from && socket_is_crowded(to))
		return -EAGAIN;
	return put_unix(transfer, to);
}

/* To one that is closed a part is sent, and then there is no connection any more. */
static int64_t
try_tcp(struct socket_transfer *transfer)
{
	struct socket *from = transfer->socket, *to = from->peer;
	struct socket_record record = {.end = from->name.end};
	int error;

	spin_assert_held(&socket_lock);
	if (from->state == SOCKET_ASKING)
		return -EAGAIN;
	if (from->error || from->output_shut || from->state != SOCKET_CONNECTED || !to) {
		error = socket_take_error(from);
		return error ? error : -EPIPE;
	}
	if (!transfer->size)
		return 0;
	if (to->closed || (to->input_shut && to->end_sent)) {
		socket_tcp_reset(from);
		socket_tcp_reset(to);
		return (int64_t)transfer->size;
	}
	return put_record(transfer, to, &record);
}

/* What finds no room is lost; that nobody is there is reported to who has fixed whom it sends to.
 */
static int64_t
try_udp(struct socket_transfer *transfer)
{
	struct socket *from = transfer->socket;
	struct socket_end end = transfer->address ? transfer->end : from->peer_end;
	struct socket_record record = {.end = from->name.end};
	struct socket_end source = from->name.end;
	struct socket *to;

	spin_assert_held(&socket_lock);
	socket_inet_take_address(from, &end); /* for this message */
	record.end = from->name.end;
	from->name.end = source;
	if (socket_inet_is_far(&end))
		return socket_far->send(from, &record.end, &end, &transfer->pieces, transfer->size);
	from->name.end = record.end;
	to = socket_inet_find(from, &end);
	from->name.end = source;
	if (to && put_record(transfer, to, &record) == -ENOMEM)
		return -ENOMEM;
	if (!to && from->state == SOCKET_CONNECTED &&
	    socket_inet_is_same(&end, &from->peer_end)) {
		from->error = ECONNREFUSED;
		ready_mark(&from->source, ABI_POLLERR);
	}
	return (int64_t)transfer->size;
}

int64_t
socket_send_try(struct socket_transfer *transfer)
{
	const struct socket *socket = transfer->socket;

	spin_assert_held(&socket_lock);
	if (socket_is_tcp(socket))
		return try_tcp(transfer);
	if (socket_is_udp(socket))
		return try_udp(transfer);
	return socket_is_stream(socket) ? try_unix_stream(transfer) : try_unix_message(transfer);
}
