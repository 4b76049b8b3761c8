/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What goes beside a message: open files (SCM_RIGHTS) and who has sent it (SCM_CREDENTIALS).
 */
#ifndef LIBC_SOCKET_RIGHTS_H
#define LIBC_SOCKET_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct socket;
struct socket_rights;
struct abi_msghdr;

/* Who is at the other end: this program. */
struct abi_ucred {
	int32_t process;
	uint32_t user, group;
};

/*
 * Reads what goes beside a message that a socket sends: *rights are its files, held, or NULL.
 * -EINVAL, -EBADF, -EPERM, -EFAULT, -ENOMEM.
 */
int64_t socket_rights_load(const struct socket *socket, const struct abi_msghdr *message,
			   struct socket_rights **rights);

/* The same files once more. NULL when there is no memory. socket_lock is held. */
struct socket_rights *socket_rights_copy(const struct socket_rights *rights);

/* Calls a function with each of the files that is a socket. */
void socket_rights_each_socket(const struct socket_rights *rights,
			       void (*with)(struct socket *socket));

/* Lets files go, later: with the next socket_rights_collect(). socket_lock is held. */
void socket_rights_discard(struct socket_rights *rights);

/* Lets them go now. System call context, with no lock held. */
void socket_rights_collect(void);

/*
 * Writes what has come beside a message and sets the message's flags and its control's length; the
 * files get descriptors, and are let go of. `rights` may be NULL. `named`: whoever has sent it is
 * named, if the socket wants it.
 */
void socket_rights_store(const struct socket *socket, bool named, struct socket_rights *rights,
			 bool close_on_exec, struct abi_msghdr *message);

#endif
