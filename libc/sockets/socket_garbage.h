/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets that hold each other by messages that nobody can receive any more.
 */
#ifndef LIBC_SOCKET_GARBAGE_H
#define LIBC_SOCKET_GARBAGE_H

/* If many are on their way, finds those and lets their messages go. With no lock held. */
void socket_garbage_collect(void);

#endif
