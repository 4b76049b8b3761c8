/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A call that sends or receives.
 */
#ifndef LIBC_SOCKET_TRANSFER_H
#define LIBC_SOCKET_TRANSFER_H

#include "libc/sockets/socket.h"

struct abi_msghdr {
	void *name;
	uint32_t name_length, padding;
	const struct abi_iovec *vector;
	uint64_t count;
	void *control;
	uint64_t control_length;
	uint32_t flags;
};

struct socket_transfer {
	struct file *file;
	struct socket *socket;
	struct pieces pieces;
	size_t size;
	uint32_t flags; /* ABI_MSG_* */

	/* Of sending. */
	const void *address; /* as the call has it; NULL: none */
	int address_length;
	struct socket *to;	   /* AF_UNIX: whom the address names, held */
	struct socket_end end;	   /* UDP: where the address leads to */
	struct socket_rights *rights; /* sent or received, held; NULL */

	/* Of receiving. */
	struct socket_name from; /* who has sent what was received */
	bool named;		 /* and whether that is written */
	bool any;		 /* whether there was anything */
	size_t whole;		 /* the length of the message that was received */
	bool cut;		 /* and whether there was no room for all of it */
};

/* Begins a call on a descriptor, whose file is held then. Returns 0, or -errno. */
int64_t socket_transfer_begin(struct socket_transfer *transfer, int descriptor,
			      unsigned flags);

/*
 * Whether what a message names may be read, or written where it `receives`. Returns 0, -EFAULT, or
 * -EMSGSIZE: too many pieces.
 */
int64_t socket_transfer_check(const struct abi_msghdr *message, bool receives);

/* When a call that waits is to end, in clock_ns() time; timeout is the socket's, in ns. */
uint64_t socket_transfer_deadline(const struct socket_transfer *transfer, uint64_t timeout);

/* Lets the files go that nobody has taken: what is read as bytes alone loses them. */
void socket_transfer_drop(struct socket_transfer *transfer);

/* socket_send.c, socket_receive.c: returns the bytes, or -errno. System call context. */
int64_t socket_send(struct socket_transfer *transfer);
int64_t socket_receive(struct socket_transfer *transfer);

/*
 * socket_send_to.c: what one try to send does, by the kind of socket; more than one where there was
 * no room. Returns the bytes sent, -EAGAIN (no room) or -errno. socket_lock is held.
 */
int64_t socket_send_try(struct socket_transfer *transfer);

/* What is looked at before all that a message has with it. Returns 0, or -errno. */
int64_t socket_send_check(const struct socket_transfer *transfer);

/*
 * Looks at the flags and the address that a call sends with, and finds out whom it leads to: 0, or
 * -errno. Also returns a pending error, where that comes first. System call context.
 */
int64_t socket_send_prepare(struct socket_transfer *transfer);

#endif
