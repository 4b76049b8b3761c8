/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What options of all levels have in common.
 */
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "libc/sockets/socket_option.h"

int64_t
socket_option_refuse(int level, int option)
{
	log_warning("libc: socket option %d of level %d is not served: ENOPROTOOPT", option, level);
	return -ENOPROTOOPT;
}

void
socket_option_switch(struct socket *socket, uint32_t bit, bool on)
{
	uint64_t flags = spin_lock(&socket_lock);

	socket->options = on ? socket->options | bit : socket->options & ~bit;
	spin_unlock(&socket_lock, flags);
}
