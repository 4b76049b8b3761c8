/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What libc and a network stack have of each other, and all of it: the far ends of sockets that
 * reach other machines. libc keeps the sockets as queues of bytes and of datagrams; the stack is
 * one thread of the program at their other end, which calls these functions and is called by none.
 *
 * An image without a stack has nothing of this folder.
 */
#ifndef LIBC_FAR_H
#define LIBC_FAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An address of IPv6, or one of IPv4 mapped (RFC 4291 section 2.5.5.2). */
struct far_end {
	uint8_t address[16];
	uint16_t port; /* in network order */
};

/* -- far.c: all functions are called by the stack's thread ------------------------------------- */

/*
 * Sockets reach the stack from now on. *word is changed, and those who wait for it (futex) are
 * woken, when far_next() or far_datagram_take() has something. Once, before main().
 */
void far_begin(uint32_t *word);

/* Has those who wait for sockets look again: due after what changed some. */
void far_publish(void);

/* -- A connection: one end of TCP -------------------------------------------------------------- */

struct far;

/* What the program's end wants. */
struct far_wishes {
	struct far_end local, remote;
	bool asks;   /* connect() waits for far_connected() or far_fail() */
	bool broken; /* it is gone: the other machine is to hear of a reset */
	bool closed; /* nobody is there to read what still comes */
	bool ends;   /* behind what is waiting nothing more comes */
	size_t waiting; /* bytes to be sent */
	size_t taken;	/* bytes that the program has taken, in all: far_put() gave them */
	bool no_delay, keep_alive;
	uint32_t keep_idle, keep_interval, keep_count; /* seconds, seconds, probes */
	uint8_t time_to_live, type_of_service;
};

/* A connection whose wishes may have changed; NULL: there is none now. */
struct far *far_next(void);
void far_look(struct far *far, struct far_wishes *wishes);

/* What the stack keeps with a connection: NULL at first. */
void far_keep(struct far *far, void *own);
void *far_kept(const struct far *far);

/* Takes up to `size` bytes of what the program sends. Returns how many. */
size_t far_take(struct far *far, void *bytes, size_t size);

/*
 * Gives the program bytes: no more than FAR_WINDOW beyond those that it has taken. Returns false
 * when nobody is there any more: the answer is a reset.
 */
#define FAR_WINDOW (64 * 1024)
bool far_put(struct far *far, const void *bytes, size_t size);

/* The other machine has answered connect(). */
void far_connected(struct far *far);

/* The other machine sends nothing more. */
void far_end(struct far *far);

/* The connection is broken, or not to be had: `error` as Linux numbers it, above 0. */
void far_fail(struct far *far, int error);

/* The stack is done with a connection. */
void far_drop(struct far *far);

/* -- What other machines ask for --------------------------------------------------------------- */

enum far_answer { FAR_NOBODY, FAR_LISTENS, FAR_CROWDED };

/* Whether a connection would be taken. */
enum far_answer far_ask(const struct far_end *local, const struct far_end *remote);

/* A connection that has come about; NULL: nobody listens any more, or there is no memory. */
struct far *far_accept(const struct far_end *local, const struct far_end *remote);

/* -- far_datagram.c: UDP ----------------------------------------------------------------------- */

struct far_datagram {
	struct far_end local, remote;
	uint8_t time_to_live, type_of_service;
	uint16_t length;
};

#define FAR_DATAGRAM_MAX 65507

/* Takes the oldest datagram that is to be sent, of any length; false: there is none. */
bool far_datagram_take(struct far_datagram *datagram, void *bytes);

/* Gives one to whoever has its port; false: nobody. One that finds no room is lost. */
bool far_datagram_put(const struct far_datagram *datagram, const void *bytes);

/* What was sent could not be delivered: an error of who is connected there. */
void far_datagram_fail(const struct far_end *local, const struct far_end *remote, int error);

/* -- far_address.c ----------------------------------------------------------------------------- */

#define FAR_ADDRESSES_MAX 8

struct far_address {
	uint8_t address[16];
	uint8_t prefix; /* bits of 128 that its link has in common */
};

/* The machine's addresses from now on, in the order of preference, with a router or without. */
void far_set_addresses(const struct far_address *addresses, unsigned count, bool router4,
		       bool router6);

/* -- far_log.c: the console's last lines ------------------------------------------------------- */

#define FAR_LINE_MAX 1024

/* Severities of RFC 5424 section 6.2.1. */
enum far_severity { FAR_ERROR = 3, FAR_WARNING = 4, FAR_INFORMATIONAL = 6 };

struct far_line {
	uint64_t position; /* before: from where on to read, 0 at first; after: behind the line */
	bool kernels;	   /* else the program's */
	enum far_severity severity;
	size_t length; /* of its text, without the newline; a longer one is cut */
	char text[FAR_LINE_MAX];
};

/* Keeps what the console says from now on, and what it still had. Once. */
void far_log_begin(void);

/*
 * The next line that is whole; false: there is none. Where lines have been lost since the last one
 * it goes on with the oldest that is there. Any thread.
 */
bool far_log_read(struct far_line *line);

/* A word that changes with each line; who waits for it (futex) is woken. */
uint32_t *far_log_word(void);

/* -- far_settings.c ---------------------------------------------------------------------------- */

/* What stands behind bare.NAME= of the stack's own settings; NULL: nothing. */
const char *far_setting(const char *name);

#endif
