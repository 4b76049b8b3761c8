/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Options of TCP, UDP and IP, and what those of all sockets have in common with them.
 */
#ifndef LIBC_SOCKET_OPTION_H
#define LIBC_SOCKET_OPTION_H

#include "libc/sockets/socket.h"

/* Says on the console that there is no such option. Returns -ENOPROTOOPT. */
int64_t socket_option_refuse(int level, int option);

/* Switches an option, SOCKET_*. */
void socket_option_switch(struct socket *socket, uint32_t bit, bool on);

/* An option of another level than SOL_SOCKET; length >= 0. Returns 0, or -errno. */
int64_t socket_option_set_inet(struct socket *socket, int level, int option, const void *value,
			       int length);
int64_t socket_option_get_inet(struct socket *socket, int level, int option, void *value,
			       uint32_t *length);

#endif
