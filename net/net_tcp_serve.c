/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bytes between lwIP and the program. The window is no larger than what the program's queue takes,
 * so that what comes is given to it at once, and grows again with what the program takes. What goes
 * is taken only as lwIP has room for it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/tcp.h"

#include "net/net_tcp.h"

_Static_assert(TCP_WND == FAR_WINDOW, "the program's queue takes a window");

#define PIECE (4 * TCP_MSS) /* taken from the program at once */
#define RECVED_MAX 0x8000

static void
apply_options(struct tcp_pcb *pcb, const struct far_wishes *wishes)
{
	if (wishes->no_delay)
		tcp_nagle_disable(pcb);
	else
		tcp_nagle_enable(pcb);
	if (wishes->keep_alive)
		ip_set_option(pcb, SOF_KEEPALIVE);
	else
		ip_reset_option(pcb, SOF_KEEPALIVE);
	pcb->keep_idle = wishes->keep_idle * 1000;
	pcb->keep_intvl = wishes->keep_interval * 1000;
	pcb->keep_cnt = wishes->keep_count;
	pcb->ttl = wishes->time_to_live;
	pcb->tos = wishes->type_of_service;
}

/* Opens the window by what the program has taken. */
static void
open_window(struct connection *connection, size_t taken)
{
	while (connection->taken < taken) {
		size_t part = LWIP_MIN(taken - connection->taken, (size_t)RECVED_MAX);

		tcp_recved(connection->pcb, (u16_t)part);
		connection->taken += part;
	}
}

/* Hands bytes to lwIP; false: it has no room for them now. */
static bool
write_bytes(struct connection *connection, const char *bytes, size_t length)
{
	return tcp_write(connection->pcb, bytes, (u16_t)length, TCP_WRITE_FLAG_COPY) == ERR_OK;
}

/* Keeps what lwIP refused; false: there is no memory. */
static bool
hold(struct connection *connection, const char *bytes, size_t length)
{
	connection->held = malloc(length);
	if (!connection->held)
		return false;
	memcpy(connection->held, bytes, length);
	connection->held_length = length;
	return true;
}

/* Moves what the program sends. Returns whether all of it has gone to lwIP; *failed: no memory. */
static bool
send_waiting(struct connection *connection, bool *failed)
{
	char piece[PIECE];

	if (connection->held) {
		if (!write_bytes(connection, connection->held, connection->held_length))
			return false;
		free(connection->held);
		connection->held = NULL;
	}
	for (;;) {
		size_t room = LWIP_MIN(tcp_sndbuf(connection->pcb), sizeof(piece));
		size_t length = room ? far_take(connection->far, piece, room) : 0;

		if (!length)
			return room > 0;
		if (write_bytes(connection, piece, length))
			continue;
		*failed = !hold(connection, piece, length);
		return false;
	}
}

static void
serve_open(struct connection *connection, const struct far_wishes *wishes)
{
	bool failed = false, all;

	apply_options(connection->pcb, wishes);
	open_window(connection, wishes->taken);
	if (connection->fin_received)
		far_end(connection->far);
	all = send_waiting(connection, &failed);
	if (failed) {
		far_fail(connection->far, ENOMEM);
		net_tcp_break_off(connection);
		return;
	}
	/* (Looked at before: what was sent since has had it looked at again.) */
	if (all && wishes->ends && !connection->fin_sent)
		connection->fin_sent = wishes->closed ||
				       tcp_shutdown(connection->pcb, 0, 1) == ERR_OK;
	if (connection->fin_sent && (wishes->closed || connection->fin_received)) {
		net_tcp_leave(connection);
		return;
	}
	tcp_output(connection->pcb);
}

static void
serve(struct connection *connection)
{
	struct far_wishes wishes;

	far_look(connection->far, &wishes);
	if (wishes.broken) {
		net_tcp_break_off(connection);
	} else if (connection->error) {
		far_fail(connection->far, connection->error);
		net_tcp_break_off(connection);
	} else if (!connection->pcb) { /* both have closed */
		far_end(connection->far);
		net_tcp_break_off(connection);
	} else if (connection->nobody) {
		net_tcp_break_off(connection);
	} else if (connection->connected) {
		serve_open(connection, &wishes);
	}
}

static void
serve_far(struct far *far)
{
	struct connection *connection = far_kept(far);
	struct far_wishes wishes;

	if (connection) {
		net_tcp_make_due(connection);
		return;
	}
	far_look(far, &wishes);
	if (wishes.asks && !wishes.broken)
		net_tcp_connect(far, &wishes);
	else
		far_drop(far); /* the program has thought better of it */
}

void
net_tcp_serve(void)
{
	struct connection *connection;
	struct far *far;

	while ((far = far_next()) != NULL)
		serve_far(far);
	while ((connection = net_tcp_next_due()) != NULL)
		serve(connection);
}
