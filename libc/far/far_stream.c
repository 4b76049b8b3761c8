/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection to another machine: the program's socket is joined with one of the stack's, as it is
 * with another of the program's over loopback, but without an open file. What the program does is
 * seen in that, and by a watch of it: then the connection is on the list of those to be looked at.
 *
 * What the stack gives is one record, which grows, so that many small segments take no more room
 * than a large one: FAR_WINDOW bytes always fit.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/pool.h"
#include "libc/far/far_internal.h"
#include "libc/files/ready.h"

_Static_assert(FAR_WINDOW <= SOCKET_BUFFER - 2 * sizeof(struct socket_record),
	       "a window fits into a queue");

/* The stack hears of what was taken when that is worth telling the other machine of. */
#define TAKEN_WORTH (FAR_WINDOW / 8)

struct far {
	struct socket *socket;
	struct ready_watch watch;
	void *own;	   /* the stack's */
	size_t given;	   /* to the program, in all */
	size_t taken_told; /* of that taken, as the stack knows */
	struct far *next;  /* on the list of those to be looked at; under ready_lock */
	bool listed;
};

static struct pool fars = {.size = sizeof(struct far)};
static struct far *first_changed, **last_changed = &first_changed; /* under ready_lock */

/* -- The list of those to be looked at --------------------------------------------------------- */

static void
list(struct far *far)
{
	spin_assert_held(&ready_lock);
	if (far->listed)
		return;
	far->listed = true;
	far->next = NULL;
	*last_changed = far;
	last_changed = &far->next;
	far_wake();
}

static void
take_off_list(struct far *far)
{
	struct far **link = &first_changed;

	spin_assert_held(&ready_lock);
	while (*link && *link != far)
		link = &(*link)->next;
	if (!*link)
		return;
	*link = far->next;
	if (!*link)
		last_changed = link;
	far->listed = false;
}

static void
notify(struct ready_watch *watch, uint32_t events)
{
	(void)events;
	list((struct far *)((char *)watch - offsetof(struct far, watch)));
}

struct far *
far_next(void)
{
	uint64_t flags = spin_lock(&ready_lock);
	struct far *far = first_changed;

	if (far)
		take_off_list(far);
	spin_unlock(&ready_lock, flags);
	return far;
}

/* -- Making and unmaking ----------------------------------------------------------------------- */

struct far *
far_make(uint16_t family, const struct far_end *local, const struct far_end *remote)
{
	struct socket *socket = socket_make(family, ABI_SOCK_STREAM, ABI_IPPROTO_TCP);
	struct far *far = socket ? pool_take(&fars) : NULL;

	spin_assert_held(&socket_lock);
	if (!far) {
		if (socket)
			socket_release(socket);
		return NULL;
	}
	far->socket = socket;
	far->watch.mask = UINT32_MAX;
	far->watch.notify = notify;
	socket->far = far;
	socket->name.end = far_to_end(remote);
	socket->peer_end = far_to_end(local);
	WRITE_ONCE(socket->source.watches, &far->watch);
	return far;
}

void
far_unmake(struct far *far)
{
	struct socket *socket = far->socket;
	uint64_t flags = spin_lock(&ready_lock);

	ready_watch_remove(&socket->source, &far->watch);
	take_off_list(far);
	spin_unlock(&ready_lock, flags);
	socket->far = NULL;
	socket_abandon(socket);
	pool_give(&fars, far);
}

struct socket *
far_socket(const struct far *far)
{
	return far->socket;
}

int
far_connect(struct socket *client)
{
	struct far_end local = far_of_end(&client->name.end);
	struct far_end remote = far_of_end(&client->peer_end);
	struct far *far = far_make(client->family, &local, &remote);
	uint64_t flags;

	if (!far)
		return -ENOMEM;
	socket_join(client, far->socket);
	client->state = SOCKET_ASKING;
	flags = spin_lock(&ready_lock);
	list(far);
	spin_unlock(&ready_lock, flags);
	return 0;
}

void
far_drop(struct far *far)
{
	uint64_t flags = spin_lock(&socket_lock);

	far_unmake(far);
	spin_unlock(&socket_lock, flags);
}

/* -- What the program wants -------------------------------------------------------------------- */

void
far_keep(struct far *far, void *own)
{
	far->own = own;
}

void *
far_kept(const struct far *far)
{
	return far->own;
}

/* Bytes that the program has taken, or that nobody will. */
static size_t
count_taken(const struct far *far)
{
	const struct socket *program = far->socket->peer;

	spin_assert_held(&socket_lock);
	return far->given - (program && !program->closed ? program->bytes : 0);
}

void
far_taken(struct socket *socket)
{
	const struct far *far = socket->far;

	if (count_taken(far) - far->taken_told >= TAKEN_WORTH || !socket->peer->bytes)
		ready_mark(&socket->source, 0);
}

static void
copy_options(const struct socket *program, struct far_wishes *wishes)
{
	spin_assert_held(&socket_lock);
	wishes->no_delay = program->options & SOCKET_NODELAY;
	wishes->keep_alive = program->options & SOCKET_KEEPALIVE;
	wishes->keep_idle = (uint32_t)program->keep_idle;
	wishes->keep_interval = (uint32_t)program->keep_interval;
	wishes->keep_count = (uint32_t)program->keep_count;
	wishes->time_to_live = (uint8_t)program->time_to_live;
	wishes->type_of_service = (uint8_t)program->type_of_service;
}

void
far_look(struct far *far, struct far_wishes *wishes)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *socket = far->socket, *program = socket->peer;

	*wishes = (struct far_wishes){
		.local = far_of_end(&socket->peer_end),
		.remote = far_of_end(&socket->name.end),
		.asks = program && program->state == SOCKET_ASKING,
		.broken = socket->state == SOCKET_IDLE && socket->error,
		.closed = !program || program->closed,
		.ends = socket->end_received,
		.waiting = socket->bytes,
		.taken = count_taken(far),
	};
	far->taken_told = wishes->taken;
	if (program)
		copy_options(program, wishes);
	spin_unlock(&socket_lock, flags);
}

/* -- Bytes ------------------------------------------------------------------------------------- */

size_t
far_take(struct far *far, void *bytes, size_t size)
{
	struct abi_iovec vector = {bytes, size};
	struct pieces pieces = {&vector, 1, 0};
	struct socket *socket = far->socket;
	struct socket_record *record;
	uint64_t flags = spin_lock(&socket_lock);
	size_t done = 0;

	for (record = socket_queue_first(socket); record && done < size;
	     record = socket_queue_first(socket)) {
		done += socket_queue_take(socket, &pieces, size - done);
		if (!record->length)
			socket_queue_end(socket);
	}
	spin_unlock(&socket_lock, flags);
	return done;
}

/* Lengthens the record that the program reads, or puts a new one. */
static int
append(struct socket *program, const struct socket_record *record, const void *bytes, size_t size)
{
	struct abi_iovec vector = {(void *)(uintptr_t)bytes, size}; /* is read alone */
	struct pieces pieces = {&vector, 1, 0};
	struct socket_record *first = socket_queue_first(program);

	spin_assert_held(&socket_lock);
	if (!first)
		return socket_queue_put(program, record, &pieces, size) == (int64_t)size
			       ? 0
			       : -ENOMEM;
	if (byte_ring_room(&program->in) < size)
		return -ENOMEM;
	byte_ring_put(&program->in, bytes, size);
	first->length += (uint32_t)size;
	program->bytes += size;
	return 0;
}

bool
far_put(struct far *far, const void *bytes, size_t size)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *program = far->socket->peer;
	struct socket_record record = {.end = far->socket->name.end};
	bool there = program && !program->closed && program->state == SOCKET_CONNECTED;

	if (there)
		far->given += size;
	if (there && !program->input_shut && append(program, &record, bytes, size))
		there = false;
	if (there)
		ready_mark(&program->source, SOCKET_INPUT_EVENTS);
	spin_unlock(&socket_lock, flags);
	return there;
}

/* -- What becomes of the connection ------------------------------------------------------------ */

void
far_connected(struct far *far)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *program = far->socket->peer;

	if (program && program->state == SOCKET_ASKING) {
		program->state = SOCKET_CONNECTED;
		ready_mark(&program->source, 0);
	}
	spin_unlock(&socket_lock, flags);
}

void
far_end(struct far *far)
{
	uint64_t flags = spin_lock(&socket_lock);

	if (far->socket->state == SOCKET_CONNECTED && !far->socket->end_sent)
		socket_tcp_finish(far->socket);
	spin_unlock(&socket_lock, flags);
}

void
far_fail(struct far *far, int error)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket *program = far->socket->peer;

	if (program && program->state == SOCKET_ASKING) {
		program->state = SOCKET_IDLE;
		socket_tcp_refuse(program, error);
	} else if (program && program->state == SOCKET_CONNECTED) {
		socket_tcp_reset(program);
		if (error != ECONNRESET)
			program->error = error;
	}
	far->socket->state = SOCKET_IDLE;
	spin_unlock(&socket_lock, flags);
}
