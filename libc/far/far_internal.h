/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of this folder have of each other.
 */
#ifndef LIBC_FAR_INTERNAL_H
#define LIBC_FAR_INTERNAL_H

#include "libc/far/far.h"
#include "libc/sockets/socket.h"

/* An end as sockets have it, and back: they are the same. */
_Static_assert(sizeof(struct far_end) == sizeof(struct socket_end) &&
		       offsetof(struct far_end, port) == offsetof(struct socket_end, port),
	       "struct far_end");

static inline struct socket_end
far_to_end(const struct far_end *end)
{
	struct socket_end to = {.port = end->port};

	for (unsigned i = 0; i < sizeof(to.address); i++)
		to.address[i] = end->address[i];
	return to;
}

static inline struct far_end
far_of_end(const struct socket_end *end)
{
	struct far_end to = {.port = end->port};

	for (unsigned i = 0; i < sizeof(to.address); i++)
		to.address[i] = end->address[i];
	return to;
}

/* -- far_common.c ------------------------------------------------------------------------------ */

/* What far_wake() changes, to wake the stack. Any context. */
void far_set_word(uint32_t *word);
void far_wake(void);

/* A socket for looking others up, as if another machine's: socket_lock is held. */
const struct socket *far_stranger(uint16_t type, const struct far_end *remote);

/* -- far_stream.c: the stack's end of a connection; socket_lock is held ------------------------ */

/* A new one; NULL when there is no memory. */
struct far *far_make(uint16_t family, const struct far_end *local, const struct far_end *remote);
void far_unmake(struct far *far);
struct socket *far_socket(const struct far *far);

/* -- far_stream.c, far_datagram.c, far_address.c: struct socket_far_operations ----------------- */

int far_connect(struct socket *client);
void far_taken(struct socket *socket);
int64_t far_send(struct socket *from, const struct socket_end *source, const struct socket_end *to,
		 struct pieces *pieces, size_t size);
bool far_is_own(const uint8_t address[16]);
bool far_source_for(const uint8_t address[16], uint8_t own[16]);

/* Whether datagrams to an address are for all machines of a link. */
bool far_is_broadcast(const uint8_t address[16]);

#endif
