/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * connect() for TCP and UDP.
 */
#ifndef LIBC_SOCKET_CONNECT_H
#define LIBC_SOCKET_CONNECT_H

#include <stdint.h>

struct file;

/* To an address of `length` bytes, not yet read; NULL: to nobody. System call context. */
int64_t socket_connect_inet(struct file *file, const void *address, int length);

#endif
