/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets between threads of the program: AF_UNIX, under paths, abstract names and as pairs, and
 * TCP and UDP over loopback, of AF_INET and AF_INET6; to other machines where there is a network
 * stack (socket_far.h). What Linux does is done here: unix(7), tcp(7), udp(7). One of AF_NETLINK
 * can be told of messages in a queue (mq_notify()), by which C libraries make SIGEV_THREAD, and is
 * asked nothing: it is as one of AF_UNIX that has no peer. Another family has nothing to talk to on
 * this machine, and is refused.
 *
 * A socket owns the queue of what it has been sent. All sockets are under one lock, socket_lock;
 * files_lock, or epoll's, may be held when it is taken, and ready_lock is taken within it.
 */
#ifndef LIBC_SOCKET_H
#define LIBC_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/base/spinlock.h"
#include "libc/base/abi.h"
#include "libc/base/byte_ring.h"
#include "libc/base/pieces.h"
#include "libc/files/ready.h"

/* What a socket can be sent before the sender has to wait. */
#define SOCKET_BUFFER (128 * 1024)

#define ABI_SOL_SOCKET 1
#define ABI_AF_UNSPEC 0
#define ABI_AF_UNIX 1
#define ABI_AF_INET 2
#define ABI_AF_INET6 10
#define ABI_AF_NETLINK 16
#define ABI_IPPROTO_TCP 6
#define ABI_IPPROTO_UDP 17
#define ABI_SOCK_STREAM 1
#define ABI_SOCK_DGRAM 2
#define ABI_SOCK_RAW 3
#define ABI_SOCK_SEQPACKET 5

#define ABI_MSG_OOB 0x1
#define ABI_MSG_PEEK 0x2
#define ABI_MSG_CTRUNC 0x8
#define ABI_MSG_TRUNC 0x20
#define ABI_MSG_DONTWAIT 0x40
#define ABI_MSG_WAITALL 0x100
#define ABI_MSG_ERRQUEUE 0x2000
#define ABI_MSG_NOSIGNAL 0x4000
#define ABI_MSG_CMSG_CLOEXEC 0x40000000

struct far;
struct file;
struct ramfs_node;
struct socket_rights;

#define SOCKET_PATH_MAX 108
#define SOCKET_FAMILY_SIZE sizeof(uint16_t) /* what each address begins with */
#define SOCKET_TIME_TO_LIVE 64		    /* of a socket that was given none */

/* An end of TCP or UDP: an address of IPv6, that of IPv4 mapped (RFC 4291 section 2.5.5.2). */
#define SOCKET_MAPPED_AT 12 /* bytes of an address before its part of IPv4 */
struct socket_end {
	uint8_t address[16];
	uint16_t port; /* in network order; 0: none */
};

/* The name of a socket. */
struct socket_name {
	uint16_t family;
	uint16_t length; /* AF_UNIX: bytes of the path; 0: no name */
	struct socket_end end;
	char path[SOCKET_PATH_MAX + 1]; /* with its NUL; begins with one: an abstract name */
};

enum socket_state {
	SOCKET_IDLE,
	SOCKET_LISTENING,
	SOCKET_ASKING,	  /* of TCP: on its way to another machine, which has not answered */
	SOCKET_CONNECTED, /* AF_UNIX: stays so when the other end is gone */
};

/* How far connect() has got on TCP, whatever has become of the connection since. */
enum socket_call {
	SOCKET_FREE,
	SOCKET_CONNECTING, /* a call without blocking has begun, and none has returned how it ended
			    */
	SOCKET_JOINED,
	SOCKET_BROKEN, /* shut while it was connecting */
};

/* Options that are on or off. */
enum {
	SOCKET_REUSE_ADDRESS = 1,
	SOCKET_REUSE_PORT = 2,
	SOCKET_KEEPALIVE = 4,
	SOCKET_BROADCAST = 8,
	SOCKET_PASS_CREDENTIALS = 16,
	SOCKET_NODELAY = 32,
	SOCKET_V6ONLY = 64,
	SOCKET_OOB_INLINE = 128,
};

/* What has been sent in one piece: a message, or a part of a stream. */
struct socket_record {
	uint32_t length;	      /* bytes that are left of it */
	struct socket *from;	      /* AF_UNIX: who has sent it, held */
	struct socket_rights *rights; /* files that come with it; NULL */
	struct socket_end end;	      /* of TCP and UDP: whom it is from */
};

struct socket {
	unsigned references; /* its open file, the listener's list, those that send to it */
	uint16_t family, type, protocol; /* ABI_AF_*, ABI_SOCK_*, as SO_PROTOCOL returns it */
	enum socket_state state;
	enum socket_call call; /* of TCP */
	bool closed;	       /* its open file is gone */
	bool input_shut;       /* nothing more will come */
	bool output_shut;      /* nothing more may be sent */
	bool end_sent;	       /* of TCP: FINs */
	bool end_received;
	bool listed;	       /* among those that have a port */
	bool port_bound;       /* the port, the address, was asked for */
	bool address_bound;
	int error;	     /* SO_ERROR: a positive error number, returned once */
	struct socket *peer; /* whom it sends to, held; NULL: nobody */
	struct far *far;     /* of an end that stands for another machine; else NULL */
	bool far_full;	     /* of UDP: there was no room on the way to other machines */
	struct ready_source source;

	/* What it has been sent, and not taken. */
	struct byte_ring in;
	struct socket_record first; /* the oldest, whose bytes alone are in the ring */
	bool has_first;
	unsigned records;
	size_t bytes;

	struct socket *next_pending; /* on the list of a listener, oldest first */
	struct socket *pending;
	unsigned pending_count;
	unsigned backlog;

	struct socket_name name;
	struct socket_end peer_end; /* of TCP and UDP: whom it is connected to */
	struct ramfs_node *node;    /* that the name made, held; under files_lock */
	struct socket *next_bound;  /* on the list of those with a port or an abstract name */

	/* Of one that is on its way to somebody, by a message: socket_garbage.c. */
	struct file *file;
	unsigned in_flight;	    /* how often */
	struct socket *next_flying;
	unsigned outside;	    /* how often not by one that nobody has */
	bool lost;		    /* whether nobody has it */

	uint64_t receive_timeout; /* ns, perhaps beyond the clock's end; 0: none */
	uint64_t send_timeout;
	uint32_t options; /* SOCKET_* */
	int32_t time_to_live, type_of_service, keep_idle, keep_interval, keep_count;
	int32_t priority, receive_least;
	struct {
		int32_t on, seconds;
	} linger;
};

extern struct spinlock socket_lock;

/* -- socket.c --------------------------------------------------------------------------------- */

/* A new socket with one reference; NULL when there is no memory. socket_lock is held. */
struct socket *socket_make(uint16_t family, uint16_t type, uint16_t protocol);

/* Take and give up a reference. socket_lock is held. */
struct socket *socket_hold(struct socket *socket);
void socket_release(struct socket *socket);

/* The same without the lock. */
void socket_put(struct socket *socket);

/*
 * The open file of a new socket, whose reference it takes. NULL when there is no memory for it, or
 * was none for the socket: then that is gone too.
 */
struct file *socket_open(struct socket *socket, uint32_t flags);

/* Joins two sockets so that each sends to the other. socket_lock is held. */
void socket_join(struct socket *a, struct socket *b);

/* Takes the pending error: 0 or -errno. socket_lock is held. */
int socket_take_error(struct socket *socket);

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

static inline bool
socket_is_unix(const struct socket *socket)
{
	return socket->family == ABI_AF_UNIX || socket->family == ABI_AF_NETLINK;
}

static inline bool
socket_is_netlink(const struct socket *socket)
{
	return socket->family == ABI_AF_NETLINK;
}

static inline bool
socket_is_tcp(const struct socket *socket)
{
	return !socket_is_unix(socket) && socket_is_stream(socket);
}

static inline bool
socket_is_udp(const struct socket *socket)
{
	return !socket_is_unix(socket) && !socket_is_stream(socket);
}

/* What a socket has been sent, and what has become room to send. */
#define SOCKET_INPUT_EVENTS (ABI_POLLIN | ABI_POLLPRI | ABI_POLLRDNORM | ABI_POLLRDBAND)
#define SOCKET_ROOM_EVENTS (ABI_POLLOUT | ABI_POLLWRNORM | ABI_POLLWRBAND)

/* -- socket_name.c ---------------------------------------------------------------------------- */

/* Reads an address of a socket's family. -EINVAL: a wrong length or AF_UNIX's; -EAFNOSUPPORT. */
int socket_name_load(const struct socket *socket, const void *address, int length,
		     struct socket_name *name);

/* The name of an end as a family shows it. */
struct socket_name socket_name_of_end(uint16_t family, const struct socket_end *end);

/* Writes an address, cut to *length, and its length. Nothing with an address of NULL. */
void socket_name_store(const struct socket_name *name, void *address, uint32_t *length);

/* -- socket_unix.c ---------------------------------------------------------------------------- */

/* Takes a name of AF_UNIX; length 0 means any. -EINVAL: has one; -EADDRINUSE; a path's errors. */
int socket_unix_bind(struct socket *socket, const struct socket_name *name);

/* The socket of a type that has a name, held. -ECONNREFUSED, -EPROTOTYPE, a path's errors. */
int socket_unix_find(const struct socket_name *name, uint16_t type, struct socket **socket);
void socket_unix_unbind(struct socket *socket);

/* -- socket_netlink.c ------------------------------------------------------------------------- */

/* The open file of a descriptor, held, if it is of AF_NETLINK. NULL and *error: -EBADF, -ENOTSOCK,
 * -EINVAL: another family. */
struct file *socket_netlink_get(int descriptor, int64_t *error);

/* Sends it a message; what finds no room is lost. */
void socket_netlink_send(struct file *file, const void *bytes, size_t size);

/* -- socket_inet.c: names of TCP and UDP ------------------------------------------------------ */

/* Takes a name; port 0 means any. -EINVAL: has one; -EADDRINUSE; -EADDRNOTAVAIL: not own. */
int socket_inet_bind(struct socket *socket, const struct socket_name *name);

/* Takes a port, if there is none, or no more. -EADDRINUSE: all are taken. socket_lock is held. */
int socket_inet_take_port(struct socket *socket);

/* Gives an unbound socket the address from which another is reached. socket_lock is held. */
void socket_inet_take_address(struct socket *socket, const struct socket_end *to);

/* And takes it away, if it was not bound to it. socket_lock is held. */
void socket_inet_drop_address(struct socket *socket);

/* Whether no other socket listens where one is about to. -EADDRINUSE. socket_lock is held. */
int socket_inet_check_listen(const struct socket *socket);

/* Puts a socket that has a name on the list, and takes it off. socket_lock is held. */
void socket_inet_list(struct socket *socket);
void socket_inet_unlist(struct socket *socket);

/* Makes "any" the loopback. 0, or -ENETUNREACH: a machine that there is no way to. */
int socket_inet_resolve(struct socket_end *to);

/* Whether an end is on another machine. Never without a network stack. */
bool socket_inet_is_far(const struct socket_end *to);

bool socket_inet_is_same(const struct socket_end *a, const struct socket_end *b);

/* The listener, or itself, or the UDP socket, that an end leads to; NULL. socket_lock is held. */
struct socket *socket_inet_find(const struct socket *from, const struct socket_end *to);

/* -- socket_tcp.c; socket_lock is held -------------------------------------------------------- */

/* Connects a socket with one that listens, or with itself. Returns 0, or -ENOMEM. */
int socket_tcp_connect(struct socket *client, struct socket *listener);

/* One end sends nothing more: the other is notified; with both the connection is over. */
void socket_tcp_finish(struct socket *socket);

/* The other end has broken the connection off. */
void socket_tcp_reset(struct socket *socket);

/* What a connection that was asked for has come to: refused, or not to be had. */
void socket_tcp_refuse(struct socket *socket, int error);

/* A port that nobody has asked for is free again. */
void socket_tcp_drop_port(struct socket *socket);

/* -- socket_close.c; socket_lock is held ------------------------------------------------------ */

/*
 * What a socket becomes when its open file is gone, or nobody has accepted it: its peer is
 * notified. Gives up the caller's reference. Call ready_changed() and socket_rights_collect()
 * afterwards.
 */
void socket_abandon(struct socket *socket);

/* Makes a socket of TCP what it was at first: it listens no more, its connection is broken off. */
void socket_disconnect(struct socket *socket);

/* -- socket_queue.c: what is moved; socket_lock is held --------------------------------------- */

/* Whether a message fits into a queue that is empty. */
bool socket_message_fits(size_t size);

/*
 * Puts a record of `size` bytes, or of as many as there is room for where the socket is a stream.
 * Its sender is held, and its rights are the queue's, if that succeeds. Returns the bytes put;
 * -EAGAIN without room, -ENOMEM.
 */
int64_t socket_queue_put(struct socket *to, const struct socket_record *record,
			 struct pieces *pieces, size_t size);

/* The oldest record; NULL. */
struct socket_record *socket_queue_first(struct socket *socket);

/* Takes up to `size` bytes of the oldest record; what is left of it stays. */
size_t socket_queue_take(struct socket *socket, struct pieces *pieces, size_t size);

/* Looks at up to `size` bytes: of the oldest record, or of a stream's until one with rights. */
size_t socket_queue_look(struct socket *socket, struct pieces *pieces, size_t size);

/* The oldest record is done with. */
void socket_queue_end(struct socket *socket);
void socket_queue_empty(struct socket *socket);

/* Calls a function with the rights of each record. */
void socket_queue_each_rights(const struct socket *socket,
			      void (*with)(const struct socket_rights *rights));

/* Whether a message of fair size, or a piece of a stream, can be put. */
bool socket_has_room(const struct socket *to);

/* Whether so many messages of AF_UNIX wait that others have to. */
bool socket_is_crowded(const struct socket *to);

/* -- socket_transfer.c ------------------------------------------------------------------------ */

/* When a call that waits as long as a socket's timeout says is to end, in clock_ns() time. */
uint64_t socket_deadline(uint64_t timeout);

/* ready_block(); with a deadline a signal ends the call for good: -EINTR_FOR_GOOD. */
struct ready_state;
int socket_block(struct file *file, const struct ready_state *state, uint64_t deadline);

#endif
