/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of AF_UNIX. A socket that is bound to a path has a node in the tree, which leads to it
 * while it is open and stays behind when it is closed, until somebody removes it. An abstract name
 * is nowhere but here, and each type has its own.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/files/files.h"
#include "libc/files/lookup.h"
#include "libc/sockets/socket.h"

#define CHOSEN_DIGITS 5 /* of a name that is asked for without saying which */
#define CHOSEN_MAX (1u << 4 * CHOSEN_DIGITS)

static struct socket *unix_bound; /* under socket_lock */

static bool
is_abstract(const struct socket_name *name)
{
	return name->length && !name->path[0];
}

static struct socket *
find_abstract(const struct socket_name *name, uint16_t type)
{
	struct socket *socket = unix_bound;

	spin_assert_held(&socket_lock);
	while (socket && (socket->type != type || socket->name.length != name->length ||
			  socket->node || memcmp(socket->name.path, name->path, name->length)))
		socket = socket->next_bound;
	return socket;
}

static struct socket *
find_by_node(const struct ramfs_node *node)
{
	struct socket *socket = unix_bound;

	spin_assert_held(&socket_lock);
	while (socket && socket->node != node)
		socket = socket->next_bound;
	return socket;
}

/* Gives a socket that has none an abstract name. -EINVAL: it has one; -EADDRINUSE. */
static int
take_abstract(struct socket *socket, const struct socket_name *name)
{
	spin_assert_held(&socket_lock);
	if (socket->name.length)
		return -EINVAL;
	if (find_abstract(name, socket->type))
		return -EADDRINUSE;
	socket->name = *name;
	socket->next_bound = unix_bound;
	unix_bound = socket;
	return 0;
}

/* Takes the next abstract name of five digits that is free. */
static int
choose_name(struct socket *socket)
{
	static unsigned last;
	struct socket_name name = {.family = ABI_AF_UNIX, .length = 1 + CHOSEN_DIGITS};
	int result = -ENOSPC;

	spin_assert_held(&socket_lock);
	if (socket->name.length)
		return 0;
	for (unsigned tries = 0; tries < CHOSEN_MAX && result; tries++) {
		last = (last + 1) % CHOSEN_MAX;
		for (unsigned i = 0; i < CHOSEN_DIGITS; i++)
			name.path[CHOSEN_DIGITS - i] = "0123456789abcdef"[last >> 4 * i & 0xf];
		result = take_abstract(socket, &name);
	}
	return result;
}

static int
bind_abstract(struct socket *socket, const struct socket_name *name)
{
	uint64_t flags = spin_lock(&socket_lock);
	int result = name->length ? take_abstract(socket, name) : choose_name(socket);

	spin_unlock(&socket_lock, flags);
	return result;
}

/* What binding a socket once more fails with: that its path is taken comes first. */
static int
bound_already(const struct socket_name *name)
{
	int error;
	struct ramfs_node *node = lookup_find(ABI_AT_FDCWD, name->path, true, &error);

	if (!node)
		return error == -ENOENT ? -EINVAL : error;
	lookup_release(node);
	return -EADDRINUSE;
}

/* The name of a socket that has no node yet is kept for the one that is being made. */
static bool
reserve_name(struct socket *socket, const struct socket_name *name)
{
	uint64_t flags = spin_lock(&socket_lock);
	bool had = socket->name.length;

	if (!had)
		socket->name = *name;
	spin_unlock(&socket_lock, flags);
	return !had;
}

/* Binds a socket to the node of its name; without one takes the name away. */
static void
settle_name(struct socket *socket, struct ramfs_node *node)
{
	uint64_t flags = spin_lock(&socket_lock);

	socket->node = node;
	if (node) {
		socket->next_bound = unix_bound;
		unix_bound = socket;
	} else {
		socket->name.length = 0;
	}
	spin_unlock(&socket_lock, flags);
}

static int
bind_path(struct socket *socket, const struct socket_name *name)
{
	struct ramfs_node *node;
	int error;

	if (!reserve_name(socket, name))
		return bound_already(name);
	node = lookup_make(ABI_AT_FDCWD, name->path, RAMFS_SOCKET, 0777, &error);
	settle_name(socket, node);
	if (!node)
		return error == -EEXIST ? -EADDRINUSE : error;
	return 0;
}

int
socket_unix_bind(struct socket *socket, const struct socket_name *name)
{
	return name->length && !is_abstract(name) ? bind_path(socket, name)
						  : bind_abstract(socket, name);
}

void
socket_unix_unbind(struct socket *socket)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket **link = &unix_bound;
	struct ramfs_node *node = socket->node;

	while (*link && *link != socket)
		link = &(*link)->next_bound;
	if (*link)
		*link = socket->next_bound;
	socket->node = NULL;
	spin_unlock(&socket_lock, flags);
	if (node)
		lookup_release(node);
}

/* Holds what has been found. */
static int
hold_found(struct socket *found, uint16_t type, struct socket **socket)
{
	spin_assert_held(&socket_lock);
	if (!found)
		return -ECONNREFUSED;
	if (found->type != type)
		return -EPROTOTYPE;
	*socket = socket_hold(found);
	return 0;
}

int
socket_unix_find(const struct socket_name *name, uint16_t type, struct socket **socket)
{
	struct ramfs_node *node = NULL;
	uint64_t flags;
	int error;

	if (!name->length)
		return -EINVAL;
	if (!is_abstract(name)) {
		node = lookup_find(ABI_AT_FDCWD, name->path, true, &error);
		if (!node)
			return error;
	}
	flags = spin_lock(&socket_lock);
	error = hold_found(node ? find_by_node(node) : find_abstract(name, type), type, socket);
	spin_unlock(&socket_lock, flags);
	if (node)
		lookup_release(node);
	return error;
}
