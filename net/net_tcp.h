/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection: lwIP's control block on one side, the far end of a program's socket on the other.
 */
#ifndef NET_TCP_H
#define NET_TCP_H

#include "net/net.h"

struct connection {
	struct tcp_pcb *pcb; /* NULL: lwIP has freed it */
	struct far *far;
	size_t taken;	      /* by the program, as lwIP knows */
	char *held;	      /* taken from the program, and not yet by lwIP */
	size_t held_length;
	unsigned polls;
	int error;	      /* what it has failed by; 0: it has not */
	bool connected;
	bool fin_sent, fin_received;
	bool nobody;	      /* what came was for a program that has closed */
	bool due;	      /* on the list */
	struct connection *next_due;
};

/* Has the next turn serve a connection. */
void net_tcp_make_due(struct connection *connection);

/* One that is due; NULL. */
struct connection *net_tcp_next_due(void);

/* Asks for a connection, which the program's end waits for. */
void net_tcp_connect(struct far *far, const struct far_wishes *wishes);

/* Ends a connection that is not due: by a reset, or by what lwIP does alone from here on. */
void net_tcp_break_off(struct connection *connection);
void net_tcp_leave(struct connection *connection);

#endif
