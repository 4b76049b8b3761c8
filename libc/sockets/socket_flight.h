/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets that are on their way to somebody, in a queue. socket_lock is held.
 */
#ifndef LIBC_SOCKET_FLIGHT_H
#define LIBC_SOCKET_FLIGHT_H

#include "libc/sockets/socket.h"

/* Files are put into a queue, and taken out of it. */
void socket_flight_begin(const struct socket_rights *rights);
void socket_flight_end(const struct socket_rights *rights);

/* The sockets that are on their way, by next_flying; and how many there are. */
struct socket *socket_flight_first(void);
unsigned socket_flight_count(void);

#endif
