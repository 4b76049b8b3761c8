/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets between threads of the program: AF_UNIX, under paths and as pairs, and AF_INET streams
 * over loopback. What Linux does is done here, unix(7), but for names without a path (abstract
 * ones) and messages that carry descriptors. Another family has nothing to talk to on this
 * machine, and is refused.
 *
 * A socket owns the queue of what it has been sent. All sockets are under one lock, socket_lock,
 * which is taken last: files_lock, or an epoll instance's, may be held.
 */
#ifndef LIBC_SOCKET_H
#define LIBC_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/base/spinlock.h"
#include "libc/base/abi.h"
#include "libc/base/byte_ring.h"
#include "libc/files/ready.h"

/* What a socket can be sent before the sender has to wait. */
#define SOCKET_BUFFER (128 * 1024)

#define ABI_AF_UNIX 1
#define ABI_AF_INET 2
#define ABI_IPPROTO_TCP 6
#define ABI_SOCK_STREAM 1
#define ABI_SOCK_DGRAM 2
#define ABI_SOCK_SEQPACKET 5

#define ABI_MSG_PEEK 0x2
#define ABI_MSG_TRUNC 0x20
#define ABI_MSG_DONTWAIT 0x40
#define ABI_MSG_EOR 0x80
#define ABI_MSG_WAITALL 0x100
#define ABI_MSG_NOSIGNAL 0x4000
#define ABI_MSG_CMSG_CLOEXEC 0x40000000

struct file;
struct ramfs_node;

#define SOCKET_PATH_MAX 108
struct abi_sockaddr_un {
	uint16_t family;
	char path[SOCKET_PATH_MAX]; /* ends with a NUL or with the structure */
};
_Static_assert(sizeof(struct abi_sockaddr_un) == 110, "struct sockaddr_un");

#define SOCKET_INET_LOOPBACK 0x0100007fu /* 127.0.0.1 in network order */

/* The name of a socket. */
struct socket_name {
	bool inet;     /* AF_INET, else AF_UNIX */
	uint16_t port; /* AF_INET, in network order as the address; 0: no name */
	uint32_t address;
	char path[SOCKET_PATH_MAX + 1]; /* AF_UNIX; empty: no name */
};

enum socket_state {
	SOCKET_IDLE,
	SOCKET_LISTENING,
	SOCKET_CONNECTED, /* stays so when the other end is gone */
};

struct socket {
	unsigned references; /* its open file, the listener's list, those that send to it */
	uint16_t type;	     /* ABI_SOCK_* */
	enum socket_state state;
	bool closed;	     /* its open file is gone */
	bool input_shut;     /* nothing more will come */
	bool output_shut;    /* nothing more may be sent */
	int error;	     /* SO_ERROR: a positive error number, told once */
	struct socket *peer; /* whom it sends to, held; NULL: nobody */
	struct byte_ring in; /* what it has been sent: bytes, or records of messages */

	struct socket *next_pending; /* on the list of a listener, oldest first */
	struct socket *pending;
	unsigned pending_count;
	unsigned backlog;
	struct ready_source source;

	struct socket_name name;
	struct ramfs_node *node;   /* that the name made, held; under files_lock */
	struct socket *next_bound; /* AF_INET: on the list of those with a port */
	uint64_t receive_timeout;  /* ns, perhaps beyond the clock's end; 0: none */
	uint64_t send_timeout;
};

extern struct spinlock socket_lock;

/* -- socket.c --------------------------------------------------------------------------------- */

/* A new socket with one reference; NULL when there is no memory. socket_lock is held. */
struct socket *socket_make(uint16_t type);

/* Take and give up a reference. socket_lock is held. */
struct socket *socket_hold(struct socket *socket);
void socket_release(struct socket *socket);

/*
 * The open file of a new socket, whose reference it takes. NULL when there is no memory for it, or
 * was none for the socket: then that is gone too.
 */
struct file *socket_open(struct socket *socket, uint32_t flags);

/* Joins two sockets so that each sends to the other. socket_lock is held. */
void socket_join(struct socket *a, struct socket *b);

/*
 * What a socket becomes when its open file is gone, or nobody has accepted it: its peer is told.
 * Gives up the caller's reference. socket_lock is held; call ready_changed() afterwards.
 */
void socket_abandon(struct socket *socket);

/* The open file of a descriptor, held. NULL and *error: -EBADF, -ENOTSOCK. */
struct file *socket_get(int descriptor, int64_t *error);
struct socket *socket_of(const struct file *file);

static inline bool
socket_is_stream(const struct socket *socket)
{
	return socket->type == ABI_SOCK_STREAM;
}

/* Whether it has to be connected before it can be used. */
static inline bool
socket_connects(const struct socket *socket)
{
	return socket->type != ABI_SOCK_DGRAM;
}

/* -- socket_address.c ------------------------------------------------------------------------- */

/* Reads an address of a socket's family. -EINVAL; -ENOTSUP, with a line on the console: no path. */
int socket_name_load(const struct socket *socket, const void *address, int length,
		     struct socket_name *name);

/* Writes an address, cut to *length, and its length. Nothing with an address of NULL. */
void socket_name_store(const struct socket_name *name, void *address, uint32_t *length);

/* The socket that has a name, with a reference. -ECONNREFUSED, and the errors of a path. */
int socket_find(const struct socket_name *name, struct socket **socket);

/* Takes the name of a socket that is closed away. */
void socket_unbind(struct socket *socket);

static inline bool
socket_has_name(const struct socket *socket)
{
	return socket->name.path[0] || socket->name.port;
}

/* -- socket_inet.c ---------------------------------------------------------------------------- */

/* Reads an address. -EINVAL: too short; -EAFNOSUPPORT. */
int socket_inet_load(const void *address, int length, struct socket_name *name);

/* Writes an address, cut to `room`. Returns the length that all of it has. */
size_t socket_inet_store(const struct socket_name *name, void *address, size_t room);

/* Takes a name; port 0 means any. -EINVAL: has one; -EADDRINUSE; -EADDRNOTAVAIL: not loopback. */
int socket_inet_bind(struct socket *socket, const struct socket_name *name);

/* Takes a name of an address, if there is none yet. -EADDRINUSE: all ports are taken. */
int socket_inet_name(struct socket *socket, uint32_t address);

/* What is due before a socket listens: a name, and a line on the console, once. -EADDRINUSE. */
int socket_inet_listen(struct socket *socket);
void socket_inet_unbind(struct socket *socket);

/* The socket that has a name, with a reference. -ECONNREFUSED, -ENETUNREACH. */
int socket_inet_find(const struct socket_name *name, struct socket **socket);

/* What a socket has been sent, and what has become room to send. */
#define SOCKET_INPUT_EVENTS (ABI_POLLIN | ABI_POLLPRI | ABI_POLLRDNORM)
#define SOCKET_ROOM_EVENTS (ABI_POLLOUT | ABI_POLLWRNORM)

/* -- socket_queue.c: what is moved; socket_lock is held --------------------------------------- */

/* Pieces of memory that are worked through. */
struct socket_pieces {
	const struct abi_iovec *vector;
	uint64_t count;
	size_t done; /* bytes of the first */
};

/* Bytes of all pieces; -EINVAL when there are too many. */
int64_t socket_pieces_size(const struct socket_pieces *pieces);

/* Whether a message fits into a queue that is empty. */
bool socket_message_fits(size_t size);

/* Puts a message, or up to `size` bytes. Returns the bytes put; -EAGAIN without room, -ENOMEM. */
int64_t socket_put_message(struct socket *to, const struct socket_name *from,
			   struct socket_pieces *pieces, size_t size);
int64_t socket_put_bytes(struct socket *to, struct socket_pieces *pieces, size_t size);

/*
 * Takes a message, or up to `size` bytes; with `peek` it stays. Returns the bytes of it that there
 * was room for, or -EAGAIN when there is none. *whole is the length of the message.
 */
int64_t socket_take_message(struct socket *socket, struct socket_name *from,
			    struct socket_pieces *pieces, size_t size, bool peek, size_t *whole);
int64_t socket_take_bytes(struct socket *socket, struct socket_pieces *pieces, size_t size,
			  bool peek);

/* Whether a message of fair size, or a piece of a stream, can be put. */
bool socket_has_room(const struct socket *to);

/* -- socket_transfer.c ------------------------------------------------------------------------ */

/* When a call that waits as long as a socket's timeout says is to end, in clock_ns() time. */
uint64_t socket_deadline(uint64_t timeout);

/* ready_block(); with a deadline a signal ends the call for good: -EINTR_FOR_GOOD. */
struct ready_state;
int socket_block(struct file *file, const struct ready_state *state, uint64_t deadline);

#endif
